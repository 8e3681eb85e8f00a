import { connect } from "node:net";
import { createPool, type Pool, type PoolConnection, type ResultSetHeader, type RowDataPacket } from "mysql2/promise";
import { DATABASE_PORTS } from "../../config/ports";

/** How an app of a country reaches the database. */
export interface Entrance {
  readonly country: string;
  /** Name that the node's certificate must contain. */
  readonly host: string;
  readonly address: string;
  readonly user: string;
  readonly password: string;
  readonly schema: string;
  /** Certificates of the nodes' CA, in PEM. */
  readonly ca: string;
}

/**
 * What the client knows about a write:
 * - `acknowledged`: the server said that it is committed
 * - `refused`: certainly not executed: the server said so, or no connection was available
 * - `unknown`: the connection broke or went silent after the statement was sent
 */
export type Outcome = "acknowledged" | "refused" | "unknown";

/** One write as its client saw it. Times are in milliseconds on the drill's own clock. */
export interface WriteRecord {
  readonly id: string;
  readonly country: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly outcome: Outcome;
  /** Code of the error. */
  readonly error?: string;
}

const CONNECT_LIMIT_MS = 4_000;
const STATEMENT_LIMIT_MS = 15_000;
/** Not executed: the node has no quorum (1047), or the transaction was rolled back (deadlock, lock wait). */
const REFUSALS: readonly number[] = [1047, 1213, 1205];

const CREATE = `CREATE TABLE IF NOT EXISTS drill_writes (
  number BIGINT AUTO_INCREMENT PRIMARY KEY, id VARCHAR(80) NOT NULL, country VARCHAR(40) NOT NULL, node VARCHAR(80) NOT NULL
)`;
const INSERT = "INSERT INTO drill_writes (id, country, node) VALUES (?, ?, @@wsrep_node_name)";

/** Statements are sent as text. By default mysql2 makes room for 16,000 prepared ones, in every connection. */
export const NO_PREPARED = { maxPreparedStatements: 1 } as const;

/** How an app connects: TLS, with the server's name verified. */
export function connectionOptions({ host, address, user, password, schema, ca }: Entrance) {
  return {
    host,
    port: DATABASE_PORTS.client,
    user,
    password,
    database: schema,
    ...NO_PREPARED,
    // The drill has no name server.
    stream: () => connect(DATABASE_PORTS.client, address),
    ssl: { ca, verifyIdentity: true },
  };
}

/** A typical app of one country: a connection pool, TLS with the server verified. */
export class Client {
  private readonly pool: Pool;
  private count = 0;

  constructor(
    private readonly entrance: Entrance,
    connections: number,
  ) {
    this.pool = createPool({
      ...connectionOptions(entrance),
      connectionLimit: connections,
      connectTimeout: CONNECT_LIMIT_MS,
    });
  }

  async createTable(): Promise<void> {
    await this.pool.query(CREATE);
  }

  /** Name of the node that a new connection reaches; undefined if none. */
  async takenBy(): Promise<string | undefined> {
    try {
      const connection = await this.pool.getConnection();
      const [[row]] = await connection.query<RowDataPacket[]>("SELECT @@wsrep_node_name AS node");
      connection.destroy();
      return row?.node;
    } catch {
      return undefined;
    }
  }

  /** One row with its own id. Never retried: each id is sent once. */
  async write(run: string): Promise<WriteRecord> {
    this.count += 1;
    const { country } = this.entrance;
    const id = `${run}-${country}-${this.count}`;
    const startMs = performance.now();
    const result = await this.insert(id, country);
    return { id, country, startMs, endMs: performance.now(), ...result };
  }

  /** So many rows in one transaction, a statement each: the ids are written with its commit or not at all. */
  async writeTogether(run: string, rows: number): Promise<WriteRecord[]> {
    const { country } = this.entrance;
    const ids = Array.from({ length: rows }, () => {
      this.count += 1;
      return `${run}-${country}-${this.count}`;
    });
    const startMs = performance.now();
    const result = await this.transact((connection) => insertAll(connection, ids, country));
    return ids.map((id) => ({ id, country, startMs, endMs: performance.now(), ...result }));
  }

  async close(): Promise<void> {
    await this.pool.end().catch(() => {});
  }

  private insert(id: string, country: string): Promise<Pick<WriteRecord, "outcome" | "error">> {
    return this.transact((connection) => insertOne(connection, id, country));
  }

  private async transact(
    act: (connection: PoolConnection) => Promise<boolean>,
  ): Promise<Pick<WriteRecord, "outcome" | "error">> {
    let connection: PoolConnection;
    try {
      connection = await this.pool.getConnection();
    } catch (error) {
      return { outcome: "refused", error: codeOf(error) };
    }
    try {
      const isWritten = await act(connection);
      connection.release();
      return isWritten ? { outcome: "acknowledged" } : { outcome: "unknown", error: "NO_ROW" };
    } catch (error) {
      connection.destroy();
      const isRefused = REFUSALS.includes((error as { errno?: number }).errno ?? 0);
      return { outcome: isRefused ? "refused" : "unknown", error: codeOf(error) };
    }
  }
}

async function insertOne(connection: PoolConnection, id: string, country: string): Promise<boolean> {
  const statement = { sql: INSERT, timeout: STATEMENT_LIMIT_MS };
  const [{ affectedRows }] = await connection.query<ResultSetHeader>(statement, [id, country]);
  return affectedRows === 1;
}

async function insertAll(connection: PoolConnection, ids: readonly string[], country: string): Promise<boolean> {
  await connection.beginTransaction();
  for (const id of ids) if (!(await insertOne(connection, id, country))) return false;
  await connection.commit();
  return true;
}

function codeOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return code ?? message;
}
