/** Nights in which GKE may upgrade a cluster by itself. */
export interface MaintenanceNights {
  /** Days of the week, UTC, as a calendar rule names them. */
  readonly days: readonly string[];
  /** The first of those days in 2026. */
  readonly first: string;
}

/** UTC: 00:00 to 06:00 in Jakarta, 01:00 in Singapore, 22:30 in Mumbai. */
export const MAINTENANCE_HOURS = { start: "17:00:00", end: "23:00:00" } as const;

/**
 * By slot, which stays: countries next to each other have no night in common, so Google never upgrades all of them in
 * one. Each has twelve hours a week, because GKE requires 48 in every 32 days.
 */
export function maintenanceNights(slot: number): MaintenanceNights {
  if (slot % 3 === 0) return { days: ["MO", "TU"], first: "2026-01-05" };
  if (slot % 3 === 1) return { days: ["WE", "TH"], first: "2026-01-07" };
  return { days: ["FR", "SU"], first: "2026-01-02" };
}
