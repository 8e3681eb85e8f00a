/** Paths that probes request. The first three are on the health port; `public` is on 443 for any host name, `databases` for the shop's. */
export const EDGE_HEALTH_PATHS = {
  live: "/livez",
  ready: "/readyz",
  databaseReady: "/readyz/database",
  public: "/healthz/edge",
  databases: "/healthz/database",
} as const;
