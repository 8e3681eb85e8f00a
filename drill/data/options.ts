import { type DrillKind, type DrillOptions, parseDrillOptions } from "../options";
import { FAULTS } from "./faults";
import { SCALED } from "./synthesized-database";

/** Name by which the measuring of commits is chosen like a fault. */
export const LATENCY = "latency";
const FAULT_NAMES = [...FAULTS.map(({ name }) => name), LATENCY];

export const DATA_HELP = `npm run drill -- data [options]

Runs the synthesized database machines of every country, booted by their own script, as real MariaDB servers with
Galera behind the synthesized HAProxies, in network namespaces as far apart as the countries are. Breaks them while
apps write, and says whether the database keeps its promises. Needs root, and \`npm run synth\` before.

  --fault NAME        only this fault; may be given several times
  --country NAME      the country that is struck first (default: the topology's first)
  --short             under two minutes: the writer's machine lost, and a cold start
  --out DIR           where synth wrote (default: cdktf.out)
  --environment NAME  topology that was synthesized (default: production)
  --rate NUMBER       writes per second of each country's app, 5 to 50 (default: 25)
  --ignore-times      show times but judge only what does not depend on the machine's speed
  --json              the result as JSON on standard output; progress goes to standard error
  --report FILE       HTML report with timelines (default: drill-report/data.html)
  --help              this text

Faults: ${FAULT_NAMES.join(", ")}

Nothing of the machines is changed but paths, users that do not exist here, and what depends on the machine's size:
${Object.entries(SCALED)
  .map(([option, size]) => `${option} is ${size}`)
  .join(", ")}.

Exit status: 0 every promise kept, 1 one broken, 2 wrong usage or something missing.
`;

/** @throws Error that says what is wrong and what would be right */
export function parseDataOptions(args: readonly string[], countries: DrillKind["countries"]): DrillOptions {
  return parseDrillOptions(args, {
    name: "data",
    faults: FAULT_NAMES,
    rate: { least: 5, most: 50, usual: 25 },
    countries,
  });
}
