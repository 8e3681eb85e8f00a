import { createPool, type Pool, type PoolConnection, type RowDataPacket } from "mysql2/promise";
import { connectionOptions, type Entrance } from "../data/client";
import { sleepMs } from "../time";

/** What docs/decisions/0007 asks of an app that uses the database. */

const CONNECTIONS = 8;
/** Of a statement, a commit or a broker's confirm. */
const ANSWER_LIMIT_MS = 5_000;
const ATTEMPTS = 3;

/** Commit was sent, and nothing came back. */
export class Unknown extends Error {}

export function openPool(entrance: Entrance): Pool {
  return createPool({ ...connectionOptions(entrance), connectionLimit: CONNECTIONS, connectTimeout: 4_000 });
}

/**
 * No answer is waited for without an end: a lost node or broker says nothing, and a relay or worker that waits for it
 * would never work again.
 */
export async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ANSWER_LIMIT_MS} ms`)), ANSWER_LIMIT_MS);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** One statement, committed by itself. Its connection goes when it breaks: a late answer would be the next one's. */
export async function statement(pool: Pool, sql: string, values: readonly unknown[]) {
  const connection = await pool.getConnection();
  try {
    const answer = await inTime(connection.query<RowDataPacket[]>(sql, [...values]));
    connection.release();
    return answer;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** A statement that may be repeated, on another connection when the first one broke. */
export async function read(pool: Pool, sql: string, values: readonly unknown[]) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await statement(pool, sql, values);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
      await sleepMs(100 * attempt);
    }
  }
}

/** Repeated when it broke or was rolled back before its commit was sent. @throws Unknown when it broke after that */
export async function transaction<T>(pool: Pool, statements: (connection: PoolConnection) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let isSent = false;
    let connection: PoolConnection | undefined;
    try {
      connection = await pool.getConnection();
      await inTime(connection.query("SET SESSION max_statement_time = 5"));
      await inTime(connection.beginTransaction());
      const result = await inTime(statements(connection));
      isSent = true;
      await inTime(connection.commit());
      connection.release();
      return result;
    } catch (error) {
      connection?.destroy();
      const { errno } = error as { errno?: number };
      // The server's own words for a rollback: lock wait, deadlock, no quorum.
      const isRolledBack = [1205, 1213, 1020, 1047].includes(errno ?? 0);
      if (isSent && !isRolledBack) throw new Unknown("commit was sent", { cause: error });
      if (attempt === ATTEMPTS) throw error;
      await sleepMs(100 * attempt);
    }
  }
}
