import { type Connection, createConnection, type RowDataPacket } from "mysql2/promise";
import { NO_PREPARED } from "./client";

/** A node's view of itself and its group. */
export interface View {
  /** `Primary`, `non-Primary` or `Disconnected`. */
  readonly status: string;
  /** `Synced`, `Joiner`, `Donor/Desynced` and so on. */
  readonly state: string;
  /** Names of the members of its primary component; empty outside of one. */
  readonly members: readonly string[];
  /** Identity of the data that the cluster shares. */
  readonly uuid: string;
}

const LIMIT_MS = 1000;
const MEMBERS = "SELECT node_name FROM mysql.wsrep_cluster_members";

/** Queries a node as root through its socket, whatever its network does. */
export class Probe {
  private connection: Connection | undefined;

  constructor(private readonly socket: string) {}

  /** Undefined if the server does not respond within a second. */
  async view(): Promise<View | undefined> {
    try {
      const rows = await this.ask("SHOW GLOBAL STATUS LIKE 'wsrep_%'", LIMIT_MS);
      const values = new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Value]));
      const value = (name: string) => String(values.get(`wsrep_${name}`) ?? "");
      const status = value("cluster_status");
      // The status variable with their addresses can be permanently out of date.
      const members = status === "Primary" ? await this.ask(MEMBERS, LIMIT_MS) : [];
      return {
        status,
        state: value("local_state_comment"),
        members: members.map(({ node_name }) => String(node_name)),
        uuid: value("cluster_state_uuid"),
      };
    } catch {
      return undefined;
    }
  }

  /** @throws Error with the server's message, or when it takes longer than `limitMs` */
  async ask(statement: string, limitMs = 30_000): Promise<RowDataPacket[]> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
    });
    try {
      return await Promise.race([this.query(statement), limit]);
    } catch (error) {
      this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.connection?.destroy();
    this.connection = undefined;
  }

  private async query(statement: string): Promise<RowDataPacket[]> {
    if (!this.connection) {
      const options = { socketPath: this.socket, user: "root", connectTimeout: LIMIT_MS, ...NO_PREPARED };
      const connection = await createConnection(options);
      connection.on("error", () => this.close());
      this.connection = connection;
    }
    const [rows] = await this.connection.query<RowDataPacket[]>(statement);
    return rows;
  }
}
