import { names } from "../../config/names";
import type { Topology } from "../../config/topology";
import { changed, changedCountry } from "../changes";
import { repositoryReleases } from "../clusters/chart-upgrade";
import type { Clusters } from "../clusters/clusters";
import { everyPodRuns, holdsTogether } from "../clusters/in-the-clusters";
import { type Estate, MONITORING, NETWORK, regionOf, regionsOf, stackOf } from "../estate";
import type { Expectation } from "../expectation";
import type { Rehearsal } from "../rehearsal";

export const DAY_TWO = "day 2";

/** One day-2 change and what it may do, by stack. A stack that is not named must not change at all. */
interface ChangeRow {
  /** In `changes.ts`. */
  readonly change: string;
  readonly name: string;
  readonly expected: Readonly<Record<string, Expectation>>;
}

/** A new template, made before the old one goes, and the group that moves to it. */
const EDGE: Expectation = {
  replace: ["google_compute_region_instance_template.edge_template_*"],
  update: ["google_compute_region_instance_group_manager.edge_group_*"],
};

/** A rollout of the app in place. */
const APP = ["kubernetes_deployment_v1.platform_app_deployment_*"];

/** KEDA owns the number of pods: the Deployment is left as it is. */
const SCALING = ["helm_release.platform_shop-scaling_release_*"];

/** Both controllers claim one address and one class: the old one goes before the new one comes. */
const CONTROLLER: Expectation = {
  replace: ["helm_release.platform_ingress_release_*"],
  update: [
    "kubernetes_network_policy_v1.platform_namespaces_ingress_controller_*",
    "kubernetes_network_policy_v1.platform_namespaces_observability_metrics-agent_*",
  ],
};

/** The app may go to the databases that it tries. */
const APP_POLICY = ["kubernetes_network_policy_v1.platform_namespaces_shop_app_*"];

/**
 * @param country the one that is changed
 * @param hasClusters whether what is in the clusters is applied too
 */
export function changeRows(country: string, hasClusters: boolean): readonly ChangeRow[] {
  const region = regionOf(country);
  const inCluster = (update: readonly string[]) => (hasClusters ? update : []);
  return [
    { change: "edge-rate", name: "the edge's rate limit", expected: { [region]: EDGE } },
    // Nothing of Google's may move.
    { change: "app-image", name: "the app's image", expected: { [region]: { update: inCluster(APP) } } },
    { change: "app-replicas", name: "the app's least pods", expected: { [region]: { update: inCluster(SCALING) } } },
    {
      change: "ingress-controller",
      name: "the other ingress controller",
      expected: hasClusters ? { [region]: CONTROLLER } : {},
    },
    {
      change: "database-machine",
      name: "a database node's machine type",
      expected: { [region]: { update: ["google_compute_instance.database_*"] } },
    },
    {
      change: "failover-order",
      name: "a country's failover order",
      // A database node asks for a copy of the data in the same order, and the app tries the databases in it.
      expected: {
        [region]: {
          ...EDGE,
          update: [...(EDGE.update ?? []), "google_compute_instance.database_*", ...inCluster([...APP, ...APP_POLICY])],
        },
      },
    },
  ];
}

/** Applies each change to the estate as it was first deployed, and takes it back. */
export async function dayTwo(
  rehearsal: Rehearsal,
  estate: Estate,
  topology: Topology,
  synthesize: (change: string) => Estate,
): Promise<void> {
  const { clusters } = rehearsal;
  const country = changedCountry(topology);
  const cluster = names.cluster(country);
  for (const { change, name, expected } of changeRows(country, clusters !== undefined)) {
    await applyAll(rehearsal, name, synthesize(change), expected);
    if (clusters) await holdsTogether(rehearsal, DAY_TWO, clusters.standingAs(cluster), changed(topology, change));
    await applyAll(rehearsal, `${name} as it was`, estate, expected);
    if (clusters) await holdsTogether(rehearsal, DAY_TWO, clusters.standingAs(cluster), topology);
  }
  if (clusters) await upgradeCharts(rehearsal, clusters, estate, [regionOf(country), MONITORING]);
}

/** Every chart from a repository gets its next version, and its old one back. */
async function upgradeCharts(
  rehearsal: Rehearsal,
  clusters: Clusters,
  estate: Estate,
  stacks: readonly string[],
): Promise<void> {
  for (const stack of stacks) {
    const before = stackOf(estate, stack);
    const expected = { update: repositoryReleases(before) };
    const ours = clusters.standingIn(before);
    await rehearsal.change(DAY_TWO, "every chart's next version", stack, clusters.withNextCharts(before), expected);
    for (const cluster of ours) await everyPodRuns(rehearsal, DAY_TWO, cluster);
    await rehearsal.change(DAY_TWO, "every chart's version as it was", stack, before, expected);
    for (const cluster of ours) await everyPodRuns(rehearsal, DAY_TWO, cluster);
  }
}

async function applyAll(
  rehearsal: Rehearsal,
  name: string,
  estate: Estate,
  expected: Readonly<Record<string, Expectation>>,
): Promise<void> {
  for (const stack of [NETWORK, ...regionsOf(estate, ""), MONITORING]) {
    await rehearsal.change(DAY_TWO, name, stack, stackOf(estate, stack), expected[stack] ?? {});
  }
}
