import type { Synthesized } from "../../support/synth";

/** Other values at some paths of every resource that is meant; undefined takes one away. */
type Patch = Readonly<Record<string, unknown>>;

export interface Mutation {
  readonly type: string;
  /** Of the address's last part. */
  readonly name?: RegExp;
  readonly stack?: RegExp;
  /** @default it is destroyed */
  readonly to?: Patch;
}

/**
 * The estate as somebody might have changed it; what is left alone is the same object in both.
 * @throws Error when there is nothing of the kind
 */
export function mutated({ stacks }: Synthesized, { type, name = /./, stack = /./, to }: Mutation): Synthesized {
  let found = 0;
  const copies = Object.entries(stacks).map(([each, json]) => {
    const byName = stack.test(each) ? json.resource[type] : undefined;
    if (!byName) return [each, json] as const;
    const patched = Object.entries(byName).flatMap(([id, attributes]) => {
      if (!name.test(id)) return [[id, attributes] as const];
      found += 1;
      return to ? [[id, patchedBy(to, attributes)] as const] : [];
    });
    return [each, { ...json, resource: { ...json.resource, [type]: Object.fromEntries(patched) } }] as const;
  });
  if (found === 0) throw new Error(`the estate has no ${type} ${name} in ${stack}`);
  return { text: {}, stacks: Object.fromEntries(copies) };
}

/** Not by structuredClone, whose objects have another realm's prototypes here: none would be equal to what was cloned. */
function patchedBy(to: Patch, attributes: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = JSON.parse(JSON.stringify(attributes));
  for (const [path, value] of Object.entries(to)) set(copy, path.split("."), value);
  return copy;
}

function set(holder: unknown, [key = "", ...rest]: readonly string[], value: unknown): void {
  const fields = holder as Record<string, unknown>;
  if (rest.length > 0) {
    fields[key] ??= {};
    set(fields[key], rest, value);
  } else if (value === undefined) delete fields[key];
  else fields[key] = value;
}
