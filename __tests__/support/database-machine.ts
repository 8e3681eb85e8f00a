import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type DatabaseSettings, renderDatabaseSettings } from "../../constructs/database/database-settings";
import {
  DATABASE_PATHS,
  DATABASE_PORTS,
  type MariadbSettings,
  renderMariadbConfig,
} from "../../constructs/database/mariadb-config";
import { type DatabaseCloud, startDatabaseCloud } from "./database-cloud";

const FOLDER = join(__dirname, "../../constructs/database");
/** Administrators' folders are not in everybody's PATH. */
const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
/** Users of this machine that stand in for `galera-health` and `prometheus`, which the boot script makes on a real one. */
const STAND_INS = { HEALTH_ACCOUNT: "nobody", EXPORTER_ACCOUNT: "daemon" } as const;

export const SECRETS: DatabaseSettings["secrets"] = {
  birth: "projects/shop/secrets/database-birth",
  authority: "projects/shop/secrets/database-authority",
  authorityCertificate: "projects/shop/secrets/database-authority-certificate",
  appPassword: "projects/shop/secrets/database-app-password",
};
export const BUCKET = "shop-backups";
const COUNTRIES = ["indonesia", "singapore", "india"] as const;
/** Metadata key of each file that the boot script takes as it is. */
const FILES = ["galera-lib", "galera-start", "galera-credentials", "galera-health", "galera-backup"] as const;

/** Stand-ins for what would change the machine that runs the test. */
export const BOOT_PROGRAMS: Readonly<Record<string, string>> = {
  "apt-get":
    'echo "apt-get $*" >>"$MACHINE/calls"; for package in "$@"; do echo installed >"$MACHINE/packages/$package"; done',
  dpkg: ":",
  "dpkg-query": 'cat "$MACHINE/packages/${@: -1}"',
  systemctl: `echo "systemctl $*" >>"$MACHINE/calls"
case "$*" in
*"--now var-lib-database.mount"*) mkdir -p "$DATABASE_ROOT/var/lib/database" ;;
"kill --signal=SIGKILL mariadb.service") kill -KILL "$(cat "$DATABASE_ROOT/run/mysqld/mysqld.pid")" ;;
esac`,
  getent: "exit 0",
};

export interface Finished {
  readonly code: number | null;
  readonly log: string;
}

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
    for (const node of cluster.nodes) await node.install();
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
    for (const node of nodes) await node.start();
    await Promise.all(nodes.map((node) => node.synced()));
  }

  password(version = -1): string {
    return this.cloud.secrets.get(SECRETS.appPassword)?.at(version) ?? "";
  }
}

/** One machine: boot.sh's files in a scratch root, and a supervisor that does what systemd does with its unit. */
export class DatabaseNode {
  readonly root: string;
  readonly name: string;
  readonly address: string;
  private server: ChildProcess | undefined;
  private health: Server | undefined;
  private wanted = false;
  private loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly cluster: DatabaseCluster,
    private readonly members: MariadbSettings["members"],
    index: number,
  ) {
    const own = members[index];
    if (!own) throw new Error(`there is no member ${index}`);
    this.name = own.name;
    this.address = own.address;
    this.root = join(cluster.directory, this.name);
  }

  /** What the boot script writes on this machine, with paths mapped into the scratch root and nothing else changed. */
  async install(): Promise<void> {
    const machine = join(this.root, "machine");
    for (const folder of ["bin", "packages"]) mkdirSync(join(machine, folder), { recursive: true });
    for (const [name, text] of Object.entries(BOOT_PROGRAMS)) {
      writeFileSync(join(machine, "bin", name), `#!/usr/bin/env bash\n${text}\n`, { mode: 0o755 });
    }
    if (!existsSync(join(machine, "disk"))) execFileSync("truncate", ["--size=16M", join(machine, "disk")]);
    const { metadata } = this.cluster.cloud;
    for (const file of FILES) metadata.set(`instance/attributes/${file}`, source(`${file}.sh`));
    metadata.set("instance/attributes/database-settings", this.settings());
    metadata.set("instance/attributes/mariadb-cnf", this.config());
    const boot = spawn("bash", [join(FOLDER, "boot.sh")], {
      env: {
        ...this.environment(),
        PATH: `${machine}/bin:${PATH}`,
        DATA_DEVICE: join(machine, "disk"),
        MACHINE: machine,
      },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const { code, log } = await finished(boot);
    if (code !== 0) throw new Error(`the boot script failed:\n${log}`);
    mkdirSync(join(this.root, "run/mysqld"), { recursive: true });
    execFileSync("chown", ["mysql:mysql", join(this.root, "run/mysqld")]);
  }

  settings(): string {
    return renderDatabaseSettings({
      node: this.name,
      members: this.members,
      hosts: [`database-1.${this.name.slice(0, -2)}.internal.shop.test`],
      secrets: SECRETS,
      schema: "shop",
      appUser: "shop",
      backupBucket: BUCKET,
    });
  }

  config(): string {
    const others = this.members.filter(({ name }) => name !== this.name).map(({ name }) => name);
    const text = renderMariadbConfig({
      node: this.name,
      members: this.members,
      donors: others.slice(0, 1),
      memoryMb: 512,
      cpus: 2,
      outageMinutes: 10,
      writeMbPerMinute: 1,
    });
    const paths = new RegExp(Object.values(DATABASE_PATHS).join("|"), "g");
    return text.replace(paths, (path) => this.root + path);
  }

  environment(): Record<string, string> {
    return {
      ...this.cluster.cloud.environment,
      ...STAND_INS,
      PATH: `${join(this.root, "machine/bin")}:${PATH}`,
      DATABASE_ROOT: this.root,
      GALERA_LIB: join(this.root, "usr/local/lib/galera-lib"),
      MACHINE: join(this.root, "machine"),
      LOOK_SECONDS: "2",
    };
  }

  /** Starts the unit and, like `Restart=always`, starts it again whenever it ends, until it is stopped. */
  async start(): Promise<void> {
    this.wanted = true;
    this.loop = this.supervise();
    await this.openHealth();
  }

  private async supervise(): Promise<void> {
    const unit = readFileSync(join(this.root, "etc/systemd/system/mariadb.service"), "utf8");
    const [, before = ""] = /^ExecStartPre=\+(.*)$/m.exec(unit) ?? [];
    const [, main = ""] = /^ExecStart=(.*)$/m.exec(unit) ?? [];
    const [, after = ""] = /^ExecStartPost=-\+(.*)$/m.exec(unit) ?? [];
    while (this.wanted) {
      const { code } = await this.run(before);
      if (code === 0) {
        const server = this.spawn(main, "mysql");
        this.server = server;
        const ended = new Promise<void>((resolve) => server.on("close", () => resolve()));
        void this.ready(server).then((ready) => (ready ? this.run(after) : undefined));
        await ended;
        this.server = undefined;
      }
      // RestartSec=2s
      for (let waited = 0; this.wanted && waited < 20; waited += 1) await sleep(100);
    }
  }

  /** As READY=1 does: true once the server takes connections, false when it ended before. */
  private async ready(server: ChildProcess): Promise<boolean> {
    while (server.exitCode === null && server.signalCode === null) {
      if ((await this.query("SELECT 1")) === "1") return true;
      await sleep(200);
    }
    return false;
  }

  /** Runs one of the installed scripts to its end: `/usr/local/sbin/galera-start --position`. */
  run(command: string, user = "root", environment: Readonly<Record<string, string>> = {}): Promise<Finished> {
    return finished(this.spawn(command, user, environment));
  }

  private spawn(command: string, user: string, environment: Readonly<Record<string, string>> = {}): ChildProcess {
    const [program = "", ...args] = command.split(" ");
    const [uid, gid] = ["--user", "--group"].map((of) => Number(execFileSync("id", [of, user], { encoding: "utf8" })));
    const child = spawn(join(this.root, program), args, {
      env: { ...this.environment(), ...environment },
      ...(uid !== undefined && { uid }),
      ...(gid !== undefined && { gid }),
      cwd: "/",
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const write = (data: Buffer) => {
      if (existsSync(this.root)) appendFileSync(join(this.root, "journal"), data);
    };
    child.stdout?.on("data", write);
    child.stderr?.on("data", write);
    return child;
  }

  /** Starts the watching service. */
  watch(environment: Readonly<Record<string, string>>): ChildProcess {
    return this.spawn("/usr/local/sbin/galera-health watch", "root", environment);
  }

  private async openHealth(): Promise<void> {
    if (this.health) return;
    const server = createServer((socket) => {
      const child = this.spawn("/usr/local/sbin/galera-health answer", STAND_INS.HEALTH_ACCOUNT);
      if (child.stdin) socket.on("error", () => {}).pipe(child.stdin.on("error", () => {}));
      child.stdout?.pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(DATABASE_PORTS.health, this.address, resolve));
    this.health = server;
  }

  async healthAnswer(): Promise<string> {
    const response = await fetch(`http://${this.address}:${DATABASE_PORTS.health}/`);
    return `${response.status} ${(await response.text()).trim()}`;
  }

  /** Ends the server as a machine that loses its power does, and keeps it down. */
  async kill(): Promise<void> {
    this.wanted = false;
    this.signal("SIGKILL");
    this.health?.close();
    this.health = undefined;
    await this.loop;
  }

  async stop(): Promise<void> {
    this.wanted = false;
    this.signal("SIGTERM");
    await this.loop;
  }

  /** To all processes of the unit, as systemd does. */
  signal(signal: NodeJS.Signals): void {
    if (this.server?.pid === undefined) return;
    try {
      process.kill(-this.server.pid, signal);
    } catch {} // it has just ended
  }

  /** A new disk of the same machine. */
  async emptyDisk(): Promise<void> {
    rmSync(join(this.root, "var/lib/database"), { recursive: true });
    rmSync(join(this.root, "etc/database/tls"), { recursive: true, force: true });
    await this.install();
  }

  async synced(seconds = 60): Promise<void> {
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

  /** As root on the host. What goes wrong is an empty text. */
  async query(statement: string): Promise<string> {
    const client = ["--no-defaults", `--socket=${this.root}/run/mysqld/mysqld.sock`, "--connect-timeout=2", "-BN"];
    return output(spawn("timeout", ["10", "mariadb", ...client, "-e", statement]));
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
    const child = spawn("timeout", ["10", "mariadb", `--defaults-file=${options}`, "-BN", "-e", statement]);
    let text = "";
    child.stdout.on("data", (data) => {
      text += data;
    });
    const { code, log } = await finished(child);
    rmSync(options);
    if (code !== 0) throw new Error(log);
    return text.trim();
  }

  /** The last lines of what the unit wrote. */
  journal(lines = 100_000): string {
    const file = join(this.root, "journal");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(-lines).join("\n") : "";
  }

  /** How the last start was decided. */
  decision(): string {
    return readFileSync(join(this.root, "run/mysqld/decision"), "utf8").split("\t")[0] ?? "";
  }

  /** Value of each sample by name and labels, of the files that the node exporter reads. */
  metrics(file: string): Record<string, number> {
    const text = readFileSync(join(this.root, "var/lib/prometheus/node-exporter", `${file}.prom`), "utf8");
    return Object.fromEntries(
      [...text.matchAll(/^([^#\s]+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]),
    );
  }
}

function source(file: string): string {
  return readFileSync(join(FOLDER, file), "utf8");
}

function finished(child: ChildProcess): Promise<Finished> {
  let log = "";
  child.stderr?.on("data", (data) => {
    log += data;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, log })));
}

async function output(child: ChildProcess): Promise<string> {
  let text = "";
  child.stdout?.on("data", (data) => {
    text += data;
  });
  await finished(child);
  return text.trim();
}
