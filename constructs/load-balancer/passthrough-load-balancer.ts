import {
  ComputeForwardingRule,
  type ComputeForwardingRuleConfig,
} from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeRegionHealthCheck } from "@cdktf/provider-google/lib/compute-region-health-check";
import type { Construct } from "constructs";

export interface PassthroughLoadBalancerProps {
  readonly name: string;
  readonly region: string;
  readonly scheme: "EXTERNAL" | "INTERNAL";
  /** Reserved address that clients connect to. */
  readonly address: string;
  /** Reservation of the IPv6 address that clients connect to as well. @default none */
  readonly addressIpv6?: string;
  readonly ports: readonly number[];
  /** URL of the backend instance group. */
  readonly instanceGroup: string;
  /** The health check: an HTTP path, and what it tests. */
  readonly health: { readonly port: number; readonly path: string; readonly description: string };
  /** Fields of internal load balancers only. @default none */
  readonly internal?: Pick<ComputeForwardingRuleConfig, "network" | "subnetwork" | "allowGlobalAccess">;
}

/** Health check, backend service and forwarding rule: clients' packets reach the machines unmodified. */
export function passthroughLoadBalancer(scope: Construct, props: PassthroughLoadBalancerProps): void {
  const { name, region, scheme, health } = props;
  const ready = new ComputeRegionHealthCheck(scope, "ready", {
    name: `${name}-ready`,
    region,
    description: health.description,
    checkIntervalSec: 5,
    timeoutSec: 3,
    healthyThreshold: 2,
    unhealthyThreshold: 2,
    httpHealthCheck: { port: health.port, requestPath: health.path },
    logConfig: { enable: true },
  });
  const backend = new ComputeRegionBackendService(scope, "backend", {
    name,
    region,
    protocol: "TCP",
    loadBalancingScheme: scheme,
    healthChecks: [ready.selfLink],
    connectionDrainingTimeoutSec: 60,
    backend: [{ group: props.instanceGroup, balancingMode: "CONNECTION" }],
  });
  const frontend = {
    region,
    ipProtocol: "TCP",
    ports: props.ports.map(String),
    loadBalancingScheme: scheme,
    backendService: backend.selfLink,
  };
  new ComputeForwardingRule(scope, "frontend", { name, ...frontend, ...props.internal, ipAddress: props.address });
  // Version and subnet are the reservation's.
  if (props.addressIpv6) {
    new ComputeForwardingRule(scope, "frontend-ipv6", {
      name: `${name}-ipv6`,
      ...frontend,
      ipAddress: props.addressIpv6,
    });
  }
}
