import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { hasEnded, type Supervisor } from "../supervisor";
import { startChild } from "./child";
import type { Release, ShopSetup } from "./shop-process";

/** A country's shop behind its ingress. */
export class Shop {
  private process: ChildProcess | undefined;

  constructor(
    private readonly supervisor: Supervisor,
    private readonly within: readonly string[],
    private readonly setup: () => ShopSetup,
  ) {}

  async start(): Promise<void> {
    this.process = await startChild(this.supervisor, this.within, "shop-process.ts", this.setup());
  }

  async kill(): Promise<void> {
    if (!this.process || hasEnded(this.process)) return;
    const gone = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await gone;
  }

  roll(release: Release): void {
    this.process?.send(release);
  }
}
