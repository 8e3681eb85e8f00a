import type { WriteRecord } from "./client";
import { Probe } from "./probe";
import type { Node } from "./stage";

/** Content of one node. */
export interface Holding {
  readonly node: string;
  /** Number of rows by write id. */
  readonly rows: ReadonlyMap<string, number>;
  readonly checksum: string;
  /** Identity of the cluster's data. */
  readonly uuid: string;
  readonly clusterSize: number;
}

/** Problems of the data after a round. */
export interface Findings {
  /** Acknowledged writes since the drill began. */
  readonly acknowledged: number;
  /** Ids that some node lacks. */
  readonly missing: readonly string[];
  /** Ids that a node holds more than once. */
  readonly repeated: readonly string[];
  /** Whether all nodes have the same content. */
  readonly isEqual: boolean;
  /** The difference, in words. */
  readonly difference: string;
}

const READ_LIMIT_MS = 30_000;

/** Which node took a write, by its id. */
export type Takers = ReadonlyMap<string, string>;

/**
 * @param isBehind whether to read after everything in flight, which a node without a quorum refuses
 * @throws Error when the node does not respond
 */
export async function readHolding(
  { instance, machine }: Node,
  schema: string,
  isBehind: boolean,
): Promise<Holding & { takers: Takers }> {
  const probe = new Probe(machine.socket);
  const ask = (statement: string) => probe.ask(statement, READ_LIMIT_MS);
  try {
    await ask(isBehind ? "SET SESSION wsrep_sync_wait = 1" : "SET SESSION wsrep_dirty_reads = ON");
    const found = await ask(`SELECT id, node FROM ${schema}.drill_writes`);
    const [sum] = await ask(`CHECKSUM TABLE ${schema}.drill_writes`);
    const status = await ask("SHOW GLOBAL STATUS LIKE 'wsrep_cluster_%'");
    const value = (name: string) =>
      status.find(({ Variable_name }) => Variable_name === `wsrep_cluster_${name}`)?.Value;
    const rows = new Map<string, number>();
    for (const { id } of found) rows.set(id, (rows.get(id) ?? 0) + 1);
    return {
      node: instance.name,
      rows,
      checksum: String(sum?.Checksum),
      uuid: String(value("state_uuid")),
      clusterSize: Number(value("size")),
      takers: new Map(found.map(({ id, node }) => [id, node])),
    };
  } finally {
    probe.close();
  }
}

/** @param ledger every write since the drill began */
export function findingsOf(ledger: readonly WriteRecord[], holdings: readonly Holding[]): Findings {
  const acknowledged = ledger.filter(({ outcome }) => outcome === "acknowledged");
  const differing = (["checksum", "uuid", "clusterSize"] as const).filter(
    (key) => new Set(holdings.map((holding) => holding[key])).size > 1,
  );
  const isWhole = holdings.every(({ clusterSize }) => clusterSize === holdings.length);
  const words = holdings.map(
    ({ node, checksum, uuid, clusterSize }) => `${node}: ${checksum} in ${uuid} of ${clusterSize}`,
  );
  return {
    acknowledged: acknowledged.length,
    missing: acknowledged.map(({ id }) => id).filter((id) => !holdings.every(({ rows }) => rows.has(id))),
    repeated: [
      ...new Set(holdings.flatMap(({ rows }) => [...rows].filter(([, count]) => count > 1).map(([id]) => id))),
    ],
    isEqual: differing.length === 0 && isWhole,
    difference: differing.length === 0 && isWhole ? "" : words.join("; "),
  };
}
