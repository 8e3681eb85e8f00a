import { parseArgs } from "node:util";

/** What every drill can be told. */
export interface DrillOptions {
  readonly help: boolean;
  /** Where `cdktf synth` wrote. */
  readonly out: string;
  readonly environment: string;
  /** Names of faults; empty means all. */
  readonly faults: readonly string[];
  readonly country: string | undefined;
  /** Requests or writes per second of each country's clients. */
  readonly rate: number;
  readonly short: boolean;
  readonly json: boolean;
  readonly ignoreTimes: boolean;
  readonly report: string;
  /** Set by the drill when it starts itself again in namespaces of its own. */
  readonly isolated: boolean;
}

/** What one drill knows and takes. */
export interface DrillKind {
  /** Part of the report's default name. */
  readonly name: string;
  readonly faults: readonly string[];
  /** Per second. */
  readonly rate: { readonly least: number; readonly most: number; readonly usual: number };
  /** The countries of an environment. */
  readonly countries: (environment: string) => readonly string[];
}

/** @throws Error that says what is wrong and what would be right */
export function parseDrillOptions(args: readonly string[], kind: DrillKind): DrillOptions {
  const { least, most, usual } = kind.rate;
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: "boolean", default: false },
      out: { type: "string", default: "cdktf.out" },
      environment: { type: "string", default: "production" },
      fault: { type: "string", multiple: true, default: [] },
      country: { type: "string" },
      rate: { type: "string", default: String(usual) },
      short: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      "ignore-times": { type: "boolean", default: false },
      report: { type: "string", default: `drill-report/${kind.name}.html` },
      isolated: { type: "boolean", default: false },
    },
  });
  const { fault: faults, country, environment } = values;
  for (const fault of faults) assertOneOf("--fault", fault, kind.faults);
  if (country !== undefined) assertOneOf("--country", country, kind.countries(environment));
  const rate = Number(values.rate);
  if (!(rate >= least && rate <= most)) {
    throw new Error(`--rate ${values.rate} is refused: use ${least} to ${most} a second`);
  }
  const { "ignore-times": ignoreTimes, ...rest } = values;
  return { ...rest, faults, country, rate, ignoreTimes };
}

/** @throws Error that names what is known */
function assertOneOf(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new Error(`${option} ${value} is unknown: use ${known.join(", ")}`);
}
