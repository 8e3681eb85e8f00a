import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CannotTell } from "../cli";

export type Attributes = Readonly<Record<string, unknown>>;

/** The parts of a stack's `cdk.tf.json` that are read here. */
export interface StackJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly data?: Readonly<Record<string, Readonly<Record<string, Attributes>>>>;
  readonly output?: Readonly<Record<string, { readonly value: unknown }>>;
  readonly provider?: Readonly<Record<string, readonly Attributes[]>>;
  readonly terraform?: {
    readonly cloud?: CloudBackend;
    readonly required_providers?: Readonly<Record<string, Attributes>>;
  };
  readonly "//"?: { readonly metadata?: Readonly<Record<string, unknown>> };
}

/** A stack's backend at Terraform Cloud. */
export interface CloudBackend {
  readonly hostname: string;
  readonly organization: string;
  readonly workspaces: { readonly name: string; readonly project: string };
}

/**
 * Names of the stacks in an output folder, sorted.
 * @throws CannotTell when there are none
 */
export function stackNames(synth: string): string[] {
  const names = foldersIn(join(synth, "stacks"));
  if (names.length === 0) throw new CannotTell(`nothing is synthesized in ${synth}: run npm run synth first`);
  return names.sort();
}

/** Whether any stack is there. */
export function isSynthesized(synth: string): boolean {
  return foldersIn(join(synth, "stacks")).length > 0;
}

function foldersIn(folder: string): string[] {
  const found = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  return found.filter((each) => each.isDirectory()).map(({ name }) => name);
}

/** The folder that Terraform runs in. */
export function stackFolder(synth: string, stack: string): string {
  return join(synth, "stacks", stack);
}

export function stackFile(synth: string, stack: string): string {
  return join(stackFolder(synth, stack), "cdk.tf.json");
}

/**
 * The JSON of one stack.
 * @throws CannotTell when there is no such stack, or its file is damaged
 */
export function readStack(synth: string, stack: string): StackJson {
  const names = stackNames(synth);
  if (!names.includes(stack)) {
    throw new CannotTell(`${synth} has no stack ${stack}, only ${names.join(", ")}: run npm run synth again`);
  }
  const file = stackFile(synth, stack);
  if (!existsSync(file)) throw new CannotTell(`${file} does not exist: run npm run synth again`);
  const json = parseObject(readFileSync(file, "utf8"));
  if (!json) throw new CannotTell(`${file} is not valid JSON: run npm run synth again`);
  return json;
}

/** The JSON of all stacks, by stack. @throws CannotTell when there are none, or a file is damaged */
export function readStacks(synth: string): Readonly<Record<string, StackJson>> {
  return Object.fromEntries(stackNames(synth).map((stack) => [stack, readStack(synth, stack)]));
}

function parseObject(text: string): StackJson | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !Array.isArray(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** A value that the JSON may contain once or as a list. */
export function listOf<T = Attributes>(value: unknown): readonly T[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly T[];
}
