import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Autoscaler } from "./cloud/autoscaler";
import { provideDisks } from "./cloud/disks";
import { makeSecrets } from "./cloud/external-secrets";
import { putGkePods } from "./cloud/gke-pods";
import { Kubelet } from "./cloud/kubelet";
import { giveAddresses } from "./cloud/load-balancers";
import { Nodes } from "./cloud/nodes";
import { OperatorProcesses } from "./cloud/operator-processes";
import { makeOperatorsSecrets } from "./cloud/operators";
import { type ClusterMessage, type ClusterOrder, type ClusterProcessProps, PROPS, SOCKET } from "./cluster-messages";
import { ControlPlane } from "./control-plane";
import { API_PORT } from "./control-plane-flags";
import { KubernetesClient } from "./kubernetes-client";

/** How often each part of the cloud looks, and how often nodes report. */
const LOOK_MS = 700;
const BEAT_MS = 10_000;

/**
 * The first process of a cluster's namespaces: its control plane, and what a control plane lacks to be a GKE cluster.
 * cluster-process.ts FOLDER
 */
async function main([folder = ""]: readonly string[]): Promise<void> {
  process.on("disconnect", () => process.exit());
  const props: ClusterProcessProps = JSON.parse(readFileSync(join(folder, PROPS), "utf8"));
  const { cluster, tls, tokens } = props;
  const ca = readFileSync(tls.certificate, "utf8");
  const client = new KubernetesClient({ port: API_PORT, ca, token: tokens.cloud });
  await new ControlPlane({ ...props, folder }).start(client);
  await namespaceIsThere(client);
  const nodes = new Nodes(client, cluster.region);
  process.on("message", ({ lose }: ClusterOrder) => nodes.lose(lose));
  for (const pool of cluster.pools) for (let node = 0; node < pool.minNodes; node++) await nodes.add(pool);
  await putGkePods(client);
  const kubelet = new Kubelet(client, nodes);
  const autoscaler = new Autoscaler(nodes, cluster.pools);
  void again(BEAT_MS, () => nodes.beat());
  void again(LOOK_MS, async () => {
    const pods = await client.list("/api/v1/pods");
    await kubelet.look(pods);
    await autoscaler.look(pods);
  });
  void again(LOOK_MS, () => provideDisks(client, nodes));
  void again(LOOK_MS, () => giveAddresses(client));
  void again(LOOK_MS, () => makeSecrets(client));
  void again(LOOK_MS, () => makeOperatorsSecrets(client));
  if (props.operators) {
    const operators = new OperatorProcesses({ client, ca, folder, programs: props.operators });
    void again(LOOK_MS, () => operators.look());
  }
  createServer((incoming) => {
    const inner = connect(API_PORT, "127.0.0.1");
    for (const [from, to] of [
      [incoming, inner],
      [inner, incoming],
    ] as const) {
      from.pipe(to);
      from.on("error", () => to.destroy());
    }
  }).listen(join(folder, SOCKET), () => tell({ ready: true }));
}

/** Controllers make it; nothing can be put into it before. */
async function namespaceIsThere(client: KubernetesClient): Promise<void> {
  while (!(await client.find("/api/v1/namespaces/kube-system/serviceaccounts/default"))) await delay(200);
}

/** A look that fails is told, and the next one is made all the same. */
async function again(everyMs: number, look: () => Promise<void>): Promise<never> {
  for (;;) {
    await look().catch((error: Error) => console.error(new Date().toISOString(), error.message));
    await delay(everyMs);
  }
}

function tell(message: ClusterMessage): void {
  process.send?.(message);
}

main(process.argv.slice(2)).catch((error: Error) => {
  tell({ failed: error.message });
  process.exit(1);
});
