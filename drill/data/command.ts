import { CannotTell, type Command } from "../../tools/cli";
import { type DrillContext, type DrillHost, drillCommand, enclosedAsRoot } from "../command";
import { readEdgeConfig } from "../edge/synthesized-config";
import { runDataDrill } from "./data-drill";
import { FAULTS } from "./faults";
import { LATENCY } from "./latency";
import { renderReport } from "./report";
import { renderSummary, toJson } from "./summary";
import { readDatabaseInstances, SCALED } from "./synthesized-database";

export const DATABASE_PROGRAMS = [
  "mariadbd mariadb mariadb-install-db mariadb-backup haproxy openssl curl jq socat zstd",
  "ip unshare nsenter setpriv mount sysctl nice timeout flock",
].flatMap((names) => names.split(" "));

const SIZES = Object.entries(SCALED).map(([option, size]) => `${option} is ${size}`);

/** `npm run drill -- data` */
export function dataCommand(host: DrillHost): Command {
  return drillCommand(
    {
      name: "data",
      summary:
        "Runs the synthesized database machines of every country, booted by their own script, as real MariaDB servers with Galera behind the synthesized HAProxies, in network namespaces as far apart as the countries are. Breaks them while apps write, and checks the database's promises. Needs root.",
      faults: [...FAULTS.map(({ name }) => name), LATENCY],
      rate: { least: 5, most: 50, usual: 25, says: "writes by each country's app" },
      schedules: true,
      says: {
        country: "the first country to fail (default: the topology's first)",
        short: "only the loss of the writer's machine, and a cold start; under two minutes",
      },
      details: [
        `Unlike the real machines: paths, users that don't exist here, and settings that depend on the machine's size: ${SIZES.join(", ")}.`,
      ],
      checkInput,
      isolation: (preparation) => enclosedAsRoot(preparation, DATABASE_PROGRAMS),
      play: ({ program, ...context }) => {
        const programs = { haproxy: program("haproxy"), openssl: program("openssl"), ip: program("ip") };
        return runDataDrill({ ...context, programs });
      },
      renderReport,
      renderSummary,
      toJson,
    },
    host,
  );
}

function checkInput({ options: { synth }, topology }: Pick<DrillContext, "options" | "topology">): void {
  const countries = Object.keys(topology.countries);
  for (const country of countries) readEdgeConfig(synth, country);
  const nodes = countries.flatMap((country) => readDatabaseInstances(synth, country));
  if (nodes.length < 3) {
    throw new CannotTell(`${synth} has ${nodes.length} database nodes: the drill needs three or more`);
  }
}
