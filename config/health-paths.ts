/** Paths that probes request. The first three are on the health port, `public` is on 443 for any host name. */
export const EDGE_HEALTH_PATHS = {
  live: "/livez",
  ready: "/readyz",
  databaseReady: "/readyz/database",
  public: "/healthz/edge",
} as const;
