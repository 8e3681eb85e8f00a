import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { endProcess, hasEnded, type Supervisor } from "../supervisor";
import type { Answer } from "./ingress-process";
import { LedgerReader } from "./ledger";

export interface IngressPlace {
  readonly country: string;
  readonly address: string;
  readonly port: number;
}

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
    const { address, port } = this.place;
    this.child = this.supervisor.adopt(
      fork(join(__dirname, "ingress-process.ts"), [address, String(port), this.ledgerFile], {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      }),
    );
    await once(this.child, "message", { signal: AbortSignal.timeout(15_000) });
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
    const confirmed = once(this.child, "message", { signal: AbortSignal.timeout(5000) });
    this.child.send(answer);
    await confirmed;
  }
}
