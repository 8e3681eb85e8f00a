import Connection from "rabbitmq-client";
import { RABBITMQ_PORTS } from "../../config/ports";
import { sleepMs } from "../time";
import type { Broker } from "./broker";
import { PASSWORDS } from "./synthesized-broker";

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
/** Seconds after which a silent connection is given up. */
const HEARTBEAT_SECONDS = 4;

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

/** Drains the queue. @returns how often each id was there */
export async function drain(
  broker: Broker,
  queue: string,
  expected: number,
  quietMs: number,
): Promise<Map<string, number>> {
  const connection = connect(broker);
  const found = new Map<string, number>();
  let lastMs = performance.now();
  const consumer = connection.createConsumer(
    { queue, queueOptions: { passive: true }, qos: { prefetchCount: 500 } },
    async ({ messageId = "" }) => {
      found.set(messageId, (found.get(messageId) ?? 0) + 1);
      lastMs = performance.now();
    },
  );
  // Once everything expected has arrived, a short wait reveals duplicates.
  while (performance.now() - lastMs < (found.size >= expected ? 2_000 : quietMs)) await sleepMs(100);
  await consumer.close();
  await connection.close();
  return found;
}

function connect({ address }: Broker): Connection {
  const connection = new Connection({
    hostname: address,
    port: RABBITMQ_PORTS.amqp,
    username: "app",
    password: PASSWORDS.app,
    heartbeat: HEARTBEAT_SECONDS,
    connectionTimeout: 2_000,
    acquireTimeout: 2_000,
    retryLow: 200,
    retryHigh: 500,
  });
  connection.on("error", () => undefined); // it reconnects on its own
  return connection;
}
