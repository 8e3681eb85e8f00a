import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeFirewall } from "@cdktf/provider-google/lib/compute-firewall";
import { ComputeForwardingRule } from "@cdktf/provider-google/lib/compute-forwarding-rule";
import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { ComputeInstanceTemplate } from "@cdktf/provider-google/lib/compute-instance-template";
import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { ComputeRegionBackendService } from "@cdktf/provider-google/lib/compute-region-backend-service";
import { ComputeRegionHealthCheck } from "@cdktf/provider-google/lib/compute-region-health-check";
import { ComputeRegionInstanceGroupManager } from "@cdktf/provider-google/lib/compute-region-instance-group-manager";
import { ComputeRegionInstanceTemplate } from "@cdktf/provider-google/lib/compute-region-instance-template";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork } from "@cdktf/provider-google/lib/compute-subnetwork";
import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import { ContainerNodePool } from "@cdktf/provider-google/lib/container-node-pool";
import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { GkeBackupBackupPlan } from "@cdktf/provider-google/lib/gke-backup-backup-plan";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { StorageBucket } from "@cdktf/provider-google/lib/storage-bucket";
import { Release } from "@cdktf/provider-helm/lib/release";
import { App, type TerraformResource, TerraformStack, TerraformVariable, Token } from "cdktf";
import { Construct } from "constructs";
import { cloudLimitProblems } from "../../checks/cloud-limits";

type ResourceType<Config> = new (scope: Construct, id: string, config: Config) => TerraformResource;

/** What is refused, what beside it is not, and the problems of the first. */
type Limit<Config> = [refused: Partial<Config>, accepted: Partial<Config>, ...problems: string[]];

describe("network", () => {
  limits(ComputeNetwork, { name: "shop" }, [
    [{ mtu: 1299 }, { mtu: 1300 }, "mtu 1299 is refused: use 1300 to 8896"],
    [{ mtu: 9000 }, { mtu: 8896 }, "mtu 9000 is refused: use 1300 to 8896"],
  ]);

  const range = (rangeName: string, ipCidrRange: string) => ({ rangeName, ipCidrRange });
  limits(ComputeSubnetwork, { name: "nodes", network: "shop", ipCidrRange: "10.2.32.0/20" }, [
    [
      { ipCidrRange: "10.2.33.0/20" },
      { ipCidrRange: "10.2.32.0/20" },
      '"10.2.33.0/20" has host bits set: the range of this size that holds it starts at 10.2.32.0',
    ],
    [
      { secondaryIpRange: [range("pods", "10.0.0.0/33")] },
      { secondaryIpRange: [range("pods", "10.0.0.0/32")] },
      '"10.0.0.0/33" is not an IPv4 range: write it as 10.0.0.0/16',
    ],
    [
      { secondaryIpRange: [range("pods", "10.2.32.0/24")] },
      { secondaryIpRange: [range("pods", "10.2.48.0/24")] },
      "10.2.32.0/20 overlaps 10.2.32.0/24: give each range its own addresses",
    ],
    [
      { secondaryIpRange: [range("pods", "10.0.0.0/16"), range("services", "10.0.64.0/20")] },
      { secondaryIpRange: [range("pods", "10.0.0.0/16"), range("services", "10.1.0.0/20")] },
      "10.0.0.0/16 overlaps 10.0.64.0/20: give each range its own addresses",
    ],
    [
      { secondaryIpRange: [range("pods", "10.0.0.0/16"), range("pods", "10.1.0.0/20")] },
      { secondaryIpRange: [range("pods", "10.0.0.0/16"), range("services", "10.1.0.0/20")] },
      'secondary range "pods" is named twice: rename one',
    ],
  ]);

  limits(ComputeAddress, { name: "edge" }, [
    [
      { purpose: "GCE_ENDPOINT" },
      { purpose: "GCE_ENDPOINT", addressType: "INTERNAL", subnetwork: "edge" },
      "purpose GCE_ENDPOINT is refused on an EXTERNAL address: leave it out",
    ],
    [
      { addressType: "INTERNAL", subnetwork: "edge", networkTier: "PREMIUM" },
      { addressType: "EXTERNAL", networkTier: "PREMIUM" },
      "network_tier PREMIUM is refused on an INTERNAL address: leave it out",
    ],
    [
      { addressType: "INTERNAL" },
      { addressType: "INTERNAL", subnetwork: "edge" },
      "an INTERNAL address without a subnetwork is refused: name the subnet it lies in",
    ],
    [
      { ipVersion: "IPV6", subnetwork: "edge" },
      { ipVersion: "IPV6", subnetwork: "edge", ipv6EndpointType: "NETLB" },
      "an EXTERNAL address of IPV6 belongs to a subnet: name subnetwork and ipv6_endpoint_type",
    ],
  ]);

  const open = (protocol: string, ...ports: string[]) => ({ allow: [{ protocol, ports }] });
  const sources = (count: number) => Array.from({ length: count }, (_, index) => `10.0.${index % 256}.0/24`);
  const port = "use 0 to 65535, or a range such as 8000-8010";
  limits(ComputeFirewall, { name: "edge-from-everywhere", network: "shop" }, [
    [
      { sourceRanges: ["10.0.0.0/33"] },
      { sourceRanges: ["10.0.0.0/32"] },
      '"10.0.0.0/33" is not an IPv4 range: write it as 10.0.0.0/16',
    ],
    [
      { direction: "EGRESS", destinationRanges: ["10.0.0.1/8"] },
      { direction: "EGRESS", destinationRanges: ["10.0.0.0/8"] },
      '"10.0.0.1/8" has host bits set: the range of this size that holds it starts at 10.0.0.0',
    ],
    [
      { sourceRanges: ["10.0.0.0/32", "2001:db8::/32"] },
      { sourceRanges: ["2001:db8::/32"] },
      "ranges of IPv4 and IPv6 in one rule are refused: split it",
    ],
    [
      { direction: "EGRESS", sourceRanges: ["10.0.0.0/8"] },
      { direction: "INGRESS", sourceRanges: ["10.0.0.0/8"] },
      "source_ranges are refused on an EGRESS rule: use destination_ranges",
    ],
    [
      { sourceRanges: sources(257) },
      { sourceRanges: sources(256) },
      "257 source ranges are refused: a rule takes 256, split it",
    ],
    [open("icmp", "80"), open("icmp"), "ports 80 are refused for icmp: only tcp, udp and sctp have ports"],
    [open("tcp", "99999"), open("tcp", "65535"), `port "99999" is refused: ${port}`],
    [open("udp", "1-65536"), open("udp", "1-65535"), `port "1-65536" is refused: ${port}`],
    [open("tcp", "https"), open("tcp", "443"), `port "https" is refused: ${port}`],
    [
      { deny: [{ protocol: "esp", ports: ["1", "2"] }] },
      { deny: [{ protocol: "all" }] },
      "ports 1, 2 are refused for esp: only tcp, udp and sctp have ports",
    ],
  ]);

  const nat = { natIpAllocateOption: "AUTO_ONLY", sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES" };
  const dynamic = { enableDynamicPortAllocation: true };
  const ports = "ports per machine is refused with dynamic allocation: use a power of two from 32";
  limits(ComputeRouterNat, { name: "indonesia", router: "indonesia", ...nat }, [
    [
      { natIpAllocateOption: "MANUAL_ONLY" },
      { natIpAllocateOption: "MANUAL_ONLY", natIps: ["address"] },
      "MANUAL_ONLY without nat_ips is refused: reserve an address for it",
    ],
    [
      { ...dynamic, enableEndpointIndependentMapping: true },
      { ...dynamic, enableEndpointIndependentMapping: false },
      "dynamic port allocation with endpoint independent mapping is refused: turn one off",
    ],
    [{ ...dynamic, minPortsPerVm: 100 }, { minPortsPerVm: 100 }, `100 ${ports}`],
    [{ ...dynamic, minPortsPerVm: 16 }, { ...dynamic, minPortsPerVm: 32 }, `16 ${ports}`],
    [{ ...dynamic, maxPortsPerVm: 4095 }, { ...dynamic, maxPortsPerVm: 4096 }, `4095 ${ports}`],
  ]);

  const fromRegions = { sourceRegions: ["asia-southeast2", "asia-southeast1", "asia-south1"], checkIntervalSec: 30 };
  const protocol = "this protocol is refused with source_regions: use HTTP, HTTPS or TCP";
  limits(ComputeHealthCheck, { name: "edge" }, [
    [
      { checkIntervalSec: 10, timeoutSec: 11 },
      { checkIntervalSec: 10, timeoutSec: 10 },
      "timeout 11 s is refused: it may not be longer than the interval (10 s)",
    ],
    [{ timeoutSec: 6 }, { timeoutSec: 5 }, "timeout 6 s is refused: it may not be longer than the interval (5 s)"],
    [
      { ...fromRegions, checkIntervalSec: 29 },
      fromRegions,
      "interval 29 s is refused with source_regions: use 30 s or more",
    ],
    [{ ...fromRegions, grpcHealthCheck: { port: 1 } }, { ...fromRegions, httpHealthCheck: { port: 1 } }, protocol],
    [{ ...fromRegions, http2HealthCheck: { port: 1 } }, { ...fromRegions, httpsHealthCheck: { port: 1 } }, protocol],
    [{ ...fromRegions, sslHealthCheck: { port: 1 } }, { ...fromRegions, tcpHealthCheck: { port: 1 } }, protocol],
  ]);
  limits(ComputeRegionHealthCheck, { name: "edge" }, [
    [
      { checkIntervalSec: 3, timeoutSec: 4 },
      { checkIntervalSec: 3, timeoutSec: 3 },
      "timeout 4 s is refused: it may not be longer than the interval (3 s)",
    ],
  ]);
});

describe("dns", () => {
  const spec = (keyType: string) => ({ algorithm: "ecdsap256sha256", keyLength: 256, keyType });
  limits(DnsManagedZone, { name: "shop", dnsName: "jamtangan.com." }, [
    [
      { dnsName: "jamtangan.com" },
      { dnsName: "jamtangan.com." },
      'dns_name "jamtangan.com" is refused: end it with a dot',
    ],
    [
      { dnssecConfig: { defaultKeySpecs: [spec("keySigning")] } },
      { dnssecConfig: { defaultKeySpecs: [spec("keySigning"), spec("zoneSigning")] } },
      "one DNSSEC key spec is refused: give keySigning and zoneSigning, or neither",
    ],
  ]);

  const checked = (location: string, ...externalEndpoints: string[]) => ({
    location,
    healthCheckedTargets: { externalEndpoints },
  });
  const geo = (...items: (ReturnType<typeof checked> | { location: string; rrdatas?: string[] })[]) => ({
    routingPolicy: { healthCheck: "edge-from-dns", geo: items },
  });
  const fine = geo(checked("asia-south1", "203.0.113.1"));
  limits(DnsRecordSet, { name: "jamtangan.com.", type: "A", managedZone: "shop" }, [
    [geo(checked("mars-1", "203.0.113.1")), fine, 'geolocation "mars-1" is refused: use a Google Cloud region'],
    [
      geo(checked("constructor", "203.0.113.1")),
      fine,
      'geolocation "constructor" is refused: use a Google Cloud region',
    ],
    [
      geo(checked("asia-south1", "203.0.113.1"), checked("asia-south1", "203.0.113.2")),
      geo(checked("asia-south1", "203.0.113.1"), checked("asia-south2", "203.0.113.2")),
      'geolocation "asia-south1" is listed twice: keep one item per region',
    ],
    [
      { routingPolicy: { geo: [checked("asia-south1", "203.0.113.1")] } },
      { routingPolicy: { geo: [{ location: "asia-south1", rrdatas: ["203.0.113.1"] }] } },
      '"asia-south1" has checked targets without a health check: set routing_policy.health_check',
    ],
    [
      geo({ ...checked("asia-south1", "203.0.113.1"), rrdatas: ["203.0.113.1"] }),
      fine,
      '"asia-south1" has both rrdatas and checked targets, which a signed zone refuses: keep one',
    ],
    [geo({ location: "asia-south1" }), fine, '"asia-south1" answers nothing: give it a target'],
    [geo(checked("asia-south1")), fine, '"asia-south1" answers nothing: give it a target'],
    [
      geo(checked("asia-south1", "203.0.113.1", "203.0.113.2")),
      fine,
      '"asia-south1" has 2 checked targets, a signed zone takes one: put a load balancer before them',
    ],
    ...[
      ["10.2.64.10", "11.0.0.0"],
      ["172.31.255.255", "172.32.0.0"],
      ["192.168.0.1", "192.169.0.1"],
      ["127.0.0.1", "128.0.0.1"],
    ].map(
      ([refused = "", accepted = ""]): Limit<ConstructorParameters<typeof DnsRecordSet>[2]> => [
        geo(checked("asia-south1", refused)),
        geo(checked("asia-south1", accepted)),
        `${refused} is private and cannot be probed from outside: use the public address`,
      ],
    ),
  ]);
});

describe("edge", () => {
  const disk = [{ sourceImage: "debian-12" }];
  const bytes = (count: number) => ({ metadata: { text: "x".repeat(count) } });
  const tooLong = 'metadata "text" has 262145 bytes, a value may have 262144: put it into a bucket';
  limits(ComputeRegionInstanceTemplate, { machineType: "e2-small", disk }, [
    [bytes(262_145), bytes(262_144), tooLong],
    [
      { metadata: { text: "é".repeat(131_073) } },
      { metadata: { text: "é".repeat(131_072) } },
      'metadata "text" has 262146 bytes, a value may have 262144: put it into a bucket',
    ],
    [
      { metadata: { ["k".repeat(129)]: "" } },
      { metadata: { ["k".repeat(128)]: "" } },
      `metadata key "${"k".repeat(129)}" is longer than 128 bytes: shorten it`,
    ],
    [
      { metadata: { a: "x".repeat(262_144), b: "x".repeat(262_143) } },
      { metadata: { a: "x".repeat(262_144), b: "x".repeat(262_142) } },
      "metadata has 524289 bytes in all, 524288 are allowed: put some into a bucket",
    ],
    [
      { metadata: { "startup-script": "true" }, metadataStartupScript: "true" },
      { metadata: { "startup-script": "true" } },
      'the startup script is given twice: keep metadata["startup-script"], which does not replace the machine',
    ],
  ]);
  limits(ComputeInstanceTemplate, { machineType: "e2-small", disk }, [[bytes(262_145), bytes(262_144), tooLong]]);
  limits(ComputeInstance, { name: "vpn", machineType: "e2-small", bootDisk: {}, networkInterface: [{}] }, [
    [bytes(262_145), bytes(262_144), tooLong],
  ]);

  const update = { type: "PROACTIVE", minimalAction: "REFRESH" };
  const group = { name: "edge", baseInstanceName: "edge", version: [{ instanceTemplate: "edge" }] };
  const recreate = { ...update, replacementMethod: "RECREATE" };
  limits(ComputeRegionInstanceGroupManager, group, [
    [
      { updatePolicy: { ...update, maxSurgeFixed: 1 } },
      { updatePolicy: { ...update, maxSurgeFixed: 3 } },
      "max_surge_fixed 1 is refused: use 0 or at least the number of zones (3)",
    ],
    [
      { updatePolicy: { ...update, maxSurgeFixed: 2 }, distributionPolicyZones: ["a", "b", "c", "d"] },
      { updatePolicy: { ...update, maxSurgeFixed: 2 }, distributionPolicyZones: ["a", "b"] },
      "max_surge_fixed 2 is refused: use 0 or at least the number of zones (4)",
    ],
    [
      { updatePolicy: { ...update, maxUnavailableFixed: 2 } },
      { updatePolicy: { ...update, maxUnavailableFixed: 0 } },
      "max_unavailable_fixed 2 is refused: use 0 or at least the number of zones (3)",
    ],
    [
      { updatePolicy: { ...update, maxSurgeFixed: 0, maxUnavailableFixed: 0 } },
      { updatePolicy: { ...update, maxSurgeFixed: 3, maxUnavailableFixed: 0 } },
      "no surge and no unavailable machine leaves no way to update: raise max_surge_fixed",
    ],
    [
      { updatePolicy: { ...recreate, maxSurgeFixed: 3 } },
      { updatePolicy: { ...recreate, maxSurgeFixed: 0 } },
      "a surge of 3 is refused with RECREATE: set it to 0, or use SUBSTITUTE",
    ],
    [
      { updatePolicy: recreate },
      { updatePolicy: { ...recreate, maxSurgePercent: 0 } },
      "a surge of (default) is refused with RECREATE: set it to 0, or use SUBSTITUTE",
    ],
  ]);

  const backend = (balancingMode?: string, loadBalancingScheme = "EXTERNAL") => ({
    loadBalancingScheme,
    backend: [{ group: "edge", ...(balancingMode && { balancingMode }) }],
  });
  limits(ComputeRegionBackendService, { name: "edge" }, [
    [backend("RATE"), backend("CONNECTION"), "balancing mode RATE is refused on an EXTERNAL backend: use CONNECTION"],
    [
      backend(),
      { ...backend(), loadBalancingScheme: "EXTERNAL_MANAGED" },
      "balancing mode UTILIZATION (the default) is refused on an EXTERNAL backend: use CONNECTION",
    ],
    [
      backend("UTILIZATION", "INTERNAL"),
      backend("CONNECTION", "INTERNAL"),
      "balancing mode UTILIZATION is refused on an INTERNAL backend: use CONNECTION",
    ],
  ]);

  limits(ComputeForwardingRule, { name: "edge" }, [
    [
      { ports: ["80"], allPorts: true },
      { ports: ["80"], allPorts: false },
      "ports and all_ports are refused together: keep one",
    ],
    [
      { target: "proxy", backendService: "edge" },
      { backendService: "edge" },
      "target and backend_service are refused together: keep one",
    ],
  ]);
});

describe("cluster", () => {
  const isPrivate = { privateClusterConfig: { enablePrivateEndpoint: true } };
  const policy = (enabled: boolean) => ({ datapathProvider: "ADVANCED_DATAPATH", networkPolicy: { enabled } });
  const noCount = "a cluster without initial_node_count is refused: set 1 with remove_default_node_pool";
  limits(ContainerCluster, { name: "app", initialNodeCount: 1 }, [
    [
      isPrivate,
      { ...isPrivate, masterAuthorizedNetworksConfig: {} },
      "a private endpoint without master_authorized_networks_config is refused: add the block, empty if none",
    ],
    [
      policy(true),
      policy(false),
      "network_policy is refused with ADVANCED_DATAPATH, which enforces policies itself: disable it",
    ],
  ]);
  limits(ContainerCluster, { name: "app" }, [
    [{}, { initialNodeCount: 1 }, noCount],
    [{ enableAutopilot: false }, { enableAutopilot: true }, noCount],
    [{ removeDefaultNodePool: true }, { nodePool: [{ name: "app" }] }, noCount],
  ]);

  limits(ContainerNodePool, { cluster: "app" }, [
    [
      { autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 6, maxNodeCount: 2 } },
      { autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 6 } },
      "total and per-zone limits are refused together: keep the total ones",
    ],
    [
      { autoscaling: { totalMinNodeCount: 7, totalMaxNodeCount: 6 } },
      { autoscaling: { totalMinNodeCount: 6, totalMaxNodeCount: 6 } },
      "minimum 7 is above maximum 6: swap or change them",
    ],
    [
      { autoscaling: { minNodeCount: 3, maxNodeCount: 2 } },
      { autoscaling: { minNodeCount: 0, maxNodeCount: 2 } },
      "minimum 3 is above maximum 2: swap or change them",
    ],
    [
      { autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: 6 }, nodeCount: 3 },
      { nodeCount: 3 },
      "node_count 3 fights the autoscaler: leave it out",
    ],
    [
      { upgradeSettings: { maxSurge: 0, maxUnavailable: 0 } },
      { upgradeSettings: { maxSurge: 0, maxUnavailable: 1 } },
      "no surge and no unavailable node leaves no way to upgrade: raise max_surge",
    ],
    [
      { upgradeSettings: { maxSurge: 0 } },
      { upgradeSettings: { maxSurge: 1 } },
      "no surge and no unavailable node leaves no way to upgrade: raise max_surge",
    ],
  ]);

  const keep = (backupDeleteLockDays: number, backupRetainDays?: number) => ({
    retentionPolicy: { backupDeleteLockDays, ...(backupRetainDays !== undefined && { backupRetainDays }) },
  });
  limits(GkeBackupBackupPlan, { name: "daily", cluster: "app", location: "asia-south1" }, [
    [keep(31, 30), keep(30, 30), "backups are locked for 31 days but kept for 30: keep them at least as long"],
    [keep(1), keep(0), "backups are locked for 1 days but kept for 0: keep them at least as long"],
  ]);

  limits(Release, { name: "keda", chart: "keda" }, [
    [
      { values: ["a: b: c"] },
      { values: ["a: 'b: c'"] },
      "values[0] is not YAML, bad indentation of a mapping entry (1:5): render it with a YAML library",
    ],
    [
      { values: ["a: 1", "b: 1\nb: 2"] },
      { values: ["a: 1", "a: 2"] },
      "values[1] is not YAML, duplicated mapping key (2:1): render it with a YAML library",
    ],
    [
      { values: ['a: "open'] },
      { values: ['a: "closed"'] },
      "values[0] is not YAML, unexpected end of the stream within a double quoted scalar (1:9): render it with a YAML library",
    ],
  ]);
});

describe("storage", () => {
  const bucketName = "use 3 to 63 lower-case letters, digits and hyphens";
  const classes = "use one of STANDARD, NEARLINE, COLDLINE, ARCHIVE, MULTI_REGIONAL, REGIONAL";
  const soft = (retentionDurationSeconds: number) => ({ softDeletePolicy: { retentionDurationSeconds } });
  const softly = "use 0, or 604800 (7 days) to 7776000 (90 days)";
  const toClass = (storageClass: string) => ({
    lifecycleRule: [{ action: { type: "SetStorageClass", storageClass }, condition: { age: 30 } }],
  });
  const deleteWhen = (condition: object) => ({ lifecycleRule: [{ action: { type: "Delete" }, condition }] });
  limits(StorageBucket, { name: "jamtangan-logs", location: "ASIA-SOUTH1" }, [
    [{ name: "ab" }, { name: "abc" }, `bucket name "ab" is refused: ${bucketName}`],
    [{ name: "a".repeat(64) }, { name: "a".repeat(63) }, `bucket name "${"a".repeat(64)}" is refused: ${bucketName}`],
    [{ name: "Logs" }, { name: "logs" }, `bucket name "Logs" is refused: ${bucketName}`],
    [{ name: "logs-" }, { name: "logs-1" }, `bucket name "logs-" is refused: ${bucketName}`],
    [{ storageClass: "COLD" }, { storageClass: "COLDLINE" }, `storage class "COLD" is refused: ${classes}`],
    [
      { publicAccessPrevention: "yes" },
      { publicAccessPrevention: "enforced" },
      'public_access_prevention "yes" is refused: use enforced',
    ],
    [soft(86_400), soft(0), `soft delete of 86400 s is refused: ${softly}`],
    [soft(604_799), soft(604_800), `soft delete of 604799 s is refused: ${softly}`],
    [soft(7_776_001), soft(7_776_000), `soft delete of 7776001 s is refused: ${softly}`],
    [
      deleteWhen({}),
      deleteWhen({ age: 0 }),
      "lifecycle rule 1 has no condition, so it is refused: say when, for example by age",
    ],
    [toClass("COLD"), toClass("ARCHIVE"), `class of lifecycle rule 1 "COLD" is refused: ${classes}`],
  ]);
});

describe("what is known at apply only", () => {
  const stack = new TerraformStack(new App(), "stack");
  const variable = new TerraformVariable(stack, "variable", {});
  const { stringValue: text, numberValue: number, booleanValue: flag, listValue: list } = variable;
  const blocks = Token.asAny(list);

  known(ComputeNetwork, { name: text, mtu: number });
  known(ComputeSubnetwork, {
    name: text,
    network: text,
    ipCidrRange: text,
    secondaryIpRange: [{ rangeName: text, ipCidrRange: text }],
  });
  known(ComputeAddress, { name: text, addressType: text });
  known(ComputeAddress, { name: text, addressType: "INTERNAL", subnetwork: text });
  known(ComputeFirewall, { name: text, network: text, direction: text, sourceRanges: list, destinationRanges: list });
  known(ComputeFirewall, {
    name: text,
    network: text,
    sourceRanges: [text, "10.0.0.0/8"],
    allow: [{ protocol: text, ports: [text, "80"] }],
    deny: [{ protocol: "tcp", ports: list }],
  });
  known(ComputeRouterNat, {
    name: text,
    router: text,
    natIpAllocateOption: "MANUAL_ONLY",
    natIps: list,
    sourceSubnetworkIpRangesToNat: text,
    enableDynamicPortAllocation: true,
    enableEndpointIndependentMapping: flag,
    minPortsPerVm: number,
    maxPortsPerVm: number,
  });
  known(ComputeHealthCheck, { name: text, sourceRegions: list, checkIntervalSec: number, timeoutSec: number });
  known(DnsManagedZone, { name: text, dnsName: text, dnssecConfig: { defaultKeySpecs: blocks } });
  known(DnsRecordSet, {
    name: text,
    type: "A",
    managedZone: text,
    routingPolicy: {
      healthCheck: text,
      geo: [{ location: text, healthCheckedTargets: { externalEndpoints: [text] } }],
    },
  });
  known(DnsRecordSet, { name: text, type: "A", managedZone: text, routingPolicy: { geo: blocks } });
  known(ComputeRegionInstanceTemplate, {
    machineType: text,
    disk: blocks,
    metadata: { text },
    metadataStartupScript: text,
  });
  known(ComputeRegionInstanceGroupManager, {
    name: text,
    baseInstanceName: text,
    version: blocks,
    distributionPolicyZones: list,
    updatePolicy: {
      type: text,
      minimalAction: text,
      replacementMethod: text,
      maxSurgeFixed: number,
      maxUnavailableFixed: number,
    },
  });
  known(ComputeRegionBackendService, {
    name: text,
    loadBalancingScheme: "EXTERNAL",
    backend: [{ group: text, balancingMode: text }],
  });
  known(ComputeRegionBackendService, { name: text, loadBalancingScheme: text, backend: blocks });
  known(ComputeForwardingRule, { name: text, ports: list, allPorts: flag, target: text });
  known(ContainerCluster, {
    name: text,
    initialNodeCount: number,
    datapathProvider: text,
    networkPolicy: { enabled: flag },
    privateClusterConfig: { enablePrivateEndpoint: flag },
  });
  known(ContainerNodePool, {
    cluster: text,
    autoscaling: { totalMinNodeCount: 3, totalMaxNodeCount: number },
    upgradeSettings: { maxSurge: number, maxUnavailable: number },
  });
  known(ContainerNodePool, { cluster: text, autoscaling: { minNodeCount: number, maxNodeCount: 3 } });
  known(GkeBackupBackupPlan, {
    name: text,
    cluster: text,
    location: text,
    retentionPolicy: { backupDeleteLockDays: 7, backupRetainDays: number },
  });
  known(Release, { name: text, chart: text, values: [text, `name: ${text}\nlist: [${text}, 1]`] });
  known(Release, { name: text, chart: text, values: list });
  known(StorageBucket, {
    name: `${text}-logs`,
    location: text,
    storageClass: text,
    publicAccessPrevention: text,
    softDeletePolicy: { retentionDurationSeconds: number },
    lifecycleRule: [{ action: { type: "SetStorageClass", storageClass: text }, condition: { age: number } }],
  });
  known(StorageBucket, { name: text, location: text, lifecycleRule: blocks });

  test("broken text around it is still refused", () => {
    const values = [`name: ${text}: broken`];
    expect(problemsOf(Release, { name: "keda", chart: "keda", values })).toEqual([
      "values[0] is not YAML, bad indentation of a mapping entry (1:12): render it with a YAML library",
    ]);
  });
});

test("every problem of a tree is reported, each with the path of its resource", () => {
  const stack = new TerraformStack(new App(), "network");
  new ComputeNetwork(stack, "vpc", { name: "shop", mtu: 9000 });
  const country = new Construct(stack, "indonesia");
  new ComputeAddress(country, "edge", { name: "edge", addressType: "INTERNAL", networkTier: "PREMIUM" });
  expect(cloudLimitProblems(stack)).toEqual([
    "network/vpc: mtu 9000 is refused: use 1300 to 8896",
    "network/indonesia/edge: network_tier PREMIUM is refused on an INTERNAL address: leave it out",
    "network/indonesia/edge: an INTERNAL address without a subnetwork is refused: name the subnet it lies in",
  ]);
});

test("a secret's id that another stack has is refused", () => {
  const app = new App();
  const replication = { auto: {} };
  new SecretManagerSecret(new TerraformStack(app, "network"), "receiver", { secretId: "taken", replication });
  const region = new TerraformStack(app, "region-india");
  new SecretManagerSecret(region, "certificate", { secretId: "taken", replication });
  new SecretManagerSecret(region, "own", { secretId: "free", replication });
  expect(cloudLimitProblems(app)).toEqual([
    'region-india/certificate: secret "taken" is already used by network/receiver: choose another',
  ]);
});

/** Tests each limit on a real resource: `base` and what is refused gives the problems, `base` and its neighbour none. */
function limits<Config>(type: ResourceType<Config>, base: Partial<Config>, table: Limit<Config>[]): void {
  for (const [refused, accepted, ...problems] of table) {
    test(`${type.name}: ${problems.join("; ")}`, () => {
      expect(problemsOf(type, { ...base, ...refused } as Config)).toEqual(problems);
      expect(problemsOf(type, { ...base, ...accepted } as Config)).toEqual([]);
    });
  }
}

/** Tests that a resource is taken whose values nobody knows yet. */
function known<Config>(type: ResourceType<Config>, config: Config): void {
  test(`${type.name}: ${Object.keys(config as object).join(", ")}`, () => {
    expect(problemsOf(type, config)).toEqual([]);
  });
}

function problemsOf<Config>(type: ResourceType<Config>, config: Config): string[] {
  const stack = new TerraformStack(new App(), "stack");
  new type(stack, "resource", config);
  return cloudLimitProblems(stack).map((problem) => {
    expect(problem).toMatch(/^stack\/resource: /);
    return problem.slice("stack/resource: ".length);
  });
}
