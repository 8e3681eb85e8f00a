import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A stack that two syntheses have not in common, or in which they differ. */
export interface StackDifference {
  readonly stack: string;
  /** Where they differ: paths in the JSON, or a file. */
  readonly places: readonly string[];
}

/** There is nothing to compare. */
export class NothingSynthesized extends Error {}

/** The stacks in which two output folders differ, sorted. The version of cdktf, which each notes, is no difference. */
export function compareSynth(before: string, after: string): StackDifference[] {
  const [old, now] = [stacksOf(before), stacksOf(after)];
  return [...new Set([...old, ...now])].sort().flatMap((stack): StackDifference[] => {
    if (!now.includes(stack)) return [{ stack, places: ["removed"] }];
    if (!old.includes(stack)) return [{ stack, places: ["added"] }];
    const [was, is] = [before, after].map((outdir) => contents(join(outdir, "stacks", stack)));
    const places = unequal(was, is, "");
    return places.length > 0 ? [{ stack, places }] : [];
  });
}

/** Names of the stacks in an output folder. */
export function stacksOf(outdir: string): string[] {
  const folder = join(outdir, "stacks");
  const stacks = existsSync(folder) ? readdirSync(folder) : [];
  if (stacks.length === 0) throw new NothingSynthesized(`there are no stacks in ${folder}: run npm run synth first`);
  return stacks;
}

/** A stack's JSON, and the text of every file beside it (assets), by path. What Terraform left there is not compared. */
function contents(folder: string): Record<string, unknown> {
  const files = (readdirSync(folder, { recursive: true, withFileTypes: true }) ?? [])
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath ?? found.path, found.name).slice(folder.length + 1))
    .filter((file) => !/^(\.terraform|plan$)/.test(file));
  return Object.fromEntries(
    files.map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return file === "cdk.tf.json" ? [file, withoutVersion(JSON.parse(text))] : [file, text];
    }),
  );
}

function withoutVersion(json: { "//"?: { metadata?: Record<string, unknown> } }): unknown {
  const { version: _version, ...metadata } = json["//"]?.metadata ?? {};
  return { ...json, "//": { ...json["//"], metadata } };
}

/** The order of keys means nothing in JSON; that of lists does. */
function unequal(was: unknown, is: unknown, path: string): string[] {
  if (!isObject(was) || !isObject(is) || Array.isArray(was) !== Array.isArray(is)) return was === is ? [] : [path];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return keys.flatMap((key) => unequal(was[key], is[key], path ? `${path}.${key}` : key));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
