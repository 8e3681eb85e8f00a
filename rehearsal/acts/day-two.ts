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
  country: string,
  synthesize: (change: string) => Estate,
): Promise<void> {
  for (const { change, name, expected } of changeRows(country, rehearsal.clusters !== undefined)) {
    await applyAll(rehearsal, name, synthesize(change), expected);
    await applyAll(rehearsal, `${name} as it was`, estate, expected);
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
