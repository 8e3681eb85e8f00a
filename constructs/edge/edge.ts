import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeRegionHealthCheck } from "@cdktf/provider-google/lib/compute-region-health-check";
import { ComputeRegionInstanceGroupManager } from "@cdktf/provider-google/lib/compute-region-instance-group-manager";
import { ComputeRegionInstanceTemplate } from "@cdktf/provider-google/lib/compute-region-instance-template";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { Construct } from "constructs";
import { names, tags } from "../../config/names";
import type { Edge as EdgeSettings } from "../../config/topology";
import { versions } from "../../config/versions";
import { startupScript } from "../machine/startup-script";
import { ServiceIdentity } from "../service-identity";
import { literal } from "../terraform-text";
import { DatabaseFrontend } from "./database-frontend";
import { renderEdgeEnvironment } from "./render-edge-environment";
import { EDGE_HEALTH_PATHS, EDGE_PORTS, type HaproxySettings, renderHaproxyConfig } from "./render-haproxy";

export interface EdgeProps extends EdgeSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zones: readonly string[];
  /** Id of the subnet that the machines stand in. */
  readonly subnet: string;
  /** Id of the VPC that the subnet lies in. */
  readonly network: string;
  /** Reserved public address that users are sent to. */
  readonly address: string;
  /** Reserved address in the subnet that the country's apps reach the database at. */
  readonly databaseAddress: string;
  /** Id of the key that encrypts the machines' disks. */
  readonly diskKey: string;
  readonly haproxy: HaproxySettings;
}

/**
 * A country's HAProxy: private machines over all zones behind a passthrough load balancer.
 *
 *   address -> forwarding rule -> backend service -> instance group -> template (config in its metadata)
 *
 * The same machines lead the country's apps to the database, behind an internal load balancer of its own.
 *
 * A changed config reaches running machines as changed metadata; each checks it, takes it without dropping a
 * connection, and one zone follows another (`edge-sync.sh`). Anything else replaces machines, new before old.
 */
export class Edge extends Construct {
  /** Secret that holds the certificate chain and its key in PEM; its versions are added by people or by a renewal job. */
  readonly certificateSecret: string;
  /** URL of the instance group. */
  readonly instanceGroup: string;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const identity = new ServiceIdentity(this, "identity", {
      project: props.project,
      country: props.country,
      role: "edge",
      displayName: `HAProxy in ${props.country}`,
      projectRoles: ["roles/logging.logWriter", "roles/monitoring.metricWriter"],
    });
    this.certificateSecret = this.certificate(props, identity);
    const group = this.group(props, this.template(props, identity));
    this.instanceGroup = group.instanceGroup;
    this.loadBalancer(props, group);
    new DatabaseFrontend(this, "database", {
      ...props,
      address: props.databaseAddress,
      instanceGroup: this.instanceGroup,
    });
  }

  private certificate({ country }: EdgeProps, reader: ServiceIdentity): string {
    const secret = new SecretManagerSecret(this, "certificate", {
      secretId: names.edgeCertificate(country),
      replication: { auto: {} },
    });
    new SecretManagerSecretIamMember(this, "certificate-reader", {
      secretId: secret.id,
      role: "roles/secretmanager.secretAccessor",
      member: reader.member,
    });
    return secret.secretId;
  }

  private template(props: EdgeProps, { email }: ServiceIdentity): ComputeRegionInstanceTemplate {
    return new ComputeRegionInstanceTemplate(this, "template", {
      namePrefix: names.edgeTemplatePrefix(props.country),
      region: props.region,
      description: `HAProxy in ${props.country}`,
      machineType: props.machineType,
      tags: [tags.edge],
      disk: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: versions.edgeImage,
          diskType: "pd-balanced",
          diskSizeGb: 20,
          diskEncryptionKey: { kmsKeySelfLink: props.diskKey },
        },
      ],
      networkInterface: [{ subnetwork: props.subnet }],
      metadata: {
        "enable-oslogin": "TRUE",
        "block-project-ssh-keys": "TRUE",
        "serial-port-enable": "FALSE",
        "startup-script": literal(startupScript(__dirname)),
        "edge-sync": literal(script("edge-sync.sh")),
        "edge-settings": literal(
          renderEdgeEnvironment({
            certificateSecret: `projects/${props.project}/secrets/${names.edgeCertificate(props.country)}`,
            hosts: props.haproxy.hosts,
            zones: props.zones,
          }),
        ),
        "haproxy-cfg": literal(renderHaproxyConfig(props.haproxy)),
      },
      serviceAccount: { email, scopes: ["cloud-platform"] },
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private group(props: EdgeProps, template: ComputeRegionInstanceTemplate): ComputeRegionInstanceGroupManager {
    const alive = new ComputeHealthCheck(this, "alive", {
      name: `${names.edge(props.country)}-alive`,
      description: "Recreates a machine whose HAProxy is gone; never asks about countries, or all would be recreated",
      checkIntervalSec: 10,
      timeoutSec: 5,
      unhealthyThreshold: 6,
      httpHealthCheck: { port: EDGE_PORTS.health, requestPath: EDGE_HEALTH_PATHS.live },
    });
    return new ComputeRegionInstanceGroupManager(this, "group", {
      name: names.edge(props.country),
      region: props.region,
      baseInstanceName: names.edge(props.country),
      version: [{ instanceTemplate: template.selfLink }],
      targetSize: props.instances,
      distributionPolicyZones: [...props.zones],
      autoHealingPolicies: { healthCheck: alive.selfLink, initialDelaySec: 300 },
      instanceLifecyclePolicy: { forceUpdateOnRepair: "YES" },
      updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REFRESH", // new metadata needs no new machine
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        // The API takes 0 or at least the number of zones.
        maxSurgeFixed: props.zones.length,
        maxUnavailableFixed: 0,
      },
      waitForInstances: true,
      waitForInstancesStatus: "UPDATED",
      timeouts: { create: "30m", update: "30m" },
    });
  }

  private loadBalancer(props: EdgeProps, group: ComputeRegionInstanceGroupManager): void {
    const ready = new ComputeRegionHealthCheck(this, "ready", {
      name: `${names.edge(props.country)}-ready`,
      region: props.region,
      description: "Takes a machine out of the load balancer while it reaches no country's ingress",
      checkIntervalSec: 5,
      timeoutSec: 3,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      httpHealthCheck: { port: EDGE_PORTS.health, requestPath: EDGE_HEALTH_PATHS.ready },
      logConfig: { enable: true },
    });
    const backend = new ComputeRegionBackendService(this, "backend", {
      name: names.edge(props.country),
      region: props.region,
      protocol: "TCP",
      loadBalancingScheme: "EXTERNAL",
      healthChecks: [ready.selfLink],
      connectionDrainingTimeoutSec: 60,
      backend: [{ group: group.instanceGroup, balancingMode: "CONNECTION" }],
    });
    new ComputeForwardingRule(this, "entrance", {
      name: names.edge(props.country),
      region: props.region,
      ipAddress: props.address,
      ipProtocol: "TCP",
      ports: [String(EDGE_PORTS.http), String(EDGE_PORTS.https)],
      loadBalancingScheme: "EXTERNAL",
      backendService: backend.selfLink,
    });
  }
}

function script(file: string): string {
  return readFileSync(join(__dirname, file), "utf8");
}
