import type { KubernetesClient, KubernetesObject } from "../kubernetes-client";
import type { Policing } from "./judge";
import type { Pod } from "./kubernetes";
import { type FlowReport, type FlowTable, judgeTable } from "./table";

/** Judges a table by the policies of a cluster that stands, with the labels and ports that its pods have there. */
export async function judgeLive(
  table: FlowTable,
  client: Pick<KubernetesClient, "list">,
): Promise<FlowReport & { readonly absent: readonly string[] }> {
  const pods = await client.list("/api/v1/pods");
  const compared = Object.entries(table.pods).map(([name, pod]) => ({ name, pod, live: pod && livePod(pod, pods) }));
  const problems = compared.flatMap(({ name, pod, live }) => (pod && live ? portProblems(name, pod, live) : []));
  const withLabels = compared.flatMap(({ name, pod, live }) =>
    (live ?? pod) ? [[name, live ? { ...pod, labels: live.metadata.labels } : pod]] : [],
  );
  const report = judgeTable({ ...table, pods: Object.fromEntries(withLabels) }, await livePolicing(client));
  return {
    ...report,
    problems: [...problems, ...report.problems],
    absent: compared.flatMap(({ name, live }) => (live ? [] : [name])),
  };
}

async function livePolicing(client: Pick<KubernetesClient, "list">): Promise<Policing> {
  const namespaces = await client.list("/api/v1/namespaces");
  return {
    policies: await client.list("/apis/networking.k8s.io/v1/networkpolicies"),
    namespaces: Object.fromEntries(namespaces.map(({ metadata }) => [metadata.name, metadata.labels])),
  };
}

function livePod({ namespace, labels }: Pod, pods: readonly KubernetesObject[]): KubernetesObject | undefined {
  return pods.find(
    ({ metadata }) =>
      metadata.namespace === namespace &&
      Object.keys(labels).length > 0 &&
      Object.entries(labels).every(([key, value]) => metadata.labels?.[key] === value),
  );
}

/** Ports that the pod's containers declare and the table does not have, has otherwise, or has too many of. */
function portProblems(name: string, { ports, undeclared = [] }: Pod, live: KubernetesObject): string[] {
  const open = new Map<string, number>(
    live.spec.containers.flatMap((container: KubernetesObject) =>
      (container.ports ?? [])
        .filter(({ protocol }: KubernetesObject) => protocol !== "UDP")
        .map((port: KubernetesObject) => [port.name, port.containerPort]),
    ),
  );
  const gone = Object.keys(ports).filter((port) => !open.has(port) && !undeclared.includes(port));
  return [
    ...[...open]
      .filter(([port, number]) => ports[port] !== number)
      .map(
        ([port, number]) =>
          `${name} listens at ${number} ("${port}"), and the table of flows has ${ports[port] ?? "no such port"}`,
      ),
    ...gone.map((port) => `${name} has no port "${port}", and the table of flows has it at ${ports[port]}`),
  ];
}
