import type { HelmValues } from "../../kubernetes/values/helm-values";

export interface IngressSettings {
  /** Reserved internal address that the edges of all countries lead to. */
  readonly address: string;
  /** Subnets of the edges (CIDR): who may connect, and whose PROXY protocol header is believed. */
  readonly edgeRanges: readonly string[];
}

/** Controllers, one per zone at least; another country's users may arrive from one second to the next. */
export const INGRESS_REPLICAS = { minReplicas: 3, maxReplicas: 9 } as const;

/** Percent of the requested CPU: half is free for the load that a failed country sends. */
export const INGRESS_CPU_PERCENT = 50;

/**
 * Seconds that a controller goes on serving after it was told to stop: GKE's load balancer asks every 8 seconds and
 * believes the third answer.
 */
export const DRAIN_SECONDS = 30;

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
  targetMemoryUtilizationPercentage: 0, // none: nginx's memory does not shrink when others join
};

/** The next one comes before one goes. */
export const ROLLING_UPDATE: HelmValues = {
  type: "RollingUpdate",
  rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
};
