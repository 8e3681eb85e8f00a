import { spawnSync } from "node:child_process";

const TABLE = ["inet", "drill"];

/**
 * Cuts addresses off by dropping their packets. Only ever used in the drill's own network namespace: the rules
 * vanish with it.
 */
export class NetworkCut {
  private constructor(private readonly nft: string) {}

  /** @returns undefined when this namespace does not let us */
  static prepare(nft: string): NetworkCut | undefined {
    // Dropped on the way in: a drop on the way out would be told to the sender.
    const rules = `
      table ${TABLE.join(" ")} {
        set cut { type ipv4_addr; }
        chain input {
          type filter hook input priority 0;
          ip daddr @cut drop
          ip saddr @cut drop
        }
      }`;
    return spawnSync(nft, ["-f", "-"], { input: rules }).status === 0 ? new NetworkCut(nft) : undefined;
  }

  cut(address: string): void {
    this.run("add", "element", ...TABLE, "cut", `{ ${address} }`);
  }

  heal(address: string): void {
    this.run("delete", "element", ...TABLE, "cut", `{ ${address} }`);
  }

  private run(...args: string[]): void {
    const { status, stderr } = spawnSync(this.nft, args, { encoding: "utf8" });
    if (status !== 0) throw new Error(`nft ${args.join(" ")}: ${stderr.trim()}`);
  }
}
