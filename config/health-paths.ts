/** Paths that probes ask for. The first three are on the health port, `public` is on 443 whatever the host name. */
export const EDGE_HEALTH_PATHS = {
  live: "/livez",
  ready: "/readyz",
  databaseReady: "/readyz/database",
  public: "/healthz/edge",
} as const;
