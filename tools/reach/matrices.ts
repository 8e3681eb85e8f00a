import type { SynthesizedEstate } from "../synthesized/estate";
import { left, renderTable, wrap } from "../table";
import { clusterRelations } from "./clusters";
import { entryPoints } from "./entry-points";
import { grantRelations, secretRelations } from "./identities";
import { machineRelations } from "./machines";
import { openingRelations } from "./network";
import { summarize } from "./relations";

/** One table derived from the estate's JSON. */
export interface Matrix {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export function matrices(estate: SynthesizedEstate): Matrix[] {
  const { countries } = estate;
  const loadBalancers = entryPoints(estate).flatMap(({ name, from, ports }) =>
    from.map((source) => ({ from: source, to: name, cells: [ports] })),
  );
  return [
    {
      title: "Who reaches what, by the firewall",
      columns: ["source", "target", "ports", "rule", "where"],
      rows: summarize(openingRelations(estate), countries),
    },
    {
      title: "Load balancers",
      columns: ["source", "load balancer", "ports", "where"],
      rows: summarize(loadBalancers, countries),
    },
    {
      title: "Machines",
      columns: ["machine", "acts as", "tags", "address", "where"],
      rows: summarize(machineRelations(estate), countries),
    },
    {
      title: "Clusters",
      columns: ["cluster", "control plane by", "nodes", "pods get from the metadata server", "where"],
      rows: summarize(clusterRelations(estate), countries),
    },
    {
      title: "Who may do what",
      columns: ["who", "on what", "role", "where"],
      rows: summarize(grantRelations(estate), countries),
    },
    {
      title: "Who reads which secret",
      columns: ["secret", "read by", "where"],
      rows: summarize(secretRelations(estate), countries),
    },
  ];
}

/** The tables as text. @param width maximum line length in characters: a terminal's, or none for the reviewed page */
export function renderMatrices(environment: string, found: readonly Matrix[], width?: number): string {
  const tables = found.map(
    ({ title, columns, rows }) => `## ${title}\n\n\`\`\`text\n${renderTable(left(...columns), rows, width)}\n\`\`\`\n`,
  );
  const head = `# ${environment}: who reaches what, and who may do what\n`;
  const note =
    "Read from the synthesized JSON by `npm run reach -- --update`; `npm run reach` fails when the two differ.\n";
  return [head, wrap(note, width), ...tables].join("\n");
}

/** Rows that only one of the two texts has, by table title. */
export function differences(expected: string, actual: string): string[] {
  const [wanted, found] = [rowsOf(expected), rowsOf(actual)];
  return [
    ...[...found].filter((row) => !wanted.has(row)).map((row) => `not expected: ${row}`),
    ...[...wanted].filter((row) => !found.has(row)).map((row) => `expected and missing: ${row}`),
  ];
}

/** Column widths depend on the longest cell, so rows are compared by their cells. */
function rowsOf(text: string): Set<string> {
  let title = "";
  let isTable = false;
  const rows = new Set<string>();
  for (const line of text.split("\n")) {
    if (line.startsWith("## ")) title = line.slice(3);
    else if (line.startsWith("```")) isTable = !isTable;
    else if (isTable && !/^[- ]+$/.test(line)) rows.add(`${title}: ${line.split(/ {2,}/).join(" | ")}`);
  }
  return rows;
}
