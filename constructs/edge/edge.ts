import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import { ComputeRegionInstanceGroupManager } from "@cdktf/provider-google/lib/compute-region-instance-group-manager";
import { ComputeRegionInstanceTemplate } from "@cdktf/provider-google/lib/compute-region-instance-template";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { Construct } from "constructs";
import { EDGE_HEALTH_PATHS } from "../../config/health-paths";
import { names, tags } from "../../config/names";
import { machinePackages } from "../../config/packages";
import { bootPorts, DATABASE_PORTS, EDGE_PORTS } from "../../config/ports";
import { versions } from "../../config/versions";
import { passthroughLoadBalancer } from "../load-balancer/passthrough-load-balancer";
import { MACHINE_ROLES, machineAccount, machineMetadata, SHIELDED_VM } from "../machine/hardened-machine";
import { grantLogsUser } from "../machine/logs-user";
import { machineLogsTexts } from "../machine/machine-logs";
import { startupScript } from "../machine/startup-script";
import { ServiceIdentity } from "../service-identity";
import type { EdgeSettings } from "./edge-settings";
import { renderEdgeEnvironment } from "./render-edge-environment";
import { renderHaproxyConfig } from "./render-haproxy";

export interface EdgeProps {
  readonly settings: EdgeSettings;
  /** Id of the machines' subnet. */
  readonly subnet: string;
  /** Id of the VPC. */
  readonly network: string;
  /** Reserved public address for users. */
  readonly address: string;
  /** Its reservation over IPv6. */
  readonly addressIpv6: string;
  /** Id of the key that encrypts the machines' disks. */
  readonly diskKey: string;
}

/**
 * A country's HAProxy: machines over all zones, private but for IPv6, behind a passthrough load balancer.
 * address -> forwarding rule -> backend service -> instance group -> template (config in its metadata)
 * The same machines proxy the country's apps to the database, behind an internal load balancer.
 * A changed config reaches running machines as changed metadata; each checks it and reloads without dropping a
 * connection, zone by zone (`edge-sync.sh`). Any other change replaces machines, new before old.
 */
export class Edge extends Construct {
  /** Secret for the certificate chain and its key in PEM; operators or a renewal job add versions. */
  readonly certificateSecret: string;
  /** URL of the instance group. */
  readonly instanceGroup: string;
  /** IAM member of the machines. */
  readonly member: string;

  constructor(scope: Construct, id: string, props: EdgeProps) {
    super(scope, id);
    const { settings, network, subnet } = props;
    const { project, country, region } = settings;
    const identity = new ServiceIdentity(this, "identity", {
      project,
      country,
      role: "edge",
      displayName: `HAProxy in ${country}`,
      projectRoles: MACHINE_ROLES,
    });
    this.member = identity.member;
    grantLogsUser(this, settings.logs, identity.member);
    this.certificateSecret = this.certificate(country, identity);
    const template = this.template(props, identity);
    this.instanceGroup = this.group(settings, template).instanceGroup;
    passthroughLoadBalancer(this, {
      name: names.edge(country),
      region,
      scheme: "EXTERNAL",
      address: props.address,
      addressIpv6: props.addressIpv6,
      ports: [EDGE_PORTS.http, EDGE_PORTS.https],
      instanceGroup: this.instanceGroup,
      health: {
        port: EDGE_PORTS.health,
        path: EDGE_HEALTH_PATHS.ready,
        description: "Takes a machine out of the load balancer while it reaches no country's ingress",
      },
    });
    passthroughLoadBalancer(new Construct(this, "database"), {
      name: names.databaseProxy(country),
      region,
      scheme: "INTERNAL",
      // Google's guest agent gives it to each machine as a local address, so HAProxy needs none of its own for it.
      address: settings.databaseAddress,
      ports: [DATABASE_PORTS.client],
      instanceGroup: this.instanceGroup,
      health: {
        port: EDGE_PORTS.health,
        path: EDGE_HEALTH_PATHS.databaseReady,
        description: "Takes a machine out of the database's load balancer while it reaches no node that takes writes",
      },
      // Without global access, no other country's app could connect here when its own edge is down.
      internal: { network, subnetwork: subnet, allowGlobalAccess: true },
    });
  }

  private certificate(country: string, reader: ServiceIdentity): string {
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

  private template(
    { settings, diskKey, subnet }: EdgeProps,
    { email }: ServiceIdentity,
  ): ComputeRegionInstanceTemplate {
    const { country, region, machineType, environment, haproxy, logs } = settings;
    return new ComputeRegionInstanceTemplate(this, "template", {
      namePrefix: names.edgeTemplatePrefix(country),
      region,
      description: `HAProxy in ${country}`,
      machineType,
      tags: [tags.edge],
      disk: [
        {
          boot: true,
          autoDelete: true,
          sourceImage: versions.edgeImage,
          diskType: "pd-balanced",
          diskSizeGb: 20,
          diskEncryptionKey: { kmsKeySelfLink: diskKey },
        },
      ],
      networkInterface: [
        { subnetwork: subnet, stackType: "IPV4_IPV6", ipv6AccessConfig: [{ networkTier: "PREMIUM" }] },
      ],
      metadata: machineMetadata({
        "startup-script": startupScript(__dirname, machinePackages.edge, bootPorts.edge),
        "edge-sync": readFileSync(join(__dirname, "edge-sync.sh"), "utf8"),
        "edge-environment": renderEdgeEnvironment(environment),
        "haproxy-cfg": renderHaproxyConfig(haproxy),
        ...machineLogsTexts(logs),
      }),
      serviceAccount: machineAccount(email),
      shieldedInstanceConfig: SHIELDED_VM,
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private group(settings: EdgeSettings, template: ComputeRegionInstanceTemplate): ComputeRegionInstanceGroupManager {
    const { country, region, zones, instances } = settings;
    const alive = new ComputeHealthCheck(this, "alive", {
      name: `${names.edge(country)}-alive`,
      description: "Recreates a machine whose HAProxy is gone; never asks about countries, or all would be recreated",
      checkIntervalSec: 10,
      timeoutSec: 5,
      unhealthyThreshold: 6,
      httpHealthCheck: { port: EDGE_PORTS.health, requestPath: EDGE_HEALTH_PATHS.live },
    });
    return new ComputeRegionInstanceGroupManager(this, "group", {
      name: names.edge(country),
      region,
      baseInstanceName: names.edge(country),
      version: [{ instanceTemplate: template.selfLink }],
      targetSize: instances,
      distributionPolicyZones: [...zones],
      autoHealingPolicies: { healthCheck: alive.selfLink, initialDelaySec: 300 },
      instanceLifecyclePolicy: { forceUpdateOnRepair: "YES" },
      updatePolicy: {
        type: "PROACTIVE",
        minimalAction: "REFRESH", // new metadata needs no new machine
        mostDisruptiveAllowedAction: "REPLACE",
        replacementMethod: "SUBSTITUTE",
        // The API accepts 0 or at least the number of zones.
        maxSurgeFixed: zones.length,
        maxUnavailableFixed: 0,
      },
      waitForInstances: true,
      waitForInstancesStatus: "UPDATED",
      timeouts: { create: "30m", update: "30m" },
    });
  }
}
