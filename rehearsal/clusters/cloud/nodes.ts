import type { DeclaredPool } from "../declared-clusters";
import type { KubernetesClient, KubernetesObject } from "../kubernetes-client";

export interface Node {
  readonly name: string;
  readonly zone: string;
  readonly pool: DeclaredPool;
  readonly number: number;
  readonly address: string;
}

/** Disks that one machine takes (GKE's default for these types). */
const DISKS_PER_NODE = 15;

const CONDITIONS = { Ready: "True", MemoryPressure: "False", DiskPressure: "False", PIDPressure: "False" } as const;

/** The nodes of a cluster's pools, without machines: they report that they are well until their zone is lost. */
export class Nodes {
  private readonly byName = new Map<string, Node>();
  private lostZones: readonly string[] = [];
  /** Of lost zones: when they are back their kubelets have to say that they are well, as Kubernetes has said otherwise. */
  private readonly away = new Set<Node>();

  constructor(
    private readonly client: KubernetesClient,
    private readonly region: string,
  ) {}

  get all(): readonly Node[] {
    return [...this.byName.values()];
  }

  /** A node that still answers. */
  alive(name: string): Node | undefined {
    const node = this.byName.get(name);
    return node && !this.lostZones.includes(node.zone) ? node : undefined;
  }

  lose(zones: readonly string[]): void {
    this.lostZones = zones;
  }

  /** One more of a pool, in the zone that has the fewest of it. */
  async add(pool: DeclaredPool): Promise<Node> {
    const count = (zone: string) => this.all.filter((node) => node.pool === pool && node.zone === zone).length;
    const [first = "", ...others] = pool.zones.filter((zone) => !this.lostZones.includes(zone));
    const zone = others.reduce((least, next) => (count(next) < count(least) ? next : least), first);
    const number = this.byName.size + 1;
    const name = `gke-${pool.name}-${zone.slice(-1)}-${number}`;
    const node = { name, zone, pool, number, address: `10.200.${number}.2` };
    await this.client.create("/api/v1/nodes", this.object(node));
    await this.client.create("/apis/storage.k8s.io/v1/csinodes", disks(name));
    await this.client.create(LEASES, lease(name));
    await this.report(node);
    this.byName.set(name, node);
    return node;
  }

  /** What every living node's kubelet says every few seconds. */
  async beat(): Promise<void> {
    for (const node of this.all) {
      if (!this.alive(node.name)) {
        this.away.add(node);
        continue;
      }
      await this.client.patch(`${LEASES}/${node.name}`, { spec: lease(node.name).spec }, "merge");
      if (this.away.has(node)) await this.report(node);
      this.away.delete(node);
    }
  }

  private object({ name, zone, pool, number }: Node): KubernetesObject {
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name,
        labels: {
          "kubernetes.io/hostname": name,
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "topology.kubernetes.io/region": this.region,
          "topology.kubernetes.io/zone": zone,
          "topology.gke.io/zone": zone,
          "cloud.google.com/gke-nodepool": pool.name,
          "node.kubernetes.io/instance-type": pool.machineType,
          "iam.gke.io/gke-metadata-server-enabled": "true",
          ...pool.labels,
        },
      },
      spec: { providerID: `gce://rehearsal/${zone}/${name}`, podCIDR: `10.201.${number}.0/24`, taints: pool.taints },
    };
  }

  private async report({ name, address, pool }: Node): Promise<void> {
    const at = new Date().toISOString();
    const { cpuMillis, memoryMib } = pool.allocatable;
    const size = { cpu: `${cpuMillis}m`, memory: `${memoryMib}Mi`, pods: "110", "ephemeral-storage": "47093746742" };
    const conditions = Object.entries(CONDITIONS).map(([type, status]) => ({
      type,
      status,
      reason: "Rehearsed",
      lastHeartbeatTime: at,
      lastTransitionTime: at,
    }));
    const addresses = [
      { type: "InternalIP", address },
      { type: "Hostname", address: name },
    ];
    const status = { capacity: size, allocatable: size, addresses, conditions };
    await this.client.patch(`/api/v1/nodes/${name}/status`, { status }, "strategic");
  }
}

const LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

function lease(name: string): KubernetesObject {
  const renewTime = new Date().toISOString().replace("Z", "000Z");
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, namespace: "kube-node-lease" },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime },
  };
}

function disks(name: string): KubernetesObject {
  const driver = { name: "pd.csi.storage.gke.io", nodeID: name, topologyKeys: ["topology.gke.io/zone"] };
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSINode",
    metadata: { name },
    spec: { drivers: [{ ...driver, allocatable: { count: DISKS_PER_NODE } }] },
  };
}
