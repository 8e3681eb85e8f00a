import { readEdgeConfig } from "../../drill/edge/synthesized-config";
import { findProgram } from "../../drill/programs";
import { supervised } from "../../drill/session";
import type { Command } from "../../tools/cli";
import { CannotTell, command, EXIT, progress, SYNTH, UsageError } from "../../tools/cli";
import { ENVIRONMENT, topologyNamed } from "../../tools/environment";
import { left, renderTable, right } from "../../tools/table";
import { type LoadCase, type LoadFigures, measure } from "./load";
import { startServers } from "./servers";

const VERSIONS = ["HTTP/1.1", "HTTP/2"] as const;
const SIZES = ["1k", "100k"] as const;

const CASES: readonly LoadCase[] = [
  ...[false, true].flatMap((isNew) =>
    VERSIONS.flatMap((version) => SIZES.map((page) => ({ version, page, isNew, method: "GET" as const }))),
  ),
  ...VERSIONS.map((version) => ({ version, page: "1k" as const, isNew: false, method: "POST" as const })),
];

/** `npm run bench -- edge` */
export function edgeBench(searchPath: string, enterEngines: (() => Promise<number>) | undefined): Command {
  return command({
    name: "bench -- edge",
    summary:
      "Measures the synthesized HAProxy configuration against a plain one with the same TLS and one server, on loopback, in one run: requests a second, how long they take, and HAProxy's processor time for each.",
    options: {
      ...SYNTH,
      ...ENVIRONMENT,
      country: { type: "string", value: "NAME", says: "whose edge; by default the first" },
      runs: { type: "string", value: "N", default: "3", says: "runs of each by turns, of which the median counts" },
    },
    exits: { fine: "measured" },
    run: async ({ synth, environment, country, runs: given }) => {
      const runs = Number(given);
      if (!Number.isInteger(runs) || runs < 1 || runs > 50) {
        throw new UsageError(`--runs ${given} is refused: use 1 to 50`);
      }
      const countries = Object.keys(topologyNamed(environment).countries);
      const chosen = country ?? countries[0] ?? "";
      if (!countries.includes(chosen))
        throw new UsageError(`--country ${chosen} is unknown: use ${countries.join(", ")}`);
      const config = readEdgeConfig(synth, chosen);
      if (enterEngines) return enterEngines();
      const program = (name: string) => {
        const found = findProgram(name, searchPath);
        if (!found) throw new CannotTell(`not installed: ${name}; run npm run engines`);
        return found;
      };
      const [haproxy, openssl, h2load] = [program("haproxy"), program("openssl"), program("h2load")];
      return supervised("bench-edge", async (supervisor) => {
        const { edge, plain } = await startServers(supervisor, { haproxy, openssl }, config);
        const rows = CASES.map((load) => {
          progress(nameOf(load));
          const both = Array.from({ length: runs }, () => ({
            plain: measure(h2load, supervisor.directory, plain, load),
            edge: measure(h2load, supervisor.directory, edge, load),
          }));
          return row(load, median(both.map(({ edge: own }) => own)), median(both.map(({ plain: other }) => other)));
        });
        console.log(renderTable(COLUMNS, rows));
        return EXIT.fine;
      });
    },
  });
}

const COLUMNS = [
  ...left("requests"),
  ...right("a second", "of plain", "p50 ms", "plain", "p99 ms", "plain", "CPU us", "plain"),
];

function nameOf({ method, version, page, isNew }: LoadCase): string {
  return `${method} ${page} ${version}${isNew ? ", new TLS each" : ""}`;
}

function row(load: LoadCase, edge: LoadFigures, plain: LoadFigures): string[] {
  return [
    nameOf(load),
    edge.requestsPerSecond.toFixed(0),
    (edge.requestsPerSecond / plain.requestsPerSecond).toFixed(2),
    ...[edge.p50Ms, plain.p50Ms, edge.p99Ms, plain.p99Ms].map((ms) => ms.toFixed(1)),
    ...[edge.cpuMicroseconds, plain.cpuMicroseconds].map((us) => us.toFixed(0)),
  ];
}

/** The run of median rate. */
function median(runs: readonly LoadFigures[]): LoadFigures {
  const sorted = [...runs].sort((a, b) => a.requestsPerSecond - b.requestsPerSecond);
  const middle = sorted[Math.floor(runs.length / 2)];
  if (!middle) throw new Error("nothing was measured");
  return middle;
}
