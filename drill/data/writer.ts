import { sleepMs } from "../time";
import type { Client, WriteRecord } from "./client";

const TICK_MS = 5;

/** A bounded stream of writes: so many a second, as far as the client's connections are free. */
export class Writer {
  private readonly records: WriteRecord[] = [];
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private inFlight = 0;
  private due = 0;

  /**
   * @param connections that the client has; no more writes wait at once
   * @param run part of every id; unique within a drill
   */
  constructor(
    private readonly client: Client,
    private readonly connections: number,
    private readonly perSecond: number,
    private readonly run: string,
  ) {
    this.timer = setInterval(() => this.writeWhatIsDue(), TICK_MS);
  }

  /** Whether a write that was begun after this moment was acknowledged. */
  hasWrittenSince(moment: number): boolean {
    return this.records.some(({ outcome, startMs }) => outcome === "acknowledged" && startMs >= moment);
  }

  /** Begins no more writes, waits for those under way, and resolves to all that were made. */
  async stop(): Promise<readonly WriteRecord[]> {
    clearInterval(this.timer);
    while (this.inFlight > 0) await sleepMs(TICK_MS);
    return this.records;
  }

  private writeWhatIsDue(): void {
    const scheduled = ((performance.now() - this.startedMs) * this.perSecond) / 1000;
    while (this.due < scheduled) {
      this.due += 1;
      // What finds no connection is left out, or a standstill would be followed by a flood.
      if (this.inFlight < this.connections) void this.write();
    }
  }

  private async write(): Promise<void> {
    this.inFlight += 1;
    this.records.push(await this.client.write(this.run));
    this.inFlight -= 1;
  }
}
