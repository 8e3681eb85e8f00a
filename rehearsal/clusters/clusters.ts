import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { getOrThrow } from "../../config/get-or-throw";
import { names } from "../../config/names";
import { endProcess } from "../../drill/supervisor";
import type { StackJson } from "../google-part";
import type { ControlPlanes } from "../stand-in/cloud";
import { withNextCharts } from "./chart-upgrade";
import { type ClusterOrder, type ClusterProcessProps, PROPS, SOCKET } from "./cluster-messages";
import { type DeclaredCluster, declaredClusters } from "./declared-clusters";
import { KubernetesClient } from "./kubernetes-client";
import type { Programs } from "./programs";
import { relayTo, startProcess } from "./start";

/** What control planes, and what is in them, are made of. */
export interface ClusterSources {
  readonly programs: Programs;
  /** Folder with unpacked charts, by name. */
  readonly charts: string;
  /** Folder of operators' programs, which run as their pods would. @default none runs */
  readonly operators: string | undefined;
  /** Where other programs are looked for. */
  readonly searchPath: string;
}

export interface ClustersProps {
  /** For sockets, logs and data. */
  readonly folder: string;
  readonly project: string;
  readonly sources: ClusterSources;
  /** As the stand-in Google shows it, which Terraform trusts. */
  readonly tls: { readonly file: string; readonly keyFile: string };
}

/** A cluster whose control plane runs. */
export interface Standing {
  readonly declared: DeclaredCluster;
  readonly client: KubernetesClient;
  /** Of its logs. */
  readonly folder: string;
}

interface Raised extends Standing {
  readonly process: ChildProcess;
  readonly relay: Server;
}

/** Real control planes for the clusters of the estate, each in namespaces of its own. */
export class Clusters {
  /** Addresses by cluster name, which the stand-in Google hands out. */
  readonly addresses: Record<string, string> & ControlPlanes = {};
  private readonly raised = new Map<string, Raised>();

  constructor(private readonly props: ClustersProps) {}

  /** A stack with every chart from a repository in its next version. */
  withNextCharts(stack: StackJson): StackJson {
    return withNextCharts(stack, this.props.sources.charts, join(this.props.folder, "next-charts"));
  }

  /** Whether a stack declares a cluster that does not stand yet. */
  lacks(stack: StackJson): boolean {
    return declaredClusters(stack).some(({ name }) => !this.raised.has(name));
  }

  /** Starts the control planes of the clusters that a stack declares. @throws CannotTell when one does not start */
  async raise(stack: StackJson): Promise<void> {
    for (const declared of declaredClusters(stack)) {
      if (!this.raised.has(declared.name)) this.raised.set(declared.name, await this.start(declared));
    }
  }

  /** Folder of operators' programs, where operators run. */
  get operators(): string | undefined {
    return this.props.sources.operators;
  }

  get standing(): readonly Standing[] {
    return [...this.raised.values()];
  }

  /** @throws Error when it does not stand */
  standingAs(name: string): Standing {
    return getOrThrow(Object.fromEntries(this.raised), name);
  }

  /** The machines of these zones are gone; none brings them back. */
  lose(cluster: string, zones: readonly string[]): void {
    const order: ClusterOrder = { lose: zones };
    this.raised.get(cluster)?.process.send(order);
  }

  /** The clusters of a stack that stand. */
  standingIn(stack: StackJson): readonly Standing[] {
    return this.raisedIn(stack);
  }

  /** Ends the control planes of the clusters that a stack declares. @returns what was still in them */
  async end(stack: StackJson): Promise<string[]> {
    const ours = this.raisedIn(stack);
    const left = await Promise.all(ours.map(leftIn));
    await Promise.all(ours.map((one) => this.stop(one)));
    return left.flat();
  }

  /** Ends the control planes of clusters that no stack declares any more: those are deleted with all that is in them. */
  async endUndeclared(stacks: readonly StackJson[]): Promise<void> {
    const declared = new Set(stacks.flatMap(declaredClusters).map(({ name }) => name));
    const gone = [...this.raised.values()].filter((one) => !declared.has(one.declared.name));
    await Promise.all(gone.map((one) => this.stop(one)));
  }

  async strike(): Promise<void> {
    await Promise.all([...this.raised.values()].map((one) => this.stop(one)));
  }

  private raisedIn(stack: StackJson): readonly Raised[] {
    return declaredClusters(stack).flatMap(({ name }) => this.raised.get(name) ?? []);
  }

  private async stop({ declared, process, relay, client }: Raised): Promise<void> {
    this.raised.delete(declared.name);
    client.close();
    relay.close();
    await endProcess(process);
  }

  private async start(declared: DeclaredCluster): Promise<Raised> {
    const { sources, tls, project } = this.props;
    const folder = join(this.props.folder, declared.name);
    // One of that name may have stood here before.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const tokens = {
      // What the stand-in for the credentials API gives to who applies.
      terraform: `rehearsal-${names.deployerEmail(project, "apply")}`,
      cloud: randomUUID(),
      controllers: randomUUID(),
      scheduler: randomUUID(),
    };
    const files = { certificate: tls.file, key: tls.keyFile };
    const { programs, operators } = sources;
    const props: ClusterProcessProps = { cluster: declared, programs, operators, tls: files, tokens };
    writeFileSync(join(folder, PROPS), JSON.stringify(props));
    const process = await startProcess(folder, sources.searchPath);
    const relay = await relayTo(join(folder, SOCKET));
    const { port } = relay.address() as AddressInfo;
    this.addresses[declared.name] = `127.0.0.1:${port}`;
    const ca = readFileSync(tls.file, "utf8");
    return { declared, process, relay, folder, client: new KubernetesClient({ port, ca, token: tokens.cloud }) };
  }
}

/** Namespaces that Kubernetes does not make itself. */
async function leftIn({ declared, client }: Raised): Promise<string[]> {
  const namespaces = await client.list("/api/v1/namespaces");
  return namespaces
    .map(({ metadata }) => String(metadata.name))
    .filter((name) => name !== "default" && !name.startsWith("kube-"))
    .map((name) => `the namespace ${name} is still in ${declared.name}`);
}
