import { sleepMs } from "../time";
import type { Client, WriteRecord } from "./client";

const TICK_MS = 5;

/** A bounded stream of writes: this many per second, as long as connections are free. */
export class Writer {
  private readonly records: WriteRecord[] = [];
  private readonly startedMs = performance.now();
  private readonly timer: NodeJS.Timeout;
  private inFlight = 0;
  private due = 0;

  /**
   * @param connections number of the client's connections, and limit of concurrent writes
   * @param run prefix of every id; unique within a drill
   */
  constructor(
    private readonly client: Client,
    private readonly connections: number,
    private readonly perSecond: number,
    private readonly run: string,
  ) {
    this.timer = setInterval(() => this.writeWhatIsDue(), TICK_MS);
  }

  /** Whether a write that began after this moment was acknowledged. */
  hasWrittenSince(moment: number): boolean {
    return this.records.some(({ outcome, startMs }) => outcome === "acknowledged" && startMs >= moment);
  }

  /** Begins no more writes, waits for those in flight, and returns all of them. */
  async stop(): Promise<readonly WriteRecord[]> {
    clearInterval(this.timer);
    while (this.inFlight > 0) await sleepMs(TICK_MS);
    return this.records;
  }

  private writeWhatIsDue(): void {
    const scheduled = ((performance.now() - this.startedMs) * this.perSecond) / 1000;
    while (this.due < scheduled) {
      this.due += 1;
      // Writes without a free connection are skipped, because an outage would otherwise be followed by a flood.
      if (this.inFlight < this.connections) void this.write();
    }
  }

  private async write(): Promise<void> {
    this.inFlight += 1;
    this.records.push(await this.client.write(this.run));
    this.inFlight -= 1;
  }
}
