import { CannotTell, type Command } from "../../tools/cli";
import { type DrillHost, drillCommand, enclosedAsRoot } from "../command";
import { DATABASE_PROGRAMS } from "../data/command";
import { readDatabaseInstances } from "../data/synthesized-database";
import { readEdgeConfig } from "../edge/synthesized-config";
import { readBroker } from "../queue/synthesized-broker";
import { runCountryDrill } from "./country-drill";
import { readDns } from "./dns";
import { FAULTS } from "./faults";
import { NOT_SHOWN, renderReport } from "./report";
import { renderSummary, toJson } from "./summary";

/** The worker says that a message is done before it is. */
const ACKNOWLEDGES_EARLY = "acknowledges-early";

/** `npm run drill -- country` */
export function countryCommand(host: DrillHost): Command {
  return drillCommand(
    {
      name: "country",
      summary:
        "Opens the shop in every country on one machine: the synthesized HAProxies, database machines and brokers, an app that sells, DNS by geolocation, and users who keep connections as browsers do, as far apart as the countries are. Loses countries, and says whether everything that users were told still holds. Needs root.",
      faults: FAULTS.map(({ name }) => name),
      plants: [ACKNOWLEDGES_EARLY],
      rate: { least: 2, most: 40, usual: 10, says: "what each country's users do" },
      says: {
        country: "the first country to fail (default: the topology's first)",
        short: "under five minutes: a country's app killed, and a whole country lost",
      },
      details: [NOT_SHOWN],
      checkInput: ({ options: { synth }, topology }) => {
        readDns(synth);
        for (const country of Object.keys(topology.countries)) {
          readEdgeConfig(synth, country);
          readBroker(synth, country);
          if (readDatabaseInstances(synth, country).length === 0) {
            throw new CannotTell(`${country} has no database node: this drill needs one in each country`);
          }
        }
      },
      isolation: (preparation) => enclosedAsRoot(preparation, [...DATABASE_PROGRAMS, "erl"]),
      play: ({ program, options, ...context }) => {
        const programs = { haproxy: program("haproxy"), openssl: program("openssl"), ip: program("ip") };
        return runCountryDrill({
          ...context,
          options,
          programs,
          synth: options.synth,
          acknowledgesEarly: options.plant === ACKNOWLEDGES_EARLY,
        });
      },
      renderReport,
      renderSummary,
      toJson,
    },
    host,
  );
}
