import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { machinePackages } from "../../config/packages";
import { bootPorts, DATABASE_PORTS } from "../../config/ports";
import type { DatabaseEnvironment, MariadbSettings } from "../../constructs/database/database-settings";
import { renderDatabaseEnvironment } from "../../constructs/database/render-database-environment";
import { renderMariadbConfig } from "../../constructs/database/render-mariadb";
import { startupScript } from "../../constructs/machine/startup-script";
import { type DatabaseCloud, startDatabaseCloud } from "../../drill/data/cloud";
import { DatabaseMachine } from "../../drill/data/machine";
import { finished } from "../../drill/data/processes";
import { machineLogsMetadata } from "./machine-logs";

const FOLDER = join(__dirname, "../../constructs/database");

export const SECRETS: DatabaseEnvironment["secrets"] = {
  initialized: "projects/shop/secrets/database-initialized",
  ca: "projects/shop/secrets/database-ca",
  caCertificate: "projects/shop/secrets/database-ca-certificate",
  appPassword: "projects/shop/secrets/database-app-password",
};
export const BUCKET = "shop-backups";
const COUNTRIES = ["indonesia", "singapore", "india"] as const;
/** Metadata key of each file that the machine takes as it is. */
const FILES = {
  "galera-lib": "galera-lib",
  "galera-start": "galera-start",
  "galera-credentials": "galera-credentials",
  "galera-health": "galera-health",
  "galera-backup": "galera-backup",
  "galera-alter": "galera-alter",
} as const;

/** Three countries' databases on the loopback, with a stand-in for the cloud; nothing runs until it is asked to. */
export class DatabaseCluster {
  readonly directory = mkdtempSync(join(tmpdir(), "database-"));
  readonly nodes: readonly [DatabaseNode, DatabaseNode, DatabaseNode];

  private constructor(readonly cloud: DatabaseCloud) {
    chmodSync(this.directory, 0o755);
    for (const secret of Object.values(SECRETS)) cloud.secrets.set(secret, []);
    // Files of tests run side by side: each cluster has a network of its own.
    const network = `127.${20 + (process.pid % 200)}.${Math.floor(Math.random() * 250)}`;
    const members = COUNTRIES.map((country, index) => ({
      name: `${country}-1`,
      address: `${network}.${10 + index}`,
      segment: index,
    }));
    const node = (index: number) => new DatabaseNode(this, members, index);
    this.nodes = [node(0), node(1), node(2)];
  }

  static async create(): Promise<DatabaseCluster> {
    if (process.getuid?.() !== 0) throw new Error("these tests run servers as the user mysql: run them as root");
    const cluster = new DatabaseCluster(await startDatabaseCloud());
    for (const node of cluster.nodes) await node.boot();
    return cluster;
  }

  async remove(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await sleep(200); // what the servers started sees their end
    await this.cloud.close();
    rmSync(this.directory, { recursive: true });
  }

  /** Starts nodes at the same moment and waits until all of them serve. */
  async start(nodes: readonly DatabaseNode[] = this.nodes): Promise<void> {
    for (const node of nodes) node.start();
    await Promise.all(nodes.map((node) => node.synced()));
  }

  password(version = -1): string {
    return this.cloud.secrets.get(SECRETS.appPassword)?.at(version) ?? "";
  }
}

/** One node's machine, with the config that the constructs render for a machine on the loopback. */
export class DatabaseNode extends DatabaseMachine {
  /** Times of `galera-health watch`, for tests that wait for them. */
  watchEnvironment: Readonly<Record<string, string>> = {};

  constructor(
    private readonly cluster: DatabaseCluster,
    members: MariadbSettings["members"],
    index: number,
  ) {
    const own = members[index];
    if (!own) throw new Error(`there is no member ${index}`);
    super({
      name: own.name,
      address: own.address,
      root: join(cluster.directory, own.name),
      metadata: () => metadataOf(own.name, members),
      cloud: cluster.cloud,
      searchPath: process.env.PATH ?? "",
      environment: { FETCH_RETRIES: "0", RETRY_SECONDS: "0", LOOK_SECONDS: "2" },
    });
  }

  /** Starts the server and what watches it. */
  start(): void {
    this.startServer();
    this.startWatch(this.watchEnvironment);
  }

  stop(): Promise<void> {
    return this.stopServer();
  }

  /** Ends the server as a machine that loses its power does, and keeps it down. */
  kill(): Promise<void> {
    return this.powerOff();
  }

  async healthAnswer(): Promise<string> {
    const response = await fetch(`http://${this.address}:${DATABASE_PORTS.health}/`);
    return `${response.status} ${(await response.text()).trim()}`;
  }

  async synced(seconds = 600): Promise<void> {
    const deadline = Date.now() + seconds * 1000;
    for (;;) {
      const state = await this.status();
      if (state.wsrep_local_state_comment === "Synced" && state.wsrep_cluster_status === "Primary") return;
      if (Date.now() > deadline) throw new Error(`${this.name} is not synced after ${seconds} s:\n${this.journal(40)}`);
      await sleep(200);
    }
  }

  async status(): Promise<Record<string, string>> {
    const text = await this.query("SHOW GLOBAL STATUS LIKE 'wsrep_%'");
    return Object.fromEntries(text.split("\n").map((line) => line.split("\t")));
  }

  /** As the app, by TLS with the server's name verified. What goes wrong is an error with the server's words. */
  async asApp(statement: string, { password = this.cluster.password(), tls = true } = {}): Promise<string> {
    const options = join(this.root, `app-${Math.random()}.cnf`);
    const ca = join(this.root, "etc/database/tls/ca.pem");
    const secure = tls ? [`ssl-ca=${ca}`, "ssl-verify-server-cert"] : ["skip-ssl"];
    writeFileSync(
      options,
      ["[client]", `host=${this.address}`, "user=shop", `password=${password}`, ...secure, ""].join("\n"),
      { mode: 0o600 },
    );
    const child = spawn("timeout", ["120", "mariadb", `--defaults-file=${options}`, "-BN", "-e", statement]);
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    const { code, log } = await finished(child);
    rmSync(options);
    if (code !== 0) throw new Error(log);
    return text.trim();
  }

  /** Value of each sample by name and labels, of the files that the node exporter reads. */
  metrics(file: string): Record<string, number> {
    const text = readFileSync(join(this.root, "var/lib/prometheus/node-exporter", `${file}.prom`), "utf8");
    return Object.fromEntries(
      [...text.matchAll(/^([^#\s]+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
    );
  }
}

function metadataOf(node: string, members: MariadbSettings["members"]): Record<string, string> {
  const files = Object.entries(FILES).map(([key, file]) => [key, readFileSync(join(FOLDER, `${file}.sh`), "utf8")]);
  const others = members.filter(({ name }) => name !== node).map(({ name }) => name);
  return {
    "startup-script": startupScript(FOLDER, machinePackages.database, bootPorts.database),
    ...Object.fromEntries(files),
    "database-environment": renderDatabaseEnvironment({
      node,
      members,
      hosts: [`database-1.${node.slice(0, -2)}.internal.shop.test`],
      secrets: SECRETS,
      schema: "shop",
      appUser: "shop",
      backupBucket: BUCKET,
    }),
    ...Object.fromEntries(
      machineLogsMetadata("database").map(([path, text]) => [path.replace("attributes/", ""), text]),
    ),
    "mariadb-cnf": renderMariadbConfig({
      node,
      members,
      donors: others.slice(0, 1),
      memoryMb: 512,
      cpus: 2,
      outageMinutes: 10,
      writeMbPerMinute: 1,
    }),
  };
}
