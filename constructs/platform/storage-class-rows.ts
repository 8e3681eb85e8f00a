/** One kind of disk. All are encrypted with the country's key, and made where their pod is. */
export interface StorageClassRow {
  readonly name: string;
  readonly why: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** What becomes of a disk whose claim is deleted. */
  readonly reclaimPolicy: "Delete" | "Retain";
}

export const STORAGE_CLASSES = { zonal: "shop-zonal-ssd", regional: "shop-regional" } as const;

export const storageClassTable: readonly StorageClassRow[] = [
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
