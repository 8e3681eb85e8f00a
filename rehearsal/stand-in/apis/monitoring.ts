import type { SpecialCases } from "../special-case";

/** The service names all of these itself. */
const SERVER_NAMED = ["AlertPolicy", "NotificationChannel", "UptimeCheckConfig"];

export const monitoring: SpecialCases = {
  ids: Object.fromEntries(SERVER_NAMED.map((schema) => [schema, (_body, { cloud }) => cloud.number()])),
};
