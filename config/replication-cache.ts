/** For headers, indexes and the write sets that arrive while a node catches up. */
const REPLICATION_CACHE_HEADROOM = 1.25;
const LEAST_REPLICATION_CACHE_MB = 128;

/** Size of the write-set cache from which a returning node catches up: minutes x MB per minute, plus headroom. */
export function replicationCacheMb(outageMinutes: number, writeMbPerMinute: number): number {
  return Math.max(LEAST_REPLICATION_CACHE_MB, Math.ceil(outageMinutes * writeMbPerMinute * REPLICATION_CACHE_HEADROOM));
}
