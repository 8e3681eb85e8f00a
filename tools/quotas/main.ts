import { command, EXIT, SYNTH, start } from "../cli";
import { regionsOf } from "../inventory/resource";
import { SynthesizedEstate } from "../synthesized/estate";
import { left, renderTable, right } from "../table";
import { limitOf, NEW_PROJECT, readLimits } from "./limits";
import { type Need, needsOf } from "./needs";

interface Row extends Need {
  readonly has: number | undefined;
}

export const quotas = command({
  name: "quotas",
  summary:
    "Computes how much of Google's quotas the synthesized estate needs, per region and for the project, and refuses more than a new project has.",
  options: {
    ...SYNTH,
    quotas: {
      type: "string",
      value: "FILE",
      multiple: true,
      says: "your project's quotas instead of a new one's: output of gcloud compute regions describe REGION --format json, or of project-info describe; can be repeated",
    },
    sources: { type: "boolean", says: "shows the sources of a new project's quotas" },
  },
  details: [
    "least: everything at its minimum. rolling: temporarily, while machines are replaced or GKE creates the pool that is removed again. most: everything at its maximum, and being replaced. Both sides include what already runs: usage is not subtracted.",
  ],
  exits: { fine: "everything fits", refused: "something does not; it says what to request" },
  run: ({ synth, quotas, sources }) => {
    if (sources) return printSources();
    const estate = SynthesizedEstate.read(synth);
    const told = readLimits(quotas, [...new Set(regionsOf(estate.resources).values())]);
    const rows = needsOf(estate)
      .filter(({ rolling, most }) => rolling + most > 0)
      .map((need): Row => ({ ...need, has: need.limit ?? limitOf(need.where, need.metric, told) }));
    console.log(render(rows));
    const missing = rows.filter(({ has, most }) => has === undefined || most > has);
    if (missing.length === 0) return EXIT.fine;
    console.error(whatToAskFor(missing, estate.project));
    return missing.some(({ has }) => has !== undefined) ? EXIT.refused : EXIT.fine;
  },
});

/** A table per region and one for the project; identical regions share one. */
function render(rows: readonly Row[]): string {
  const tables = new Map<string, string[]>();
  for (const where of new Set(rows.map((row) => row.where))) {
    const table = renderTable(
      [...left("quota"), ...right("has", "least", "rolling", "most"), ...left("")],
      rows
        .filter((row) => row.where === where)
        .map((row) => [row.metric, row.has ?? "?", row.least, row.rolling, row.most, verdict(row)]),
    );
    tables.set(table, [...(tables.get(table) ?? []), where]);
  }
  return [...tables]
    .map(([table, where]) => `${where.join(", ")}${where.length > 1 ? ", each" : ""}\n\n${table}`)
    .join("\n\n");
}

function verdict({ has, rolling, most }: Pick<Row, "has" | "rolling" | "most">): string {
  if (has === undefined) return "look";
  if (rolling > has) return "STOPS";
  return most > has ? "limits" : "";
}

function whatToAskFor(missing: readonly Row[], project: string): string {
  return [
    "",
    "STOPS: the first deploy fails. limits: the estate cannot grow to its maximum.",
    `Ask for, days before: https://console.cloud.google.com/iam-admin/quotas?project=${project}`,
    ...missing.map(({ where, metric, has, most, limit }) =>
      limit === undefined
        ? `  ${where} ${metric}: ${most} (has ${has ?? "an unknown number"})`
        : `  ${where} ${metric}: ${most} of ${limit}: add an address to Cloud NAT`,
    ),
  ].join("\n");
}

function printSources(): number {
  const rows = Object.entries(NEW_PROJECT).flatMap(([where, limits]) =>
    Object.entries(limits).map(
      ([metric, { limit, read, source }]) => `${where} ${metric}: ${limit}, ${read}\n  ${source}`,
    ),
  );
  console.log(rows.join("\n"));
  return EXIT.fine;
}

if (require.main === module) void start(quotas);
