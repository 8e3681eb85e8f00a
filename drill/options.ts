import { SYNTH, UsageError, type Values } from "../tools/cli";
import { ENVIRONMENT, topologyNamed } from "../tools/environment";

/** Name, limits and texts of one drill. */
export interface DrillKind {
  /** `npm run drill -- NAME`; part of the report's default name. */
  readonly name: string;
  readonly faults: readonly string[];
  /** Requests or writes per second from each country's clients. */
  readonly rate: { readonly least: number; readonly most: number; readonly usual: number; readonly says: string };
  /** Whether it can play random schedules of faults. @default false */
  readonly schedules?: boolean;
  /** Mistakes that the drill's own tests plant, to see them detected. @default none */
  readonly plants?: readonly string[];
  /** Help texts of `--country` and `--short`. */
  readonly says: { readonly country: string; readonly short: string };
}

/** Options of every drill. */
export function drillOptions({ name, rate, says, schedules = false }: DrillKind) {
  const { least, most, usual } = rate;
  return {
    ...SYNTH,
    ...ENVIRONMENT,
    fault: { type: "string", value: "NAME", multiple: true, says: "only this fault; can be repeated" },
    country: { type: "string", value: "NAME", says: says.country },
    rate: {
      type: "string",
      value: "NUMBER",
      default: String(usual),
      says: `${rate.says}, ${least} to ${most} per second`,
    },
    short: { type: "boolean", says: says.short },
    seed: {
      type: "string",
      value: "NUMBER",
      isHidden: !schedules,
      says: "random schedules of two faults each instead of the faults below, reproducible by number",
    },
    minutes: { type: "string", value: "NUMBER", default: "10", isHidden: !schedules, says: "how long, with --seed" },
    plant: { type: "string", value: "NAME", isHidden: true, says: "a mistake of the drill's own, to see it named" },
    json: { type: "boolean", says: "the result as JSON on standard output; progress goes to standard error" },
    "ignore-times": {
      type: "boolean",
      says: "shows times, but ignores promises that depend on the machine's speed",
    },
    report: { type: "string", value: "FILE", default: `drill-report/${name}.html`, says: "HTML report with timelines" },
    isolated: {
      type: "boolean",
      isHidden: true,
      says: "set by the drill when it restarts itself in its own namespaces",
    },
  } as const;
}

type DrillValues = Values<ReturnType<typeof drillOptions>>;

/** A drill's options, checked. */
export interface DrillOptions extends Omit<DrillValues, "fault" | "rate" | "seed" | "minutes" | "ignore-times"> {
  /** Empty means all. */
  readonly faults: readonly string[];
  readonly rate: number;
  /** Where faults strike first: `--country`, or the topology's first one. */
  readonly firstCountry: string;
  /** Plays random schedules from this seed instead of the faults. */
  readonly seed: number | undefined;
  readonly minutes: number;
  readonly ignoreTimes: boolean;
}

/** @throws UsageError that names what is wrong and what is known */
export function checkDrillOptions(
  values: DrillValues,
  { faults: known, rate: { least, most }, schedules = false, plants = [] }: DrillKind,
): DrillOptions {
  const { fault: faults, country, environment, rate: given, "ignore-times": ignoreTimes, ...rest } = values;
  for (const fault of faults) assertOneOf("--fault", fault, known);
  if (rest.plant !== undefined) assertOneOf("--plant", rest.plant, plants);
  const countries = Object.keys(topologyNamed(environment).countries);
  if (country !== undefined) assertOneOf("--country", country, countries);
  const firstCountry = country ?? countries[0];
  if (firstCountry === undefined) throw new UsageError(`--environment ${environment} has no country`);
  const rate = Number(given);
  if (!(rate >= least && rate <= most)) throw new UsageError(`--rate ${given} is refused: use ${least} to ${most}`);
  const [seed, minutes] = [rest.seed === undefined ? undefined : Number(rest.seed), Number(rest.minutes)];
  if (seed !== undefined && !(schedules && Number.isInteger(seed) && seed >= 0)) {
    throw new UsageError(
      `--seed ${rest.seed} is refused: ${schedules ? "use a whole number" : "this drill has no schedules"}`,
    );
  }
  if (!(minutes > 0 && minutes <= 600)) throw new UsageError(`--minutes ${rest.minutes} is refused: use 1 to 600`);
  return { ...rest, seed, minutes, faults, country, firstCountry, environment, rate, ignoreTimes };
}

function assertOneOf(option: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new UsageError(`${option} ${value} is unknown: use ${known.join(", ")}`);
}
