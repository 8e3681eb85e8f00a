import { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeRegionHealthCheck } from "@cdktf/provider-google/lib/compute-region-health-check";
import { Construct } from "constructs";
import { names } from "../../config/names";
import { DATABASE_PORTS } from "../database/render-mariadb";
import { EDGE_HEALTH_PATHS, EDGE_PORTS } from "./render-haproxy";

export interface DatabaseFrontendProps {
  readonly country: string;
  readonly region: string;
  /** Id of the VPC. */
  readonly network: string;
  /** Id of the subnet that `address` lies in. */
  readonly subnet: string;
  /** Reserved internal address that apps connect to. */
  readonly address: string;
  /** URL of the instance group of HAProxy machines. */
  readonly instanceGroup: string;
}

/** The internal passthrough load balancer by which a country's apps reach the database through its HAProxy machines. */
export class DatabaseFrontend extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseFrontendProps) {
    super(scope, id);
    const name = names.databaseProxy(props.country);
    const ready = new ComputeRegionHealthCheck(this, "ready", {
      name: `${name}-ready`,
      region: props.region,
      description: "Takes a machine out of the database's load balancer while it reaches no node that takes writes",
      checkIntervalSec: 5,
      timeoutSec: 3,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      httpHealthCheck: { port: EDGE_PORTS.health, requestPath: EDGE_HEALTH_PATHS.databaseReady },
      logConfig: { enable: true },
    });
    const backend = new ComputeRegionBackendService(this, "backend", {
      name,
      region: props.region,
      protocol: "TCP",
      loadBalancingScheme: "INTERNAL",
      healthChecks: [ready.selfLink],
      connectionDrainingTimeoutSec: 60,
      backend: [{ group: props.instanceGroup, balancingMode: "CONNECTION" }],
    });
    new ComputeForwardingRule(this, "entrance", {
      name,
      region: props.region,
      network: props.network,
      subnetwork: props.subnet,
      // Google's guest agent gives it to each machine as a local address, so HAProxy needs none of its own for it.
      ipAddress: props.address,
      ipProtocol: "TCP",
      ports: [String(DATABASE_PORTS.client)],
      loadBalancingScheme: "INTERNAL",
      // Without it no other country's app could be pointed here when its own edge is gone.
      allowGlobalAccess: true,
      backendService: backend.selfLink,
    });
  }
}
