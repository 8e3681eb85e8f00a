import type Connection from "rabbitmq-client";
import { sleepMs } from "../time";
import type { Broker } from "./broker";
import { connect } from "./connect";

/**
 * Confirmed: the broker said that it has the message. Refused: it said no. Unknown: it said nothing, or the connection
 * broke.
 */
export type Outcome = "confirmed" | "refused" | "unknown";

/** One message of the ledger. */
export interface MessageRecord {
  readonly id: string;
  /** The node that it was sent to. */
  readonly node: string;
  readonly sentMs: number;
  /** When the outcome was known. */
  readonly endMs: number;
  readonly outcome: Outcome;
}

/** A message not confirmed by then is unknown; quorum queues elect a new leader faster. */
const CONFIRM_LIMIT_MS = 20_000;

/** An app's connection to one node, which publishes at a steady rate and records the outcome of each message. */
export class Publisher {
  private readonly connection: Connection;
  private readonly pending: Promise<void>[] = [];
  private readonly records: MessageRecord[] = [];
  private wanted = true;
  private readonly loop: Promise<void>;

  constructor(
    private readonly broker: Broker,
    private readonly queue: string,
    private readonly perSecond: number,
    private readonly prefix: string,
  ) {
    this.connection = connect(broker);
    this.loop = this.run();
  }

  /** Stops publishing, and waits for messages in flight. */
  async stop(): Promise<readonly MessageRecord[]> {
    this.wanted = false;
    await this.loop;
    await Promise.all(this.pending);
    // Closing a broken connection may never finish.
    void this.connection.close().catch(() => undefined);
    return this.records;
  }

  /** Outcomes so far. */
  get ledger(): readonly MessageRecord[] {
    return this.records;
  }

  private async run(): Promise<void> {
    const publisher = this.connection.createPublisher({ confirm: true, maxAttempts: 1 });
    const startMs = performance.now();
    for (let number = 0; this.wanted; number++) {
      const id = `${this.prefix}-${this.broker.name}-${number}`;
      const sentMs = performance.now();
      const sent = this.connection.ready
        ? publisher.send({ routingKey: this.queue, durable: true, messageId: id }, id)
        : Promise.reject(new Error("not connected"));
      this.pending.push(this.record(id, sentMs, sent));
      await sleepMs(Math.max(0, startMs + ((number + 1) * 1000) / this.perSecond - performance.now()));
    }
  }

  private async record(id: string, sentMs: number, sent: Promise<void>): Promise<void> {
    const outcome = await Promise.race([sent.then(() => "confirmed" as const, outcomeOf), silence()]);
    this.records.push({ id, node: this.broker.name, sentMs, endMs: performance.now(), outcome });
  }
}

async function silence(): Promise<Outcome> {
  await sleepMs(CONFIRM_LIMIT_MS);
  return "unknown";
}

/** If a message was never sent, or was rejected, it was certainly not confirmed. */
function outcomeOf(error: Error & { code?: string }): Outcome {
  return error.message === "not connected" || error.code === "NACK" ? "refused" : "unknown";
}
