import type { Command } from "../../tools/cli";
import { type DrillHost, drillCommand } from "../command";
import { isolatingCommand, raiseLoopback } from "../isolation";
import { runEdgeDrill } from "./edge-drill";
import { FAULTS } from "./faults";
import { ORDER } from "./order";
import { renderReport } from "./report";
import { renderSummary, toJson } from "./summary";
import { readEdgeConfig } from "./synthesized-config";

/** `npm run drill -- edge` */
export function edgeCommand(host: DrillHost): Command {
  return drillCommand(
    {
      name: "edge",
      summary:
        "Runs the synthesized HAProxy configuration of every country in the real HAProxy on loopback, breaks what is behind it under load, and says whether the edge keeps its promises.",
      faults: [...FAULTS.map(({ name }) => name), ORDER],
      rate: { least: 20, most: 500, usual: 150, says: "requests to each edge" },
      says: {
        country: "only the loss of this country",
        short: "under a minute: the first country killed, hanging and answering 503, and the order table",
      },
      details: [],
      checkInput: ({ options, topology }) => {
        for (const country of Object.keys(topology.countries)) readEdgeConfig(options.synth, country);
      },
      isolation: ({ find, requirePrograms }) => {
        requirePrograms(["haproxy", "openssl"]);
        return isolatingCommand({ unshare: find("unshare"), ip: find("ip") }, process.getuid?.() === 0);
      },
      play: ({ find, program, ...context }) => {
        if (context.options.isolated) raiseLoopback(program("ip"));
        const programs = { haproxy: program("haproxy"), openssl: program("openssl"), nft: find("nft") };
        return runEdgeDrill({ ...context, programs });
      },
      renderReport,
      renderSummary,
      toJson,
    },
    host,
  );
}
