import { getOrThrow } from "./get-or-throw";
import { isShared, machineSize } from "./machine-types";
import { type Problem, problem, when } from "./problem";
import { replicationCacheMb } from "./replication-cache";
import type { Topology } from "./topology";

/** The rest of the disk is for the data, the redo log and what a backup or a full copy needs temporarily. */
const REPLICATION_CACHE_SHARE = 0.5;

/** Memory per vCPU of a database machine: with less, connections and write sets push MariaDB out of memory. */
const LEAST_MB_PER_CPU = 4096;

/** Galera needs more than half of its nodes: it must survive the loss of any one country. */
export function quorumProblems({ countries }: Topology): Problem[] {
  const nodes = Object.entries(countries).map(([name, { database }]) => ({ name, nodes: database.nodes }));
  // Already reported for the countries.
  if (nodes.length < 2) return [];
  const total = nodes.reduce((sum, country) => sum + country.nodes, 0);
  const written = nodes.map((country) => `${country.name} ${country.nodes}`).join(", ");
  return [
    ...when(
      total < 3 || total % 2 === 0,
      "countries.*.database.nodes",
      written,
      `an even number (${total}), or fewer than 3, can split into halves that both stop: make it odd`,
    ),
    ...nodes
      .filter((country) => 2 * country.nodes >= total)
      .map((country) =>
        problem(
          `countries.${country.name}.database.nodes`,
          country.nodes,
          `it is half of all ${total} or more, so the database stops with this country: use fewer here or more elsewhere`,
        ),
      ),
  ];
}

export function firstDatabaseProblems({ countries, firstDatabase }: Topology): Problem[] {
  const withNode = Object.keys(countries).filter((country) => getOrThrow(countries, country).database.nodes > 0);
  return when(
    !withNode.includes(firstDatabase),
    "firstDatabase",
    firstDatabase,
    withNode.length > 0
      ? `name a country that has a database node: ${withNode.join(", ")}`
      : "name a country that has a database node",
  );
}

export function databaseMachineProblems({ countries }: Topology, country: string): Problem[] {
  const { machineType } = getOrThrow(countries, country).database;
  const size = machineSize(machineType);
  const isSmall = isShared(machineType) || (size?.memoryMb ?? 0) < LEAST_MB_PER_CPU * (size?.cpus ?? 0);
  return when(
    isSmall,
    `countries.${country}.database.machineType`,
    machineType,
    "MariaDB needs vCPUs of its own and 4 GB of memory for each: use a standard or highmem type such as n2-standard-4",
  );
}

export function replicationCacheProblems({ countries }: Topology, country: string): Problem[] {
  const { outageMinutes, writeMbPerMinute, diskGb } = getOrThrow(countries, country).database;
  const cacheGb = Math.ceil(replicationCacheMb(outageMinutes, writeMbPerMinute) / 1024);
  const roomGb = diskGb * REPLICATION_CACHE_SHARE;
  return when(
    cacheGb > roomGb,
    `countries.${country}.database.diskGb`,
    diskGb,
    `outageMinutes (${outageMinutes}) at writeMbPerMinute (${writeMbPerMinute}) mean ${cacheGb} GB of write sets, ` +
      `and half of the disk is for data: use ${Math.ceil(cacheGb / REPLICATION_CACHE_SHARE)} GB or more, or fewer minutes`,
  );
}
