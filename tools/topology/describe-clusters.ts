import { alike, clusterFit } from "../../checks/cluster-fit/cluster-fit";
import type { Node } from "../../checks/cluster-fit/scheduler";
import type { AddressPlan } from "../../config/address-plan";
import type { IngressController, Topology } from "../../config/topology";
import type { ClusterContents } from "../../constructs/kubernetes/cluster-contents";
import { clusterContents } from "../../settings/cluster-contents";
import { left, renderTable, right } from "../table";

/** What choosing an ingress controller means, as of November 2026. */
const INGRESS: Readonly<Record<IngressController, string>> = {
  "ingress-nginx":
    "upstream ended in March 2026: no fixes since, not even for security.\n  nginx-ingress is maintained, one word away: docs/decisions/0018-clusters.md",
  "nginx-ingress": "F5's, maintained; its chart downloads from GitHub at every plan and install",
};

/** The clusters as text: their ingress, and whether their nodes fit their workloads. */
export function describeClusters(topology: Topology, plan: AddressPlan): string {
  const clusters = clusterContents(topology, plan);
  const kinds = alike(clusters).map(([cluster, ...others]) => ({
    label: others.length > 0 ? `${cluster.name} + ${others.length}` : cluster.name,
    cluster,
  }));
  return [
    ingressLines(topology),
    "",
    renderTable(
      [...left("cluster", "pool", "machines"), ...right("min", "needs", "most", "lost", "max")],
      kinds.flatMap(({ label, cluster }) => poolRows(label, cluster)),
    ),
    "needs: the fewest nodes that fit every pod, in any order of arrival",
    "most:  with everything at its maximum and mid-rollout",
    "lost:  the same after losing a zone, whose nodes still count until it is back",
    ...kinds.map(({ label, cluster }) => `\n${label}, node by node at the minimum\n\n${nodeTable(cluster)}`),
  ].join("\n");
}

function ingressLines({ countries }: Topology): string {
  const chosen = Object.entries(countries).map(([country, { cluster }]) => ({ country, ingress: cluster.ingress }));
  return [...new Set(chosen.map(({ ingress }) => ingress))]
    .map((ingress) => {
      const where = chosen.filter((each) => each.ingress === ingress).map(({ country }) => country);
      return `ingress of ${where.join(", ")}: ${ingress}\n  ${INGRESS[ingress]}`;
    })
    .join("\n");
}

function poolRows(label: string, cluster: ClusterContents) {
  const { needed, greatest, zoneLost } = clusterFit(cluster);
  return cluster.pools.map(({ name, machineType, minNodes, maxNodes }, index) => [
    index === 0 ? label : "",
    name,
    machineType,
    minNodes,
    needed[name],
    greatest[name],
    zoneLost[name],
    maxNodes,
  ]);
}

function nodeTable(cluster: ClusterContents): string {
  const share = (used: number, of: number) => `${used} of ${of} (${Math.round((100 * used) / of)} %)`;
  const row = ({ pool, zone, pods, used }: Node) => [
    pool.name,
    zone,
    pods.length,
    share(used.cpuMillis, pool.allocatable.cpuMillis),
    share(used.memoryMib, pool.allocatable.memoryMib),
  ];
  return renderTable(
    [...left("node of", "zone"), ...right("pods", "thousandths of a vCPU", "MiB")],
    clusterFit(cluster).minimum.map(row),
  );
}
