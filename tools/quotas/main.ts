import { command, EXIT, SYNTH, start } from "../cli";
import { regionsOf } from "../inventory/resource";
import { SynthesizedEstate } from "../synthesized/estate";
import { left, renderTable, right } from "../table";
import { limitOf, NEW_PROJECT, readLimits } from "./limits";
import { type Need, needsOf } from "./needs";

interface Row extends Need {
  readonly has: number | undefined;
}

const quotas = command({
  name: "quotas",
  summary:
    "Counts what the synthesized estate takes of Google's quotas, in each region and in the project, and refuses what a new project does not have.",
  options: {
    ...SYNTH,
    quotas: {
      type: "string",
      value: "FILE",
      multiple: true,
      says: "what your project has, instead of a new one: gcloud compute regions describe REGION --format json, or project-info describe; can be given for each",
    },
    sources: { type: "boolean", says: "says where the numbers of a new project are from" },
  },
  details: [
    "least: everything at its minimum. rolling: for a while, while machines are replaced or GKE makes the pool that it removes again. most: everything at its maximum, and replaced. What runs already is part of both sides: usage is not subtracted.",
  ],
  exits: { fine: "everything fits", refused: "something does not; it says what to ask for" },
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

/** A table for each region and the project; regions that are alike share one. */
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

void start(quotas);
