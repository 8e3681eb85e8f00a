import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { environmentNamed } from "../../config/environments";
import { isolatingCommand, raiseLoopback } from "../isolation";
import type { DrillOptions } from "../options";
import { findProgram } from "../programs";
import { Progress } from "../progress";
import { EXIT, runAgain, supervised } from "../session";
import { type EdgeDrill, runEdgeDrill } from "./edge-drill";
import { EDGE_HELP, parseEdgeOptions } from "./options";
import { renderReport } from "./report";
import { renderSummary, toJson } from "./summary";
import { readEdgeConfig } from "./synthesized-config";

/** `drill edge`: from arguments to the exit status. */
export async function edgeCommand(args: readonly string[], searchPath: string): Promise<number> {
  const find = (name: string) => findProgram(name, searchPath);
  let options: DrillOptions;
  try {
    options = parseEdgeOptions(args, (name) => Object.keys(environmentNamed(name).countries));
    if (options.help) {
      process.stdout.write(EDGE_HELP);
      return EXIT.kept;
    }
    assertUsable(options, find);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return EXIT.unusable;
  }
  const command = options.isolated
    ? undefined
    : isolatingCommand({ unshare: find("unshare"), ip: find("ip") }, process.getuid?.() === 0);
  if (command) return runAgain(command);
  return runHere(options, find);
}

/** @throws Error that names what is missing and how to get it */
function assertUsable({ out, environment }: DrillOptions, find: (name: string) => string | undefined): void {
  for (const country of Object.keys(environmentNamed(environment).countries)) readEdgeConfig(out, country);
  for (const program of ["haproxy", "openssl"]) {
    if (!find(program))
      throw new Error(`${program} is not installed: run \`npm run engines\` or \`apt-get install ${program}\``);
  }
}

async function runHere(options: DrillOptions, find: (name: string) => string | undefined): Promise<number> {
  if (options.isolated) raiseLoopback(find("ip") ?? "ip");
  const topology = environmentNamed(options.environment);
  return supervised("edge", async (supervisor) => {
    const drill = await runEdgeDrill({
      ...{ options, topology, supervisor, progress: new Progress(options.json ? process.stderr : process.stdout) },
      programs: { haproxy: find("haproxy") ?? "", openssl: find("openssl") ?? "", nft: find("nft") },
    });
    tell(drill, options, Object.keys(topology.countries));
    return drill.breaches.length === 0 ? EXIT.kept : EXIT.broken;
  });
}

function tell(drill: EdgeDrill, { json, report }: DrillOptions, countries: readonly string[]): void {
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, renderReport(drill, countries, new Date()));
  process.stdout.write(json ? `${toJson(drill)}\n` : `\n${renderSummary(drill)}\nTimelines: ${report}\n`);
}
