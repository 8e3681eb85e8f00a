import { type Connection, createConnection } from "mysql2/promise";
import { APP_CONNECTIONS, MAX_CONNECTIONS } from "../../constructs/database/render-mariadb";
import { sleepMs } from "../time";
import { connectionOptions, type Entrance } from "./client";
import type { Stage } from "./stage";

/** What happened to one country's pool. */
export interface PoolFigures {
  readonly country: string;
  /** Open connections before the fault. */
  readonly opened: number;
  /** How many of those were cut by the other end. */
  readonly count: number;
}

/** A country has three edge machines, the drill one: pools and the servers' limits are a third of production's. */
const SCALE = 3;
/** Connections that one country may open to one node. */
const POOL = (countries: number) => Math.floor(APP_CONNECTIONS / countries / SCALE);
const PING_MS = 2_000;
/** Concurrent handshakes, limited so that filling the pools is not itself a fault. */
const AT_ONCE = 8;

/** Each country's apps, with as many connections as the proxy allows, mostly idle. */
export class Pools {
  private readonly cut = new Map<string, number>();
  private readonly opened = new Map<string, number>();
  private readonly connections = new Set<Connection>();
  private wanted = true;

  private constructor(private readonly stage: Stage) {}

  static async open(stage: Stage): Promise<Pools> {
    const pools = new Pools(stage);
    for (const { probe } of stage.nodes) {
      await probe.ask(`SET GLOBAL max_connections = ${Math.ceil(MAX_CONNECTIONS / SCALE)}`);
    }
    await Promise.all(stage.countries.map((country) => pools.fill(country)));
    for (const country of stage.countries) pools.cut.set(country, 0);
    return pools;
  }

  /** Returns the connections cut since the pools were full. */
  async close(): Promise<readonly PoolFigures[]> {
    this.wanted = false;
    for (const connection of this.connections) connection.destroy();
    for (const { probe } of this.stage.nodes)
      await probe.ask(`SET GLOBAL max_connections = ${MAX_CONNECTIONS}`).catch(() => {});
    return this.stage.countries.map((country) => ({
      country,
      opened: this.opened.get(country) ?? 0,
      count: this.cut.get(country) ?? 0,
    }));
  }

  private async fill(country: string): Promise<void> {
    // The drill's own writers use part of the country's share.
    const size = POOL(this.stage.countries.length) - 2 * AT_ONCE;
    for (let made = 0; made < size; made += AT_ONCE) {
      await Promise.all(Array.from({ length: Math.min(AT_ONCE, size - made) }, () => this.keepOne(country)));
    }
    this.opened.set(country, size);
  }

  /** One connection of the pool: opened, pinged, and reopened whenever it is cut. */
  private async keepOne(country: string): Promise<void> {
    const connection = await connectOnce(this.stage.entrance(country)).catch(() => undefined);
    if (!connection) {
      if (this.wanted) void sleepMs(PING_MS).then(() => this.keepOne(country));
      return;
    }
    this.connections.add(connection);
    void this.ping(connection).then(() => {
      this.connections.delete(connection);
      connection.destroy();
      if (!this.wanted) return;
      this.cut.set(country, (this.cut.get(country) ?? 0) + 1);
      void this.keepOne(country);
    });
  }

  /** Returns when the connection no longer works. */
  private async ping(connection: Connection): Promise<void> {
    let isCut = false;
    connection.on("error", () => {
      isCut = true;
    });
    await sleepMs(Math.random() * PING_MS);
    while (this.wanted && !isCut) {
      try {
        await connection.query("SELECT 1");
      } catch {
        return;
      }
      await sleepMs(PING_MS);
    }
  }
}

function connectOnce(entrance: Entrance): Promise<Connection> {
  return createConnection({ ...connectionOptions(entrance), connectTimeout: 15_000 });
}
