import { parseArgs } from "node:util";
import { assertOneOf } from "../options";
import { FAULTS } from "./faults";
import { ORDER } from "./order";

const FAULT_NAMES = [...FAULTS.map(({ name }) => name), ORDER];

export interface EdgeOptions {
  readonly help: boolean;
  /** Where `cdktf synth` wrote. */
  readonly out: string;
  readonly environment: string;
  /** Names of faults, `order` among them; empty means all. */
  readonly faults: readonly string[];
  readonly country: string | undefined;
  /** Requests per second to each edge. */
  readonly rate: number;
  readonly short: boolean;
  readonly json: boolean;
  readonly ignoreTimes: boolean;
  readonly report: string;
  /** Set by the drill when it starts itself again in a network namespace of its own. */
  readonly isolated: boolean;
}

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
export function parseEdgeOptions(args: readonly string[], countries: (environment: string) => string[]): EdgeOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      out: { type: "string", default: "cdktf.out" },
      environment: { type: "string", default: "production" },
      fault: { type: "string", multiple: true, default: [] },
      country: { type: "string" },
      rate: { type: "string", default: "150" },
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      "ignore-times": { type: "boolean", default: false },
      report: { type: "string", default: "drill-report/edge.html" },
      isolated: { type: "boolean", default: false },
    },
  });
  const { fault: faults, country, environment } = values;
  for (const fault of faults) assertOneOf("--fault", fault, FAULT_NAMES);
  if (country !== undefined) assertOneOf("--country", country, countries(environment));
  const rate = Number(values.rate);
  if (!(rate >= 20 && rate <= 500)) throw new Error(`--rate ${values.rate} is refused: use 20 to 500 a second`);
  const { "ignore-times": ignoreTimes, ...rest } = values;
  return { ...rest, faults, country, rate, ignoreTimes };
}
