import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { getOrThrow } from "../../config/get-or-throw";
import { names } from "../../config/names";
import { enclosingCommand } from "../../drill/isolation";
import { findProgram } from "../../drill/programs";
import { endProcess } from "../../drill/supervisor";
import { CannotTell } from "../../tools/cli";
import type { StackJson } from "../google-part";
import type { ControlPlanes } from "../stand-in/cloud";
import { type ClusterMessage, type ClusterOrder, type ClusterProcessProps, PROPS, SOCKET } from "./cluster-messages";
import { type DeclaredCluster, declaredClusters } from "./declared-clusters";
import { KubernetesClient } from "./kubernetes-client";
import type { Programs } from "./programs";

/** What control planes, and what is in them, are made of. */
export interface ClusterSources {
  readonly programs: Programs;
  /** Folder with unpacked charts, by name. */
  readonly charts: string;
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

interface Raised {
  readonly declared: DeclaredCluster;
  readonly process: ChildProcess;
  readonly relay: Server;
  readonly client: KubernetesClient;
}

/** Real control planes for the clusters of the estate, each in namespaces of its own. */
export class Clusters {
  /** Addresses by cluster name, which the stand-in Google hands out. */
  readonly addresses: Record<string, string> & ControlPlanes = {};
  private readonly raised = new Map<string, Raised>();

  constructor(private readonly props: ClustersProps) {}

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

  /** Clients and declarations of the clusters that stand. */
  get standing(): readonly Pick<Raised, "declared" | "client">[] {
    return [...this.raised.values()];
  }

  /** @throws Error when it does not stand */
  standingAs(name: string): Pick<Raised, "declared" | "client"> {
    return getOrThrow(Object.fromEntries(this.raised), name);
  }

  /** The machines of these zones are gone; none brings them back. */
  lose(cluster: string, zones: readonly string[]): void {
    const order: ClusterOrder = { lose: zones };
    this.raised.get(cluster)?.process.send(order);
  }

  async strike(): Promise<void> {
    await Promise.all(
      [...this.raised.values()].map(async ({ process, relay, client }) => {
        client.close();
        relay.close();
        await endProcess(process);
      }),
    );
  }

  private async start(declared: DeclaredCluster): Promise<Raised> {
    const { sources, tls, project } = this.props;
    const folder = join(this.props.folder, declared.name);
    mkdirSync(folder, { recursive: true });
    const tokens = {
      // What the stand-in for the credentials API gives to who applies.
      terraform: `rehearsal-${names.deployerEmail(project, "apply")}`,
      cloud: randomUUID(),
      controllers: randomUUID(),
      scheduler: randomUUID(),
    };
    const files = { certificate: tls.file, key: tls.keyFile };
    const props: ClusterProcessProps = { cluster: declared, programs: sources.programs, tls: files, tokens };
    writeFileSync(join(folder, PROPS), JSON.stringify(props));
    const process = await startProcess(folder, sources.searchPath);
    const relay = await relayTo(join(folder, SOCKET));
    const { port } = relay.address() as AddressInfo;
    this.addresses[declared.name] = `127.0.0.1:${port}`;
    const ca = readFileSync(tls.file, "utf8");
    return { declared, process, relay, client: new KubernetesClient({ port, ca, token: tokens.cloud }) };
  }
}

async function startProcess(folder: string, searchPath: string): Promise<ChildProcess> {
  const enclosing = enclosingCommand(findProgram("unshare", searchPath), searchPath);
  if (!enclosing) throw new CannotTell("control planes run in namespaces of their own: run this as root on Linux");
  const [file = "", ...args] = [...enclosing, process.execPath, ...process.execArgv];
  const child = spawn(file, [...args, join(__dirname, "cluster-process.ts"), folder], {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  child.stderr?.pipe(createWriteStream(join(folder, "cloud.log")));
  await new Promise<void>((resolve, reject) => {
    child.on("message", (message: ClusterMessage) => {
      if ("ready" in message) resolve();
      else reject(new CannotTell(message.failed));
    });
    child.on("exit", (code) => reject(new CannotTell(`the control plane in ${folder} ended with ${code}`)));
  });
  return child;
}

/** A port of loopback that leads to a Unix socket, which is in no network namespace. */
async function relayTo(socket: string): Promise<Server> {
  const relay = createServer((outer) => {
    const inner = connect(socket);
    outer.pipe(inner);
    inner.pipe(outer);
    outer.on("error", () => inner.destroy());
    inner.on("error", () => outer.destroy());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  return relay;
}
