import type { StorageClassRow } from "../kubernetes/storage-class-row";

export const SITE_STORAGE_CLASS = "site-zonal";

/** Disks of a site: their content exists two or three times, so no disk needs a second zone. */
export const siteStorageClassRows: readonly StorageClassRow[] = [
  {
    name: SITE_STORAGE_CLASS,
    why: "Prometheus and Elasticsearch: each replica has its own disk, in its zone",
    parameters: { type: "pd-balanced" },
    reclaimPolicy: "Retain",
  },
];
