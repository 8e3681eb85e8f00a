import type { App } from "cdktf";
import { cloudLimitProblems } from "../checks/cloud-limits";
import { clusterFitProblems } from "../checks/cluster-fit/cluster-fit";
import { planAddresses } from "../config/address-plan";
import { deploymentOrder } from "../config/deployment-order";
import { getOrThrow } from "../config/get-or-throw";
import { RefusedError } from "../config/refused-error";
import type { Topology } from "../config/topology";
import { validateTopology } from "../config/validate-topology";
import { labelResources } from "../constructs/labels";
import { clusterContents } from "../settings/cluster-contents";
import { MonitoringStack } from "./monitoring-stack";
import { NetworkStack } from "./network-stack";
import type { RegionOutputs } from "./region-outputs";
import { RegionStack } from "./region-stack";

/**
 * The whole architecture: the network first, then every country on its own, then their monitoring.
 * @throws RefusedError when the topology, or a resource made from it, would be rejected by Google Cloud; then nothing
 * is written
 */
export function buildEstate(app: App, topology: Topology): void {
  refuse(`topology "${topology.environment}"`, validateTopology(topology));
  const plan = planAddresses(topology);

  const network = new NetworkStack(app, "network", { topology, plan });
  const regions: Record<string, RegionOutputs> = {};
  const stacks: Record<string, RegionStack> = {};
  for (const country of Object.keys(topology.countries)) {
    const outputs = { network: getOrThrow(network.outputs, country), database: network.databaseOutputs };
    const stack = new RegionStack(app, `region-${country}`, { topology, plan, country, ...outputs });
    stacks[country] = stack;
    regions[country] = stack.outputs;
  }
  oneAfterTheOther(deploymentOrder(topology).map((country) => getOrThrow(stacks, country)));
  new MonitoringStack(app, "monitoring", { topology, plan, networks: network.outputs, regions });

  labelResources(app, topology.environment);
  refuse("what is made of it", [...clusterFitProblems(clusterContents(topology, plan)), ...cloudLimitProblems(app)]);
}

/** So that `cdktf deploy '*'`, which runs stacks at the same time, changes one country at a time too. */
function oneAfterTheOther(stacks: readonly RegionStack[]): void {
  for (const [index, stack] of stacks.slice(1).entries()) {
    const before = stacks[index];
    if (before) stack.addDependency(before);
  }
}

function refuse(what: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new RefusedError(what, problems);
}
