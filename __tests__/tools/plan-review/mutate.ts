import type { StackJson, Synthesized } from "../../support/synth";

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

/** The estate as somebody might have changed it. @throws Error when there is nothing of the kind */
export function mutated({ stacks }: Synthesized, { type, name = /./, stack = /./, to }: Mutation): Synthesized {
  const copies = Object.entries(stacks).flatMap(([each, json]) =>
    stack.test(each) ? [[each, cloned(json)] as const] : [],
  );
  let found = 0;
  for (const [, json] of copies) {
    const byName = json.resource[type] ?? {};
    for (const each of Object.keys(byName).filter((each) => name.test(each))) {
      found += 1;
      if (to === undefined) delete byName[each];
      else for (const [path, value] of Object.entries(to)) set(byName[each], path.split("."), value);
    }
  }
  if (found === 0) throw new Error(`the estate has no ${type} ${name} in ${stack}`);
  return { text: {}, stacks: { ...stacks, ...Object.fromEntries(copies) } };
}

/** Not by structuredClone, whose objects have another realm's prototypes here: none would be equal to what was cloned. */
function cloned(json: StackJson): StackJson {
  return JSON.parse(JSON.stringify(json));
}

function set(holder: unknown, [key = "", ...rest]: readonly string[], value: unknown): void {
  const fields = holder as Record<string, unknown>;
  if (rest.length > 0) {
    fields[key] ??= {};
    set(fields[key], rest, value);
  } else if (value === undefined) delete fields[key];
  else fields[key] = value;
}
