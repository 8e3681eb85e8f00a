import type { StorageClassRow } from "../kubernetes/storage-class-row";

export const STORAGE_CLASSES = { zonal: "shop-zonal-ssd", regional: "shop-regional" } as const;

export const storageClassRows: readonly StorageClassRow[] = [
  {
    name: STORAGE_CLASSES.zonal,
    why: "The broker: fast, and in one zone, because its queues are in all three",
    parameters: { type: "pd-ssd" },
    reclaimPolicy: "Retain",
  },
  {
    name: STORAGE_CLASSES.regional,
    why: "The metrics agent: one pod, whose disk follows it to another zone",
    parameters: { type: "pd-balanced", "replication-type": "regional-pd" },
    reclaimPolicy: "Delete",
  },
];
