/** Headers, indexes and the write sets that arrive while a node is being brought up. */
const REPLICATION_CACHE_HEADROOM = 1.25;
const LEAST_REPLICATION_CACHE_MB = 128;

/** Size of the cache of write sets that a node which was away catches up from: minutes x MB a minute, and headroom. */
export function replicationCacheMb(outageMinutes: number, writeMbPerMinute: number): number {
  return Math.max(LEAST_REPLICATION_CACHE_MB, Math.ceil(outageMinutes * writeMbPerMinute * REPLICATION_CACHE_HEADROOM));
}
