import { ContainerCluster } from "@cdktf/provider-google/lib/container-cluster";
import { GkeBackupBackupPlan } from "@cdktf/provider-google/lib/gke-backup-backup-plan";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { MAINTENANCE_HOURS } from "../../config/maintenance";
import { names, SECONDARY_RANGES, type ServiceAccountRole, tags } from "../../config/names";
import { ServiceIdentity } from "../service-identity";
import type { ClusterSettings } from "./cluster-settings";
import { NodePool } from "./node-pool";

/** A cluster's purpose determines its names, identity and backup scope. */
interface Purpose {
  readonly what: string;
  readonly name: (country: string) => string;
  readonly backupPlan: (country: string) => string;
  /** Network tag of the nodes. */
  readonly tag: (country: string) => string;
  readonly role: ServiceAccountRole;
  /** Whether backups include volumes. */
  readonly includesVolumes: boolean;
}

const PURPOSES = {
  app: {
    what: "app cluster",
    name: names.cluster,
    backupPlan: names.backupPlan,
    tag: tags.appNodes,
    role: "nodes",
    includesVolumes: true,
  },
  monitoring: {
    what: "monitoring cluster",
    name: names.monitoringCluster,
    backupPlan: names.monitoringBackupPlan,
    tag: tags.monitoringNodes,
    role: "site",
    includesVolumes: false, // samples and logs are archived in buckets
  },
} as const satisfies Record<ClusterSettings["purpose"], Purpose>;

export interface ClusterProps {
  readonly settings: ClusterSettings;
  /** Ids of the VPC and of the nodes' subnet. */
  readonly network: string;
  readonly subnet: string;
  /** Id of the key that encrypts Kubernetes Secrets, and of the one for nodes' disks. */
  readonly secretsKey: string;
  readonly diskKey: string;
  /** Id of the key that encrypts backups, in the region that keeps them. */
  readonly backupsKey: string;
}

/** A private regional GKE cluster with its node pools, their identity and a daily backup in another country. */
export class Cluster extends Construct {
  readonly name: string;
  /** DNS name of the control plane: access needs only an identity, so remote runners need no VPN. */
  readonly endpoint: string;
  /** What everything in the cluster depends on: it must be created before and destroyed after. */
  readonly nodes: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ClusterProps) {
    super(scope, id);
    const { settings, diskKey } = props;
    const { project, country, zones, pools, reservedPools } = settings;
    const { role, what, tag } = PURPOSES[settings.purpose];
    const nodes = new ServiceIdentity(this, "identity", {
      project,
      country,
      role,
      displayName: `Nodes of the ${what} in ${country}`,
      // The last one for image streaming, which asks whether the project pays for it.
      projectRoles: [
        "roles/container.defaultNodeServiceAccount",
        "roles/artifactregistry.reader",
        "roles/serviceusage.serviceUsageConsumer",
      ],
    });
    const cluster = this.cluster(props, nodes);
    this.nodes = Object.entries(pools).map(
      ([name, pool]) =>
        new NodePool(this, name, {
          ...pool,
          cluster: cluster.id,
          zones,
          serviceAccount: nodes.email,
          diskKey,
          tag: tag(country),
          isReserved: reservedPools.includes(name),
        }).pool,
    );
    this.backup(props, cluster);
    this.name = cluster.name;
    this.endpoint = cluster.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint;
  }

  private cluster(props: ClusterProps, nodes: ServiceIdentity): ContainerCluster {
    const { settings, diskKey } = props;
    return new ContainerCluster(this, "cluster", {
      name: PURPOSES[settings.purpose].name(settings.country),
      location: settings.region,
      nodeLocations: [...settings.zones],
      deletionProtection: true,
      // Pools are separate resources, so that one can change without the cluster. The default pool that GKE insists on
      // is created once, hardened like the others, and removed.
      removeDefaultNodePool: true,
      initialNodeCount: 1,
      nodeConfig: {
        machineType: "e2-medium", // the smallest whose nodes become ready with everything that GKE puts on them
        diskType: "pd-standard",
        diskSizeGb: 20,
        serviceAccount: nodes.email,
        oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
        bootDiskKmsKey: diskKey,
        shieldedInstanceConfig: { enableSecureBoot: true, enableIntegrityMonitoring: true },
        workloadMetadataConfig: { mode: "GKE_METADATA" },
      },
      ...networking(props),
      ...hardening(props),
      ...operations(settings),
      lifecycle: {
        preventDestroy: true,
        ignoreChanges: [
          "node_config",
          "initial_node_count",
          // GKE returns ALL_OBJECTS_ENCRYPTION_ENABLED, a value unknown to the provider before 7.30.
          "database_encryption[0].state",
        ],
      },
    });
  }

  private backup(
    { settings: { country, purpose, backupRegion }, backupsKey }: ClusterProps,
    cluster: ContainerCluster,
  ): void {
    const { backupPlan, includesVolumes } = PURPOSES[purpose];
    new GkeBackupBackupPlan(this, "backup", {
      name: backupPlan(country),
      cluster: cluster.id,
      location: backupRegion,
      description: "Every night, kept for 30 days in another country",
      retentionPolicy: { backupDeleteLockDays: 7, backupRetainDays: 30 },
      backupSchedule: { cronSchedule: "0 19 * * *" }, // UTC: after midnight in all three countries
      backupConfig: {
        allNamespaces: true,
        includeSecrets: true,
        includeVolumeData: includesVolumes,
        encryptionKey: { gcpKmsEncryptionKey: backupsKey },
      },
    });
  }
}

function networking({ network, subnet, settings: { controlPlane } }: ClusterProps) {
  return {
    network,
    subnetwork: subnet,
    networkingMode: "VPC_NATIVE",
    ipAllocationPolicy: {
      clusterSecondaryRangeName: SECONDARY_RANGES.pods,
      servicesSecondaryRangeName: SECONDARY_RANGES.services,
    },
    datapathProvider: "ADVANCED_DATAPATH", // enforces network policies itself; the old add-on cannot be combined with it
    networkPolicy: { enabled: false },
    enableIntranodeVisibility: true,
    enableL4IlbSubsetting: true, // becomes the default with GKE 1.36 and cannot be undone without a new cluster
    privateClusterConfig: {
      enablePrivateNodes: true,
      enablePrivateEndpoint: true,
      masterIpv4CidrBlock: controlPlane,
      masterGlobalAccessConfig: { enabled: true },
    },
    masterAuthorizedNetworksConfig: { gcpPublicCidrsAccessEnabled: false },
    controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
    dnsConfig: { clusterDns: "CLOUD_DNS", clusterDnsScope: "CLUSTER_SCOPE" },
  };
}

function hardening({ settings: { project }, secretsKey }: ClusterProps) {
  return {
    enableShieldedNodes: true,
    workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
    databaseEncryption: { state: "ENCRYPTED", keyName: secretsKey },
    binaryAuthorization: { evaluationMode: "PROJECT_SINGLETON_POLICY_ENFORCE" },
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    nodePoolDefaults: {
      nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE", gcfsConfig: { enabled: true } },
    },
    // No vulnerability scanning: GKE no longer offers it.
    securityPostureConfig: { mode: "BASIC" },
  };
}

function operations({ purpose, maintenance: { days, first } }: ClusterSettings) {
  return {
    releaseChannel: { channel: "REGULAR" },
    costManagementConfig: { enabled: true },
    // Pods of an app cluster have the logs agent, which masks clients' addresses; those of a site have none.
    loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", ...(purpose === "app" ? [] : ["WORKLOADS"])] },
    // The estate has its own Prometheus.
    monitoringConfig: { enableComponents: ["SYSTEM_COMPONENTS"], managedPrometheus: { enabled: false } },
    addonsConfig: {
      gkeBackupAgentConfig: { enabled: true },
      gcePersistentDiskCsiDriverConfig: { enabled: true },
      horizontalPodAutoscaling: { disabled: false },
      httpLoadBalancing: { disabled: false },
    },
    maintenancePolicy: {
      recurringWindow: {
        startTime: `${first}T${MAINTENANCE_HOURS.start}Z`,
        endTime: `${first}T${MAINTENANCE_HOURS.end}Z`,
        recurrence: `FREQ=WEEKLY;BYDAY=${days.join(",")}`,
      },
    },
  };
}
