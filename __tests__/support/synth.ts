import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { Topology } from "../../config/topology";
import { unescapeTemplate } from "../../constructs/escape-template";
import { buildEstate } from "../../stacks/estate";
import { readStacks, stackFile, stackNames } from "../../tools/synthesized/stacks";

type Attributes = Record<string, unknown>;

/** A stack of the estate as Terraform reads it. */
export interface StackJson {
  readonly resource: Record<string, Record<string, Attributes>>;
  readonly output?: Record<string, { value: unknown; description?: string; sensitive?: boolean }>;
  readonly data?: Record<string, Record<string, Attributes>>;
  readonly terraform: Attributes;
  readonly provider: Record<string, Attributes[]>;
}

export interface Synthesized {
  /** Text of each stack's cdk.tf.json, as it was written. */
  readonly text: Readonly<Record<string, string>>;
  readonly stacks: Readonly<Record<string, StackJson>>;
}

/** Writes an estate as `cdktf synth` does, with every stack prepared, and reads it back. */
export function synthesize(topology: Topology): Synthesized {
  const outdir = mkdtempSync(join(tmpdir(), "matchwatch-test-"));
  try {
    synthesizeInto(outdir, topology);
    const names = stackNames(outdir);
    const text = Object.fromEntries(names.map((stack) => [stack, readFileSync(stackFile(outdir, stack), "utf8")]));
    return { text, stacks: readStacks(outdir) as unknown as Synthesized["stacks"] };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

export function synthesizeInto(outdir: string, topology: Topology): void {
  const app = new App({ outdir });
  buildEstate(app, topology);
  app.synth();
}

/** The stack called `name`. */
export function stackOf({ stacks }: Synthesized, name: string): StackJson {
  const stack = stacks[name];
  if (!stack) throw new Error(`there is no stack "${name}", only ${Object.keys(stacks).join(", ")}`);
  return stack;
}

/** Every resource of a type with its address; of all types when none is named. */
export function resources(
  stack: StackJson,
  type?: string,
): { address: string; type: string; attributes: Attributes }[] {
  return Object.entries(stack.resource)
    .filter(([each]) => type === undefined || each === type)
    .flatMap(([each, byName]) =>
      Object.entries(byName).map(([name, attributes]) => ({ address: `${each}.${name}`, type: each, attributes })),
    );
}

/** Each resource type with how often it stands in the stack, sorted. */
export function typesOf(stack: StackJson): string[] {
  return Object.entries(stack.resource)
    .map(([type, byName]) => `${type} ${Object.keys(byName).length}`)
    .sort();
}

/** What stands in a country's edge metadata under `key`, as the machine reads it. */
export function edgeMetadata(synthesized: Synthesized, country: string, key: string): string {
  const [template] = resources(stackOf(synthesized, `region-${country}`), "google_compute_region_instance_template");
  const metadata = template?.attributes.metadata as Record<string, string>;
  return unescapeTemplate(metadata[key] ?? "");
}

/** Resources by address without what cdktf notes for itself; scripts, configs and Helm values have tests of their own. */
export function shape(stack: StackJson, keep: (address: string) => boolean = () => true): Record<string, unknown> {
  return Object.fromEntries(
    resources(stack)
      .filter(({ address }) => keep(address))
      .map(({ address, type, attributes: { "//": _note, metadata, values, ...attributes } }) => [
        address,
        {
          ...attributes,
          ...(metadata ? { metadata: type.startsWith("kubernetes_") ? metadata : Object.keys(metadata) } : {}),
        },
      ]),
  );
}
