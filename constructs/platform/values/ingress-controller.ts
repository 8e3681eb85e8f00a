import type { HelmValues } from "../../kubernetes/values/helm-values";

export interface IngressSettings {
  /** Reserved internal address that the edges of all countries connect to. */
  readonly address: string;
  /** Subnets of the edges (CIDR): allowed clients, whose PROXY protocol header is trusted. */
  readonly edgeRanges: readonly string[];
}

/** At least one controller per zone; another country's users may arrive within a second. */
export const INGRESS_REPLICAS = { minReplicas: 3, maxReplicas: 9 } as const;

/** Target in percent of the requested CPU: half is kept free for the users of a failed country. */
export const INGRESS_CPU_PERCENT = 50;

/**
 * Seconds that a controller keeps serving after SIGTERM: GKE's load balancer checks every 8 seconds, and acts on the
 * third result.
 */
export const DRAIN_SECONDS = 30;

/**
 * When a request is given to a second pod: when the first does not answer a connection, as on a node that is gone. Not
 * when it breaks it: with nginx's own `error timeout` and 3 tries, one page that kills what it reaches takes the least
 * number of a country's pods at once. A read that broke is asked of another country, by the edge.
 */
export const NEXT_POD = { when: "timeout", tries: 2 } as const;

/** One line of JSON per request; `request_id` is the edge's. */
export const ACCESS_LOG = [
  '{"time":"$time_iso8601"',
  '"client":"$remote_addr"',
  '"host":"$host"',
  '"method":"$request_method"',
  '"uri":"$request_uri"',
  '"status":"$status"',
  '"bytes":"$body_bytes_sent"',
  '"seconds":"$request_time"',
  '"app_seconds":"$upstream_response_time"',
  '"app":"$upstream_addr"',
  '"edge_country":"$http_x_edge_country"',
  '"request_id":"$http_x_request_id"}',
].join(",");

export const CONTROLLER_RESOURCES: HelmValues = {
  requests: { cpu: "500m", memory: "256Mi" },
  limits: { memory: "1Gi" },
};

export const AUTOSCALING: HelmValues = {
  enabled: true,
  ...INGRESS_REPLICAS,
  targetCPUUtilizationPercentage: INGRESS_CPU_PERCENT,
  targetMemoryUtilizationPercentage: 0, // none: nginx's memory does not shrink when more replicas join
};

/** Start a new one before stopping an old one. */
export const ROLLING_UPDATE: HelmValues = {
  type: "RollingUpdate",
  rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
};
