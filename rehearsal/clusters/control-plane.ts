import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { API_PORT, type ControlPlaneProps, etcdFlags, OWN_ADDRESS, serverFlags } from "./control-plane-flags";
import type { KubernetesClient } from "./kubernetes-client";
import type { Programs } from "./programs";

/** How long a start may take on a slow machine. */
const PATIENCE_MS = 300_000;

/** Tells who may what; the first two may everything. */
const USERS = [
  ["terraform", "terraform", '"system:masters"'],
  ["cloud", "cloud", '"system:masters"'],
  ["controllers", "system:kube-controller-manager", ""],
  ["scheduler", "system:kube-scheduler", ""],
] as const;

/** etcd, API server, controller manager and scheduler, in this process's network namespace. */
export class ControlPlane {
  constructor(private readonly props: ControlPlaneProps) {}

  /** @throws Error with the end of its log when a part does not start */
  async start(client: KubernetesClient): Promise<void> {
    const { folder, tokens } = this.props;
    // Every address of a pod, a node and a Service is this namespace, and nothing leaves it.
    run("ip", "link", "set", "lo", "up");
    run("ip", "addr", "add", `${OWN_ADDRESS}/32`, "dev", "lo");
    run("ip", "route", "add", "local", "10.0.0.0/8", "dev", "lo");
    const rows = USERS.map(([key, user, groups]) => [tokens[key], user, key, groups].filter(Boolean).join(","));
    writeFileSync(join(folder, "tokens.csv"), `${rows.join("\n")}\n`);
    this.spawn("etcd", etcdFlags(folder));
    const server = this.spawn("kube-apiserver", serverFlags(this.props));
    await this.untilReady(client, server);
    this.spawn("kube-controller-manager", [
      ...this.clientFlags("controllers"),
      `--service-account-private-key-file=${this.props.tls.key}`,
      `--root-ca-file=${this.props.tls.certificate}`,
      "--use-service-account-credentials=true",
    ]);
    this.spawn("kube-scheduler", this.clientFlags("scheduler"));
  }

  private clientFlags(user: "controllers" | "scheduler"): string[] {
    const { folder, tls, tokens } = this.props;
    const file = join(folder, `${user}.kubeconfig`);
    const cluster = { server: `https://127.0.0.1:${API_PORT}`, "certificate-authority": tls.certificate };
    const config = {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "it", cluster }],
      users: [{ name: user, user: { token: tokens[user] } }],
      contexts: [{ name: user, context: { cluster: "it", user } }],
      "current-context": user,
    };
    writeFileSync(file, JSON.stringify(config));
    const roles = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"];
    return ["--leader-elect=false", ...roles.map((role) => `--${role}=${file}`)];
  }

  private spawn(name: keyof Programs, flags: readonly string[]): ChildProcess {
    const log = createWriteStream(this.logOf(name));
    const child = spawn(this.props.programs[name], flags, {
      cwd: this.props.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.on("error", (error) => this.fail(name, error.message));
    child.on("exit", (code) => this.fail(name, `it ended with ${code}`));
    return child;
  }

  /** Nothing goes on without one of the four. */
  private fail(name: keyof Programs, why: string): never {
    const end = readFileSync(this.logOf(name), "utf8").trimEnd().split("\n").slice(-3).join("\n");
    process.send?.({ failed: `${name}: ${why}\n${end}` });
    process.exit(1);
  }

  private logOf(name: keyof Programs): string {
    return join(this.props.folder, `${name}.log`);
  }

  private async untilReady(client: KubernetesClient, { pid }: ChildProcess): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (Date.now() < end) {
      const isReady = await client.get("/readyz").then(
        () => true,
        () => false,
      );
      if (isReady) return;
      await delay(500);
    }
    throw new Error(`kube-apiserver (process ${pid}) was not ready after ${PATIENCE_MS / 1000} s`);
  }
}

function run(program: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
