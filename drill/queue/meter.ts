import { sleepMs } from "../time";
import type { Broker } from "./broker";

/** One reading of the queue's length, as KEDA takes it. */
export interface Reading {
  readonly askedMs: number;
  readonly atMs: number;
  /** Undefined if there was no response in time. */
  readonly length: number | undefined;
}

/** KEDA's timeout (its default, KEDA_HTTP_DEFAULT_TIMEOUT). */
const TIMEOUT_MS = 3_000;
/** More often than KEDA, for finer figures. */
const EVERY_MS = 1_000;

/** Reads the queue's length as KEDA's user, from one node after another like through the Service, until stopped. */
export class Meter {
  private readonly readings: Reading[] = [];
  private wanted = true;
  private readonly loop: Promise<void>;

  constructor(private readonly brokers: readonly Broker[]) {
    this.loop = this.run();
  }

  async stop(): Promise<readonly Reading[]> {
    this.wanted = false;
    await this.loop;
    return this.readings;
  }

  private async run(): Promise<void> {
    for (let number = 0; this.wanted; number++) {
      const askedMs = performance.now();
      // A Service contains the ready nodes; an isolated or hanging one stays in it until its kubelet notices.
      const ready = this.brokers.filter(({ isOn }) => isOn);
      const length = await ready[number % ready.length]?.queue("scaler", TIMEOUT_MS).then(
        ({ messages }) => messages,
        () => undefined,
      );
      this.readings.push({ askedMs, atMs: performance.now(), length });
      await sleepMs(Math.max(0, askedMs + EVERY_MS - performance.now()));
    }
  }
}
