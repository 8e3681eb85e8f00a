import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { environmentNamed } from "../../config/environments";
import { readEdgeConfig } from "../edge/synthesized-config";
import { enclosingCommand } from "../isolation";
import type { DrillOptions } from "../options";
import { findProgram } from "../programs";
import { Progress } from "../progress";
import { EXIT, runAgain, supervised } from "../session";
import { type DataDrill, runDataDrill } from "./data-drill";
import { DATA_HELP, parseDataOptions } from "./options";
import { renderReport } from "./report";
import { renderSummary, toJson } from "./summary";
import { readDatabaseInstances } from "./synthesized-database";

const PROGRAMS = [
  ...[
    "mariadbd",
    "mariadb",
    "mariadb-install-db",
    "mariadb-backup",
    "haproxy",
    "openssl",
    "curl",
    "jq",
    "socat",
    "zstd",
  ],
  ...["ip", "unshare", "nsenter", "setpriv", "mount", "sysctl", "nice", "timeout", "flock"],
];

/** `drill data`: from arguments to the exit status. */
export async function dataCommand(args: readonly string[], searchPath: string): Promise<number> {
  const find = (name: string) => findProgram(name, searchPath);
  let options: DrillOptions;
  let command: readonly string[];
  try {
    options = parseDataOptions(args, (name) => Object.keys(environmentNamed(name).countries));
    if (options.help) {
      process.stdout.write(DATA_HELP);
      return EXIT.kept;
    }
    command = usableCommand(options, find, searchPath);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    return EXIT.unusable;
  }
  return options.isolated ? runHere(options, find, searchPath) : runAgain(command);
}

/**
 * The command that starts the drill again where it may do as it likes.
 *
 * @throws Error that names what is missing and how to get it
 */
function usableCommand(
  { out, environment }: DrillOptions,
  find: (name: string) => string | undefined,
  searchPath: string,
): readonly string[] {
  const countries = Object.keys(environmentNamed(environment).countries);
  for (const country of countries) readEdgeConfig(out, country);
  const nodes = countries.flatMap((country) => readDatabaseInstances(out, country));
  if (nodes.length < 3) throw new Error(`${out} holds ${nodes.length} database nodes: the drill needs three or more`);
  const missing = PROGRAMS.filter((program) => !find(program));
  if (missing.length > 0) throw new Error(`${missing.join(", ")} not installed: run \`npm run engines\` as root`);
  if (process.getuid?.() !== 0) throw new Error("the servers run as users of their own: run this drill as root");
  const command = enclosingCommand(find("unshare"), `${searchPath}:/usr/sbin:/sbin`);
  if (!command) throw new Error("this machine makes no network and process namespaces: run the drill where root may");
  return command;
}

async function runHere(
  options: DrillOptions,
  find: (name: string) => string | undefined,
  searchPath: string,
): Promise<number> {
  const topology = environmentNamed(options.environment);
  return supervised("data", async (supervisor) => {
    const drill = await runDataDrill({
      ...{ options, topology, supervisor, searchPath },
      progress: new Progress(options.json ? process.stderr : process.stdout),
      programs: { haproxy: find("haproxy") ?? "", openssl: find("openssl") ?? "", ip: find("ip") ?? "" },
    });
    tell(drill, options, Object.keys(topology.countries));
    return drill.breaches.length === 0 ? EXIT.kept : EXIT.broken;
  });
}

function tell(drill: DataDrill, { json, report }: DrillOptions, countries: readonly string[]): void {
  mkdirSync(dirname(report), { recursive: true });
  writeFileSync(report, renderReport(drill, countries, new Date()));
  process.stdout.write(json ? `${toJson(drill)}\n` : `\n${renderSummary(drill)}\nTimelines: ${report}\n`);
}
