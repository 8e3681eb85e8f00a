import { type DrillKind, type DrillOptions, parseDrillOptions } from "../options";
import { FAULTS } from "./faults";
import { ORDER } from "./order";

const FAULT_NAMES = [...FAULTS.map(({ name }) => name), ORDER];

export const EDGE_HELP = `npm run drill -- edge [options]

Runs the synthesized HAProxy configuration of every country in the real HAProxy on loopback, breaks what is behind
it under load, and says whether the edge keeps its promises. Needs \`npm run synth\` before.

  --fault NAME        only this fault; may be given several times
  --country NAME      only the loss of this country
  --short             under a minute: the first country killed, hanging and answering 503, and the order table
  --out DIR           where synth wrote (default: cdktf.out)
  --environment NAME  topology that the configuration is held against (default: production)
  --rate NUMBER       requests per second to each edge, 20 to 500 (default: 150)
  --ignore-times      show times but judge only what does not depend on the machine's speed
  --json              the result as JSON on standard output; progress goes to standard error
  --report FILE       HTML report with timelines (default: drill-report/edge.html)
  --help              this text

Faults: ${FAULT_NAMES.join(", ")}

Exit status: 0 every promise kept, 1 one broken, 2 wrong usage or something missing.
`;

/** @throws Error that says what is wrong and what would be right */
export function parseEdgeOptions(args: readonly string[], countries: DrillKind["countries"]): DrillOptions {
  return parseDrillOptions(args, {
    name: "edge",
    faults: FAULT_NAMES,
    rate: { least: 20, most: 500, usual: 150 },
    countries,
  });
}
