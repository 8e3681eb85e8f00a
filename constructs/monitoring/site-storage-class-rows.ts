import type { StorageClassRow } from "../platform/storage-class-rows";

export const SITE_STORAGE_CLASS = "site-zonal";

/** Disks of a site: what stands on one is there twice or three times, so none needs a second zone. */
export const siteStorageClassTable: readonly StorageClassRow[] = [
  {
    name: SITE_STORAGE_CLASS,
    why: "Prometheus and Elasticsearch: each replica has its own disk, in its zone",
    parameters: { type: "pd-balanced" },
    reclaimPolicy: "Retain",
  },
];
