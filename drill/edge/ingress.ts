import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { CannotTell } from "../../tools/cli";
import { endProcess, hasEnded, type Supervisor } from "../supervisor";
import type { Answer } from "./ingress-process";
import { LedgerReader } from "./ledger";
import { load } from "./load";

export interface IngressPlace {
  readonly country: string;
  readonly address: string;
  readonly port: number;
  /** Pods that it tries for one request. */
  readonly tries: number;
}

/** Far more than it takes on a machine that has anything to spare. */
const START_MS = 120_000;
const ANSWER_MS = 60_000;

/** One country's ingress and app, and everything that can happen to it. */
export class Ingress {
  readonly ledger: LedgerReader;
  private readonly ledgerFile: string;
  private child: ChildProcess | undefined;

  constructor(
    private readonly supervisor: Supervisor,
    readonly place: IngressPlace,
  ) {
    this.ledgerFile = join(supervisor.directory, `ledger-${place.country}`);
    this.ledger = new LedgerReader(this.ledgerFile);
  }

  /** Starts it when it does not run, and resolves when it listens. */
  async start(): Promise<void> {
    if (this.child && !hasEnded(this.child)) return;
    const { address, port, tries } = this.place;
    this.child = this.supervisor.adopt(
      fork(join(__dirname, "ingress-process.ts"), [address, String(port), this.ledgerFile, String(tries)], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      }),
    );
    await this.told("listens", START_MS);
  }

  async kill(): Promise<void> {
    if (!this.child || hasEnded(this.child)) return;
    const exit = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await exit;
  }

  /** As Kubernetes ends a pod. */
  async stopInOrder(): Promise<void> {
    if (this.child) await endProcess(this.child);
  }

  /** Its connections stay open, new ones are still accepted by the kernel, and nothing is ever answered. */
  freeze(): void {
    this.child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.child?.kill("SIGCONT");
  }

  async answer(answer: Answer): Promise<void> {
    if (!this.child || hasEnded(this.child)) return;
    this.child.send(answer);
    await this.told("takes an order", ANSWER_MS);
  }

  private async told(what: string, limitMs: number): Promise<void> {
    if (!this.child) return;
    await once(this.child, "message", { signal: AbortSignal.timeout(limitMs) }).catch(() => {
      throw new CannotTell(
        `this machine is too slow for the drill: waited ${limitMs / 1000} s until the ingress of ${this.place.country} ${what}, and the load is ${load()}; end other work and try again`,
      );
    });
  }
}
