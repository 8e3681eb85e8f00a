import { spawnSync } from "node:child_process";
import { WAN_DEVICE } from "./wan";

/** A machine that gets its own network namespace. */
export interface Host {
  readonly name: string;
  readonly country: string;
  readonly addresses: readonly string[];
}

/** The drill's own address, which every machine reaches without delay: for clients, and the stand-in for the cloud. */
export const DRILL_ADDRESS = "192.0.2.1";
/** Routing table for packets that leave their country. */
const ABROAD = "100";

/**
 * Machines in their own network namespaces around this one, which routes between them: directly within a country,
 * through the wan device between countries. Everything vanishes with the drill's own namespaces.
 */
export class Network {
  private readonly links = new Map<string, string>();

  /**
   * @param ip path of `ip`
   * @param blocks CIDR block of each country
   */
  constructor(
    private readonly ip: string,
    private readonly blocks: Readonly<Record<string, string>>,
  ) {
    // Names of namespaces are files here, which nobody else should see.
    run("mount", ["-t", "tmpfs", "tmpfs", "/run"]);
    this.configure("link set lo up", `addr add ${DRILL_ADDRESS}/32 dev lo`);
    const filters = ["all", "default"].map((scope) => `net.ipv4.conf.${scope}.rp_filter=0`);
    run("sysctl", ["-qw", "net.ipv4.ip_forward=1", ...filters]);
  }

  /** Requires the wan device. */
  routeAbroad(): void {
    this.configure(`route add default dev ${WAN_DEVICE} table ${ABROAD}`);
  }

  add({ name, country, addresses }: Host): void {
    const link = `m${this.links.size}`;
    this.links.set(name, link);
    const inside = (command: string) => `-n ${name} ${command}`;
    this.configure(
      `netns add ${name}`,
      `link add ${link} type veth peer name eth0 netns ${name}`,
      inside("link set lo up"),
      ...addresses.map((address) => inside(`addr add ${address}/32 dev eth0`)),
      inside("link set eth0 up"),
      inside(`route add default via ${DRILL_ADDRESS} dev eth0 onlink src ${addresses[0]}`),
      ...Object.entries(this.blocks)
        .filter(([other]) => other !== country)
        .map(([, block]) => `rule add iif ${link} to ${block} lookup ${ABROAD}`),
    );
    this.plugIn(name, addresses);
  }

  /** The command that runs another one on a machine's network. */
  within(name: string): string[] {
    return ["nsenter", `--net=/run/netns/${name}`];
  }

  /** From now on nothing responds for the machine, not even with a refusal. */
  unplug(name: string): void {
    this.configure(`link set ${this.links.get(name)} down`);
  }

  plugIn(name: string, addresses: readonly string[]): void {
    const link = this.links.get(name);
    this.configure(`link set ${link} up`, ...addresses.map((address) => `route replace ${address}/32 dev ${link}`));
  }

  private configure(...commands: readonly string[]): void {
    for (const command of commands) run(this.ip, command.split(" "));
  }
}

function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
