import { planAddresses } from "../../config/address-plan";
import { names } from "../../config/names";
import { monitoringSites, type Topology } from "../../config/topology";
import { Failed, type Rehearsal } from "../rehearsal";
import type { Clusters } from "./clusters";
import { appFlows } from "./flows/app-flows";
import { judgeLive } from "./flows/live";
import { siteFlows } from "./flows/site-flows";
import type { FlowTable } from "./flows/table";
import { unsettledPods } from "./pods";

const ACT = "in the clusters";

/** Every pod runs, on the nodes of the pools' minimum, and the policies let through what the tables of flows say. */
export async function inTheClusters(rehearsal: Rehearsal, clusters: Clusters, topology: Topology): Promise<void> {
  const tables = flowTables(topology);
  for (const { declared, client } of clusters.standing) {
    const least = declared.pools.reduce((sum, { minNodes }) => sum + minNodes, 0);
    await rehearsal.step({ act: ACT, name: `${declared.name}: every pod runs` }, async () => {
      const unsettled = await unsettledPods(client);
      const nodes = await client.list("/api/v1/nodes");
      const grown =
        nodes.length > least ? [`${nodes.length} nodes are needed, and the pools' minimum is ${least}`] : [];
      if (unsettled.length + grown.length > 0)
        throw new Failed([...unsettled, ...grown].map((one) => `${declared.name}: ${one}`));
    });
    const table = tables[declared.name];
    if (!table) continue;
    await rehearsal.step({ act: ACT, name: `${declared.name}: network policies` }, async () => {
      const { problems } = await judgeLive(table, client);
      if (problems.length > 0) throw new Failed(problems.map((one) => `${declared.name}: ${one}`));
    });
  }
}

function flowTables(topology: Topology): Readonly<Record<string, FlowTable>> {
  const plan = planAddresses(topology);
  return Object.fromEntries([
    ...Object.keys(topology.countries).map((country) => [names.cluster(country), appFlows(topology, plan, country)]),
    ...monitoringSites(topology).map((site) => [names.monitoringCluster(site), siteFlows(topology, plan, site)]),
  ]);
}
