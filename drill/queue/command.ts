import { CannotTell, type Command } from "../../tools/cli";
import { type DrillHost, drillCommand, enclosedAsRoot } from "../command";
import { FAULTS } from "./faults";
import { runQueueDrill } from "./queue-drill";
import { renderReport } from "./report";
import { renderSummary, toJson } from "./summary";
import { readBroker } from "./synthesized-broker";

const PROGRAMS = ["ip", "unshare", "nsenter", "mount", "sysctl", "erl", "epmd"];

/** `npm run drill -- queue` */
export function queueCommand(host: DrillHost): Command {
  return drillCommand(
    {
      name: "queue",
      summary:
        "Runs a country's synthesized broker as real RabbitMQ nodes, one per zone, in network namespaces. Breaks them while apps publish, and checks the queue's promises. Needs root.",
      faults: FAULTS.map(({ name }) => name),
      rate: { least: 1, most: 100, usual: 20, says: "messages to each node" },
      says: {
        country: "the country whose broker it is (default: the topology's first)",
        short: "only the leader's node killed, and all nodes killed; a minute or two",
      },
      details: [
        "Configuration and definitions are the synthesized ones. Unlike in a cluster, peers are listed explicitly, passwords are the drill's own, and the version is Debian's.",
      ],
      checkInput: ({ options }) => {
        const { nodes } = readBroker(options.synth, options.firstCountry);
        if (nodes < 3)
          throw new CannotTell(`${options.synth} has a broker with ${nodes} nodes: the drill needs three or more`);
      },
      isolation: (preparation) => enclosedAsRoot(preparation, PROGRAMS),
      play: ({ program, ...context }) =>
        runQueueDrill({ ...context, country: context.options.firstCountry, ip: program("ip") }),
      renderReport,
      renderSummary,
      toJson,
    },
    host,
  );
}
