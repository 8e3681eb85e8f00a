import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readStack, type StackJson, stackFolder, stackNames } from "./stacks";

/** A stack that only one output folder has, or that differs between the two. */
export interface StackDifference {
  readonly stack: string;
  /** Where they differ: paths in the JSON, or a file. */
  readonly places: readonly string[];
}

/** The stacks that differ between two output folders, sorted. The recorded cdktf version is ignored. */
export function compareSynth(before: string, after: string): StackDifference[] {
  const [old, now] = [stackNames(before), stackNames(after)];
  return [...new Set([...old, ...now])].sort().flatMap((stack): StackDifference[] => {
    if (!now.includes(stack)) return [{ stack, places: ["removed"] }];
    if (!old.includes(stack)) return [{ stack, places: ["added"] }];
    const [was, is] = [before, after].map((synth) => contents(synth, stack));
    const places = unequal(was, is, "");
    return places.length > 0 ? [{ stack, places }] : [];
  });
}

/** A stack's JSON, and the text of every other file (assets), by path. Terraform's own files are ignored. */
function contents(synth: string, stack: string): Record<string, unknown> {
  const folder = stackFolder(synth, stack);
  const files = (readdirSync(folder, { recursive: true, withFileTypes: true }) ?? [])
    .filter((found) => found.isFile())
    .map((found) => join(found.parentPath ?? found.path, found.name).slice(folder.length + 1))
    .filter((file) => !/^(\.terraform|plan$)/.test(file));
  return Object.fromEntries(
    files.map((file) => [
      file,
      file === "cdk.tf.json" ? withoutVersion(readStack(synth, stack)) : readFileSync(join(folder, file), "utf8"),
    ]),
  );
}

function withoutVersion(json: StackJson): unknown {
  const { version: _version, ...metadata } = json["//"]?.metadata ?? {};
  return { ...json, "//": { ...json["//"], metadata } };
}

/** In JSON, the order of keys is irrelevant; that of lists is not. */
function unequal(was: unknown, is: unknown, path: string): string[] {
  if (!isObject(was) || !isObject(is) || Array.isArray(was) !== Array.isArray(is)) return was === is ? [] : [path];
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return keys.flatMap((key) => unequal(was[key], is[key], path ? `${path}.${key}` : key));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
