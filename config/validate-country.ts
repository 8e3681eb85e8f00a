import { machineSize } from "./machine-types";
import { nameProblems } from "./names";
import { isWhole, type Problem, problem, when } from "./problem";
import { REGION_ZONES, zonesOf } from "./regions";
import type { Country, Database, Topology } from "./topology";
import { appProblems } from "./validate-app";
import { monitoringProblems } from "./validate-monitoring";
import { MAXIMUM_NODES, machineTypeProblems, poolProblems } from "./validate-pools";

/** A bucket's retention is below 2^31 seconds, which is 24,855 days. */
const MAXIMUM_DAYS = 24_000;

/** What is wrong with one country, by itself and in what it says of others. */
export function countryProblems(topology: Topology, name: string, country: Country): Problem[] {
  const at = `countries.${name}`;
  const { edge, cluster, database, vpn, archive, slot } = country;
  const pools = Object.entries(cluster.pools);
  const greatest = pools.reduce((sum, [, { maxNodes }]) => sum + maxNodes, 0);
  return [
    ...nameProblems(topology, name).map((reason): Problem => `${at}: ${reason}`),
    ...placeProblems(at, country),
    ...when(!isWhole(slot, 0, 63), `${at}.slot`, slot, "use a whole number from 0 to 63"),
    ...failoverProblems(topology, name, country),
    ...machineTypeProblems(`${at}.edge.machineType`, edge.machineType),
    ...when(
      !isWhole(edge.instances, 3, 30),
      `${at}.edge.instances`,
      edge.instances,
      "use 3 to 30, so that each zone has one",
    ),
    ...when(
      !isWhole(edge.requestsPer10Seconds, 10, 100_000),
      `${at}.edge.requestsPer10Seconds`,
      edge.requestsPer10Seconds,
      "use 10 to 100,000",
    ),
    ...when(
      pools.length < 2 || !Object.hasOwn(cluster.pools, "app"),
      `${at}.cluster.pools`,
      `{${pools.map(([pool]) => pool).join(", ")}}`,
      "define `app` for the app's pods, and another pool for everything else",
    ),
    ...when(
      pools.every(([, { maxNodes }]) => maxNodes <= MAXIMUM_NODES) && greatest > MAXIMUM_NODES,
      `${at}.cluster.pools`,
      pools.map(([, { maxNodes }]) => maxNodes),
      `let maxNodes add up to at most ${MAXIMUM_NODES}, the pod range holds 256 nodes`,
    ),
    ...pools.flatMap(([pool, settings]) => poolProblems(`${at}.cluster.pools.${pool}`, pool, settings)),
    ...appProblems(at, country),
    ...databaseProblems(`${at}.database`, database),
    ...machineTypeProblems(`${at}.vpn.machineType`, vpn.machineType),
    ...when(!isWhole(vpn.diskGb, 10, 1000), `${at}.vpn.diskGb`, vpn.diskGb, "use 10 to 1,000 GB"),
    ...when(
      !isWhole(vpn.backupRetentionDays, 1, 365),
      `${at}.vpn.backupRetentionDays`,
      vpn.backupRetentionDays,
      "use 1 to 365 days",
    ),
    ...monitoringProblems(topology, name),
    ...when(
      !isWhole(archive.nearlineAfterDays, 1, MAXIMUM_DAYS),
      `${at}.archive.nearlineAfterDays`,
      archive.nearlineAfterDays,
      `use 1 to ${MAXIMUM_DAYS} days`,
    ),
    ...when(
      !isWhole(archive.archiveAfterDays, archive.nearlineAfterDays + 1, MAXIMUM_DAYS),
      `${at}.archive.archiveAfterDays`,
      archive.archiveAfterDays,
      `use more than nearlineAfterDays (${archive.nearlineAfterDays}), at most ${MAXIMUM_DAYS}`,
    ),
    ...when(
      !isWhole(archive.logRetentionDays, archive.archiveAfterDays + 1, MAXIMUM_DAYS),
      `${at}.archive.logRetentionDays`,
      archive.logRetentionDays,
      `use more than archiveAfterDays (${archive.archiveAfterDays}), at most ${MAXIMUM_DAYS}`,
    ),
  ];
}

function placeProblems(at: string, { region, zones }: Country): Problem[] {
  if (!Object.hasOwn(REGION_ZONES, region)) {
    return [problem(`${at}.region`, region, "use a region of config/regions.ts, such as asia-southeast2")];
  }
  const known = zonesOf(region);
  return [
    ...zones
      .filter((zone) => !known.includes(zone))
      .map((zone) => problem(`${at}.zones`, zone, `use zones of ${region}: ${known.join(", ")}`)),
    ...when(zones.length !== 3 || new Set(zones).size !== 3, `${at}.zones`, zones, "name three different zones"),
  ];
}

function failoverProblems({ countries }: Topology, name: string, { failover }: Country): Problem[] {
  const at = `countries.${name}.failover`;
  const others = Object.keys(countries).filter((country) => country !== name);
  const nearby = Object.entries(countries).filter(([country]) => country === name || failover.includes(country));
  return [
    ...when(
      nearby.every(([, { database }]) => database.nodes === 0),
      at,
      failover,
      "name a country that has a database node, or give this one a node: apps use the nodes of these countries alone",
    ),
    ...when(failover.length === 0, at, failover, `name at least one of ${others.join(", ")}`),
    ...failover.flatMap((country, index) => {
      if (country === name) return [problem(at, country, "remove it: a country is always its own first choice")];
      if (!Object.hasOwn(countries, country)) return [problem(at, country, `use one of ${others.join(", ")}`)];
      return when(failover.indexOf(country) !== index, at, country, "remove the repetition");
    }),
  ];
}

function databaseProblems(at: string, database: Database): Problem[] {
  const { nodes, machineType, diskGb, outageMinutes, writeMbPerMinute, backupRetentionDays } = database;
  return [
    ...when(!isWhole(nodes, 0, 9), `${at}.nodes`, nodes, "use 0 to 9"),
    ...when(
      !machineSize(machineType),
      `${at}.machineType`,
      machineType,
      "use a type that config/machine-types.ts knows, such as n2-standard-4",
    ),
    ...when(!isWhole(diskGb, 20, 65_536), `${at}.diskGb`, diskGb, "use 20 to 65,536 GB"),
    ...when(!isWhole(outageMinutes, 1, 1440), `${at}.outageMinutes`, outageMinutes, "use 1 to 1,440 minutes"),
    ...when(!isWhole(writeMbPerMinute, 1, 1000), `${at}.writeMbPerMinute`, writeMbPerMinute, "use 1 to 1,000 MB"),
    ...when(
      !isWhole(backupRetentionDays, 1, 365),
      `${at}.backupRetentionDays`,
      backupRetentionDays,
      "use 1 to 365 days",
    ),
  ];
}
