import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import type { Topology } from "../../config/topology";
import { unescapeTemplate } from "../../constructs/escape-template";
import { stackFile, stackNames } from "../../tools/synthesized/stacks";
import { sourcesHash } from "./sources-hash";

const ROOT = join(__dirname, "../..");

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

/** Estates that the test file has read, by folder. */
const READ = new Map<string, Synthesized>();

/** The estate as it is synthesized and read back: the same object each time, which nobody can change. */
export function synthesize(topology: Topology): Synthesized {
  const outdir = synthesized(topology);
  const known = READ.get(outdir);
  if (known) return known;
  const names = stackNames(outdir);
  const text = Object.fromEntries(names.map((stack) => [stack, readFileSync(stackFile(outdir, stack), "utf8")]));
  const stacks = Object.fromEntries(names.map((stack) => [stack, JSON.parse(text[stack] ?? "")]));
  const read = frozen({ text, stacks });
  READ.set(outdir, read);
  return read;
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const field of Object.values(value)) frozen(field);
  return Object.freeze(value);
}

/** The folder that `cdktf synth` would write, as the test's own, which it may change. */
export function synthesizeInto(outdir: string, topology: Topology): void {
  cpSync(synthesized(topology), outdir, { recursive: true });
}

/** Folder of the synthesized estate. Not to be changed: other tests and other runs read it. */
function synthesized(topology: Topology): string {
  const cache = process.env.SYNTH_CACHE ?? "";
  const folder = join(cache, createHash("sha256").update(JSON.stringify(topology)).digest("hex"));
  if (existsSync(folder)) return folder;
  const work = mkdtempSync(`${folder}-`);
  // Loaded when nobody has synthesized it yet: cdktf takes a second.
  const { writeEstate }: typeof import("./write-estate") = require("./write-estate");
  try {
    writeEstate(work, topology);
  } catch (error) {
    rmSync(work, { recursive: true });
    throw error;
  }
  // Made of sources that were changed since the run began: it is not kept for those that they were.
  if (sourcesHash(ROOT) !== basename(cache)) return work;
  try {
    renameSync(work, folder);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    // Another worker was first.
    if (!existsSync(folder)) throw error;
  }
  return folder;
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
