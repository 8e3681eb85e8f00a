import { getOrThrow } from "./get-or-throw";
import { nameProblems } from "./names";
import { type Problem, problem, when } from "./problem";
import { zonesOf } from "./regions";
import { isEvacuated, type Topology } from "./topology";
import { databaseMachineProblems, replicationCacheProblems } from "./validate-database";
import { monitoringProblems, siteNodeProblems, storeProblems } from "./validate-monitoring";
import { clusterPoolProblems, poolOrderProblems } from "./validate-pools";

/** Problems of one country, including its references to others. */
export type CountryRule = (topology: Topology, country: string) => Problem[];

export const COUNTRY_RULES: readonly CountryRule[] = [
  (topology, country) => nameProblems(topology, country).map((reason): Problem => `countries.${country}: ${reason}`),
  zoneProblems,
  failoverProblems,
  failoverDatabaseProblems,
  evacuationProblems,
  clusterPoolProblems,
  poolOrderProblems,
  replicaProblems,
  databaseMachineProblems,
  replicationCacheProblems,
  monitoringProblems,
  siteNodeProblems,
  storeProblems,
  archiveProblems,
  retentionProblems,
];

function zoneProblems({ countries }: Topology, country: string): Problem[] {
  const { region, zones } = getOrThrow(countries, country);
  const known = zonesOf(region);
  return zones
    .filter((zone) => !known.includes(zone))
    .map((zone) => problem(`countries.${country}.zones`, zone, `use zones of ${region}: ${known.join(", ")}`));
}

function failoverProblems({ countries }: Topology, name: string): Problem[] {
  const at = `countries.${name}.failover`;
  const { failover } = getOrThrow(countries, name);
  const others = Object.keys(countries).filter((country) => country !== name);
  return [
    ...when(failover.length === 0, at, failover, `name at least one of ${others.join(", ")}`),
    ...failover.flatMap((country, index) => {
      if (country === name) return [problem(at, country, "remove it: a country is always its own first choice")];
      if (!Object.hasOwn(countries, country)) return [problem(at, country, `use one of ${others.join(", ")}`)];
      return when(failover.indexOf(country) !== index, at, country, "remove the repetition");
    }),
  ];
}

function evacuationProblems(topology: Topology, name: string): Problem[] {
  const { failover, state } = getOrThrow(topology.countries, name);
  const known = failover.filter((country) => Object.hasOwn(topology.countries, country));
  return when(
    state === "evacuated" && known.every((country) => isEvacuated(topology, country)),
    `countries.${name}.state`,
    "evacuated",
    "keep one of its failover countries in service, or nobody serves its users",
  );
}

function failoverDatabaseProblems({ countries }: Topology, name: string): Problem[] {
  const { failover } = getOrThrow(countries, name);
  const nearby = [name, ...failover].filter((country) => Object.hasOwn(countries, country));
  return when(
    nearby.every((country) => getOrThrow(countries, country).database.nodes === 0),
    `countries.${name}.failover`,
    failover,
    "name a country that has a database node, or give this one a node: apps use only these countries' nodes",
  );
}

function replicaProblems({ countries }: Topology, country: string): Problem[] {
  const { minReplicas, maxReplicas } = getOrThrow(countries, country).app;
  return when(
    maxReplicas < minReplicas,
    `countries.${country}.app.maxReplicas`,
    maxReplicas,
    `use at least minReplicas (${minReplicas})`,
  );
}

function archiveProblems({ countries }: Topology, country: string): Problem[] {
  const { nearlineAfterDays, archiveAfterDays } = getOrThrow(countries, country).archive;
  return when(
    archiveAfterDays <= nearlineAfterDays,
    `countries.${country}.archive.archiveAfterDays`,
    archiveAfterDays,
    `use more than nearlineAfterDays (${nearlineAfterDays})`,
  );
}

function retentionProblems({ countries }: Topology, country: string): Problem[] {
  const { archiveAfterDays, logRetentionDays } = getOrThrow(countries, country).archive;
  return when(
    logRetentionDays <= archiveAfterDays,
    `countries.${country}.archive.logRetentionDays`,
    logRetentionDays,
    `use more than archiveAfterDays (${archiveAfterDays})`,
  );
}
