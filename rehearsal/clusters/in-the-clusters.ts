import { planAddresses } from "../../config/address-plan";
import { names } from "../../config/names";
import { monitoringSites, type Topology } from "../../config/topology";
import { Failed, type Rehearsal } from "../rehearsal";
import type { Standing } from "./clusters";
import { appFlows } from "./flows/app-flows";
import { judgeLive } from "./flows/live";
import { siteFlows } from "./flows/site-flows";
import type { FlowTable } from "./flows/table";
import { unsettledPods } from "./pods";

/** Every pod of a cluster runs, and the policies let through what the table of flows says. */
export async function holdsTogether(
  rehearsal: Rehearsal,
  act: string,
  cluster: Standing,
  topology: Topology,
): Promise<void> {
  const { declared, client } = cluster;
  await everyPodRuns(rehearsal, act, cluster);
  const table = flowTables(topology)[declared.name];
  if (!table) return;
  await rehearsal.step({ act, name: `${declared.name}: network policies` }, async () => {
    const { problems } = await judgeLive(table, client);
    if (problems.length > 0) throw new Failed(problems.map((one) => `${declared.name}: ${one}`));
  });
}

/** All clusters that stand hold together. */
export async function allHoldTogether(rehearsal: Rehearsal, act: string, topology: Topology): Promise<void> {
  for (const cluster of rehearsal.clusters?.standing ?? []) await holdsTogether(rehearsal, act, cluster, topology);
}

export async function everyPodRuns(rehearsal: Rehearsal, act: string, { declared, client }: Standing): Promise<void> {
  await rehearsal.step({ act, name: `${declared.name}: every pod runs` }, async () => {
    const unsettled = await unsettledPods(client);
    if (unsettled.length > 0) throw new Failed(unsettled.map((one) => `${declared.name}: ${one}`));
  });
}

/** The nodes of the pools' minimum are enough for what was deployed. */
export async function fitsLeastNodes(rehearsal: Rehearsal, act: string, { declared, client }: Standing): Promise<void> {
  const least = declared.pools.reduce((sum, { minNodes }) => sum + minNodes, 0);
  await rehearsal.step({ act, name: `${declared.name}: ${least} nodes are enough` }, async () => {
    const { length } = await client.list("/api/v1/nodes");
    if (length > least)
      throw new Failed([`${declared.name}: ${length} nodes are needed, and the pools' minimum is ${least}`]);
  });
}

function flowTables(topology: Topology): Readonly<Record<string, FlowTable>> {
  const plan = planAddresses(topology);
  return Object.fromEntries([
    ...Object.keys(topology.countries).map((country) => [names.cluster(country), appFlows(topology, plan, country)]),
    ...monitoringSites(topology).map((site) => [names.monitoringCluster(site), siteFlows(topology, plan, site)]),
  ]);
}
