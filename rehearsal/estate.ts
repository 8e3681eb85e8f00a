import { spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { CannotTell } from "../tools/cli";
import { stackNames } from "../tools/synthesized/stacks";
import type { StackJson } from "./google-part";
import { readStack } from "./workspace";

/** What was synthesized, stack by stack. */
export type Estate = Readonly<Record<string, StackJson>>;

export const BOOTSTRAP = "bootstrap";
export const NETWORK = "network";
export const MONITORING = "monitoring";

/**
 * The estate with changes made to its topology, by the project's own synthesis in a process of its own.
 *
 * @throws CannotTell with the synthesis' own words when it refuses
 */
export function synthesize(folder: string, environment: string, changes: readonly string[] = []): Estate {
  const outdir = mkdtempSync(join(folder, "synth-"));
  const loader = ["--require", join(__dirname, "../tools/typescript.js"), join(__dirname, "synth.ts")];
  const { status, stderr } = spawnSync(process.execPath, [...loader, environment, outdir, ...changes], {
    cwd: join(__dirname, ".."),
    encoding: "utf8",
  });
  if (status !== 0) throw new CannotTell(`the estate cannot be synthesized: ${stderr}`);
  return readEstate(outdir);
}

export function readEstate(outdir: string): Estate {
  return Object.fromEntries(stackNames(outdir).map((stack) => [stack, readStack(outdir, stack)]));
}

/** The stacks of countries, those in `first` before all others: it begins the database. */
export function regionsOf(estate: Estate, first: string): string[] {
  const regions = Object.keys(estate).filter((stack) => stack.startsWith("region-"));
  const leading = regions.filter((stack) => stack === regionOf(first));
  return [...leading, ...regions.filter((stack) => !leading.includes(stack))];
}

export function regionOf(country: string): string {
  return `region-${country}`;
}

export function stackOf(estate: Estate, stack: string): StackJson {
  const found = estate[stack];
  if (!found) throw new CannotTell(`there is no stack ${stack}, only ${Object.keys(estate).join(", ")}`);
  return found;
}

/** Addresses of a stack's resources that are applied; none of a stack that the estate has not. */
export function addressesIn(estate: Estate, stack: string, partOf: (json: StackJson) => StackJson): string[] {
  const json = estate[stack];
  const { resource = {} } = json ? partOf(json) : {};
  return Object.entries(resource).flatMap(([type, byName]) => Object.keys(byName).map((name) => `${type}.${name}`));
}
