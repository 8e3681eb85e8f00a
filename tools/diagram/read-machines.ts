import { type Attributes, listOf, type SynthesizedEstate } from "../synthesized/estate";
import type { DatabaseNode, Vpn } from "./picture";
import { inRegion, recordOf } from "./releases";

/** A country's machines that carry a MariaDB config. */
export function readDatabases(estate: SynthesizedEstate, country: string): DatabaseNode[] {
  return instances(estate, country)
    .filter((attributes) => configOf(attributes))
    .map((attributes) => ({
      title: String(attributes.name),
      lines: ["MariaDB", String(attributes.machine_type)],
      members: membersOf(configOf(attributes)),
    }));
}

/** The host that operators come in by. */
export function readVpn(estate: SynthesizedEstate, country: string): Vpn | undefined {
  const host = instances(estate, country).find(({ tags }) => listOf<string>(tags).includes("vpn"));
  if (!host) return undefined;
  const [network] = listOf(host.network_interface);
  const [access] = listOf(network?.access_config);
  const address = access && estate.follow(String(access.nat_ip), `region-${country}`);
  const where = typeof address === "object" ? ` at ${address.attributes.name}` : "";
  const [program] = String(host.description ?? host.name).split(" in ");
  return {
    title: `VPN: ${program}`,
    lines: [`${host.machine_type}${where}`],
    isPublic: Boolean(access),
  };
}

function instances(estate: SynthesizedEstate, country: string): Attributes[] {
  return estate
    .ofType("google_compute_instance")
    .filter(inRegion(country))
    .map(({ attributes }) => attributes)
    .sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1));
}

function configOf({ metadata }: Attributes): string {
  return String(recordOf(metadata)["mariadb-cnf"] ?? "");
}

/** Sorted, because each node names the same members and may name them in its own order. */
function membersOf(config: string): string {
  const [, members = ""] = /^wsrep_cluster_address = gcomm:\/\/(.*)$/m.exec(config) ?? [];
  return members.split(",").sort().join();
}
