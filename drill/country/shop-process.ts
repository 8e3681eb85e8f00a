import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Pool, RowDataPacket } from "mysql2/promise";
import Connection from "rabbitmq-client";
import { RABBITMQ_PORTS } from "../../config/ports";
import type { Entrance } from "../data/client";
import { behindProxy } from "../edge/proxy-protocol";
import { sleepMs } from "../time";
import { inTime, openPool, read, statement, transaction, Unknown } from "./shop-database";

/**
 * A country's shop behind its ingress, as a process that can be killed: pages from the database, baskets and orders
 * into it, a message for each order, and a worker that takes the messages. It does what docs/decisions/0007 asks of
 * an app. Health checks are answered without the database, as the real app does.
 */
export interface ShopSetup {
  readonly country: string;
  readonly address: string;
  readonly port: number;
  readonly entrance: Entrance;
  readonly broker: { readonly address: string; readonly password: string; readonly queue: string };
  /** Takes messages off the queue before their work is done, as an app must not. */
  readonly acknowledgesEarly: boolean;
}

/** Every page but the health check's fails: a bad release that its probe does not notice. */
export type Release = "good" | "bad";

/** An order whose message nobody confirmed is sent again by then, by its own country's shop. */
const RELAY_EVERY_MS = 2_000;

/** What a worker does for an order. */
const WORK_MS = 1_500;

function serve(setup: ShopSetup): void {
  const { country, address, port } = setup;
  const pool = openPool(setup.entrance);
  const broker = new Connection({
    hostname: setup.broker.address,
    port: RABBITMQ_PORTS.amqp,
    username: "app",
    password: setup.broker.password,
    heartbeat: 4,
    connectionTimeout: 2_000,
    acquireTimeout: 2_000,
    retryLow: 200,
    retryHigh: 1_000,
  });
  broker.on("error", () => undefined); // It connects again by itself.
  const publisher = broker.createPublisher({ confirm: true, maxAttempts: 1 });
  const publish = async (id: string) => {
    await inTime(publisher.send({ routingKey: setup.broker.queue, durable: true, messageId: id }, id));
    await statement(pool, "DELETE FROM outbox WHERE id = ?", [id]);
  };
  work(broker, pool, setup);
  void relay(pool, country, publish);

  let release: Release = "good";
  process.on("message", (message: Release) => {
    release = message;
  });
  const http = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    request.resume();
    request.on("end", () => void answer(request, response));
  });
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, what = "", id = ""] = request.url?.split("/") ?? [];
    if (what === "healthz") return tell(response, 200, {});
    if (release === "bad") return tell(response, 500, {});
    try {
      const body = await pages(pool, country, publish)[`${request.method} ${what}`]?.(id);
      tell(response, body ? 200 : 404, { ...body });
    } catch (error) {
      tell(response, 503, { unknown: error instanceof Unknown });
    }
  };
  behindProxy(http).listen(port, address, 1024, () => process.send?.("listening"));
  process.on("disconnect", () => process.exit(0)); // Nobody is left to drill for.
}

function tell(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

type Page = (id: string) => Promise<object>;

function pages(pool: Pool, country: string, publish: (id: string) => Promise<void>): Readonly<Record<string, Page>> {
  return {
    "GET products": async (id) => {
      const [rows] = await read(pool, "SELECT price FROM products WHERE id = ?", [Number(id) % 100]);
      return { country, price: rows[0]?.price };
    },
    "GET baskets": async (id) => {
      const [rows] = await read(pool, "SELECT version FROM baskets WHERE id = ?", [id]);
      return { country, version: rows[0]?.version ?? 0 };
    },
    "POST baskets": async (id) => {
      const version = await transaction(pool, async (connection) => {
        await connection.query("INSERT INTO baskets VALUES (?, 1) ON DUPLICATE KEY UPDATE version = version + 1", [id]);
        const [rows] = await connection.query<RowDataPacket[]>("SELECT version FROM baskets WHERE id = ?", [id]);
        return rows[0]?.version;
      });
      return { country, version };
    },
    "POST orders": async (id) => {
      await transaction(pool, async (connection) => {
        await connection.query("INSERT INTO orders VALUES (?, ?)", [id, country]);
        await connection.query("INSERT INTO outbox VALUES (?, ?)", [id, country]);
      }).catch(async (error) => {
        if (!(error instanceof Unknown) || !(await isOrdered(pool, id))) throw error;
      });
      // Promised from here on: what the broker does not take now, the relay brings it.
      await publish(id).catch(() => undefined);
      return { country };
    },
  };
}

async function isOrdered(pool: Pool, id: string): Promise<boolean> {
  const [rows] = await read(pool, "SELECT id FROM orders WHERE id = ?", [id]);
  return rows.length > 0;
}

/** Takes an order's message, does its work, and only then says that it is done. */
function work(broker: Connection, pool: Pool, { country, broker: { queue }, acknowledgesEarly }: ShopSetup): void {
  const consumer = broker.createConsumer(
    { queue, noAck: acknowledgesEarly, queueOptions: { passive: true }, qos: { prefetchCount: 20 } },
    async ({ messageId }) => {
      await sleepMs(WORK_MS);
      // Kept while the database is away: a message that is returned twenty times is set aside, and nobody works on it.
      for (let pauseMs = 500; ; pauseMs = Math.min(2 * pauseMs, 5_000)) {
        try {
          await statement(pool, "INSERT IGNORE INTO fulfilments VALUES (?, ?)", [messageId, country]);
          return;
        } catch {
          await sleepMs(pauseMs);
        }
      }
    },
  );
  consumer.on("error", () => undefined);
}

/** Sends what was ordered here and never confirmed by the broker. */
async function relay(pool: Pool, country: string, publish: (id: string) => Promise<void>): Promise<void> {
  for (;;) {
    await sleepMs(RELAY_EVERY_MS);
    try {
      const [rows] = await statement(pool, "SELECT id FROM outbox WHERE country = ? LIMIT 100", [country]);
      for (const { id } of rows) await publish(id);
    } catch {} // the next time
  }
}

if (require.main === module) serve(JSON.parse(process.argv[2] ?? ""));
