import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RABBITMQ_PORTS } from "../../config/ports";
import { killAll } from "../data/processes";
import { hasEnded } from "../supervisor";
import { sleepMs } from "../time";
import { PASSWORDS, type SynthesizedBroker } from "./synthesized-broker";

export interface BrokerProps {
  readonly name: string;
  readonly address: string;
  /** Addresses of all nodes, including its own. */
  readonly members: readonly string[];
  /** Directory of the node's disk. */
  readonly root: string;
  readonly synthesized: SynthesizedBroker;
  /** The command that runs another one on the node's network. */
  readonly within: readonly string[];
  readonly searchPath: string;
}

const SERVER = "/usr/lib/rabbitmq/bin";
/** The ones that the operator enables. */
const OPERATORS_PLUGINS = ["rabbitmq_management", "rabbitmq_prometheus", "rabbitmq_peer_discovery_k8s"];
const POLL_MS = 10;
const COOKIE = "a-cookie-of-the-drill";

/** The queue from one node's management API. */
export interface QueueView {
  readonly leader: string | undefined;
  readonly online: readonly string[];
  readonly messages: number;
}

/**
 * One RabbitMQ node: the synthesized configuration and definitions, plus what its operator adds. Peers are listed
 * explicitly here; in a cluster they follow from the StatefulSet's name.
 */
export class Broker {
  readonly name: string;
  readonly address: string;
  private server: ChildProcess | undefined;

  constructor(private readonly props: BrokerProps) {
    this.name = props.name;
    this.address = props.address;
    const { root, synthesized } = props;
    mkdirSync(join(root, "definitions"), { recursive: true });
    writeFileSync(join(root, ".erlang.cookie"), COOKIE, { mode: 0o400 });
    writeFileSync(join(root, "plugins"), `[${[...OPERATORS_PLUGINS, ...synthesized.plugins].join(",")}].\n`);
    writeFileSync(join(root, "rabbitmq.conf"), this.config());
    for (const [file, text] of Object.entries(synthesized.definitions)) {
      writeFileSync(join(root, "definitions", file), text);
    }
  }

  private config(): string {
    const { synthesized, root, members } = this.props;
    return [
      // What the operator writes, except for peer discovery.
      "cluster_partition_handling = pause_minority",
      "disk_free_limit.absolute = 50MB",
      "cluster_formation.peer_discovery_backend = classic_config",
      ...members.map((member, index) => `cluster_formation.classic_config.nodes.${index + 1} = ${nodeName(member)}`),
      synthesized.config.replace(/^load_definitions = .*$/m, `load_definitions = ${join(root, "definitions")}`),
    ].join("\n");
  }

  powerOn(): void {
    const log = openSync(join(this.props.root, "journal"), "a");
    this.server = this.spawn([join(SERVER, "rabbitmq-server")], ["ignore", log, log]);
  }

  /** Power loss: kills every process of the node. Resolves when none is left. */
  async powerOff(): Promise<void> {
    // What ends says so only later, and a node that was struck must be seen to be off at once.
    this.server = undefined;
    while (killAll(`BROKER_ROOT=${this.props.root}`) > 0) await sleepMs(POLL_MS);
  }

  get isOn(): boolean {
    return this.server !== undefined && !hasEnded(this.server);
  }

  /**
   * Runs `rabbitmqctl` on the node. @returns its output
   * @throws Error with its message
   */
  control(...args: readonly string[]): string {
    const [file = "", ...words] = [...this.props.within, join(SERVER, "rabbitmqctl"), ...args];
    return execFileSync(file, words, { encoding: "utf8", env: this.environment(), timeout: 60_000, stdio: "pipe" });
  }

  private spawn(command: readonly string[], stdio: ["ignore", number, number]): ChildProcess {
    const [file = "", ...args] = [...this.props.within, ...command];
    return spawn(file, args, { env: this.environment(), cwd: "/", detached: true, stdio });
  }

  private environment(): NodeJS.ProcessEnv {
    const { root, searchPath, address } = this.props;
    return {
      PATH: `${searchPath}:/usr/sbin:/sbin`,
      HOME: root,
      LANG: "C.UTF-8",
      BROKER_ROOT: root,
      RABBITMQ_USE_LONGNAME: "true",
      RABBITMQ_NODENAME: nodeName(address),
      RABBITMQ_CONFIG_FILE: join(root, "rabbitmq.conf"),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(root, "plugins"),
      RABBITMQ_MNESIA_BASE: join(root, "data"),
      RABBITMQ_LOG_BASE: join(root, "log"),
      RABBITMQ_PID_FILE: join(root, "pid"),
      RABBITMQ_LOGS: "-",
    };
  }

  /** The queue as the node's management API shows it to a user. @throws Error without a response in time */
  async queue(user: keyof typeof PASSWORDS, timeoutMs: number): Promise<QueueView> {
    const { queue } = this.props.synthesized;
    const answer = await fetch(`http://${this.address}:${RABBITMQ_PORTS.management}/api/queues/%2F/${queue}`, {
      headers: { authorization: `Basic ${Buffer.from(`${user}:${PASSWORDS[user]}`).toString("base64")}` },
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!answer.ok) throw new Error(`${this.name} answered ${answer.status}`);
    const { leader, online = [], messages } = (await answer.json()) as Partial<QueueView>;
    if (messages === undefined) throw new Error(`${this.name} reported no queue length`);
    return { leader, online, messages };
  }
}

/** Erlang's name for a node. */
export function nodeName(address: string): string {
  return `rabbit@${address}`;
}
