/**
 * Google Cloud regions and the letters of their zones.
 * Source: https://cloud.google.com/compute/docs/regions-zones, read 2026-11. {@link validateTopology} refuses any
 * region that is missing here; add it with its zones.
 */
export const REGION_ZONES: Readonly<Record<string, string>> = {
  "africa-south1": "abc",
  "asia-east1": "abc",
  "asia-east2": "abc",
  "asia-northeast1": "abc",
  "asia-northeast2": "abc",
  "asia-northeast3": "abc",
  "asia-south1": "abc",
  "asia-south2": "abc",
  "asia-southeast1": "abc",
  "asia-southeast2": "abc",
  "australia-southeast1": "abc",
  "australia-southeast2": "abc",
  "europe-central2": "abc",
  "europe-north1": "abc",
  "europe-north2": "abc",
  "europe-southwest1": "abc",
  "europe-west1": "bcd",
  "europe-west10": "abc",
  "europe-west12": "abc",
  "europe-west2": "abc",
  "europe-west3": "abc",
  "europe-west4": "abc",
  "europe-west6": "abc",
  "europe-west8": "abc",
  "europe-west9": "abc",
  "me-central1": "abc",
  "me-central2": "abc",
  "me-west1": "abc",
  "northamerica-northeast1": "abc",
  "northamerica-northeast2": "abc",
  "northamerica-south1": "abc",
  "southamerica-east1": "abc",
  "southamerica-west1": "abc",
  "us-central1": "abcf",
  "us-east1": "bcd",
  "us-east4": "abc",
  "us-east5": "abc",
  "us-south1": "abc",
  "us-west1": "abc",
  "us-west2": "abc",
  "us-west3": "abc",
  "us-west4": "abc",
};

/** Every zone of a region, in order; empty if the region is unknown. */
export function zonesOf(region: string): string[] {
  return [...(REGION_ZONES[region] ?? "")].map((letter) => `${region}-${letter}`);
}

/** The multi-region that snapshots and the database's backups lie in: at least two regions at once. */
export const BACKUP_LOCATION = "asia";
