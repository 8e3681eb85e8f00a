import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { DATABASE_SECRETS, names, tags } from "../../config/names";
import { versions } from "../../config/versions";
import { NightlySnapshots } from "../disk/nightly-snapshots";
import { ProtectedDisk } from "../disk/protected-disk";
import { startupScript } from "../machine/startup-script";
import { ServiceIdentity } from "../service-identity";
import { literal } from "../terraform-text";
import { type DatabaseSettings, renderDatabaseEnvironment } from "./render-database-environment";
import { type MariadbSettings, renderMariadbConfig } from "./render-mariadb";

/** One node: where it stands and what it is told. */
export interface DatabaseNode {
  readonly zone: string;
  readonly address: string;
  readonly settings: DatabaseSettings;
  readonly config: MariadbSettings;
}

export interface DatabaseProps {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  /** Id of the subnet that the nodes stand in. */
  readonly subnet: string;
  /** Id of the key that encrypts disks. */
  readonly diskKey: string;
  readonly machineType: string;
  readonly diskGb: number;
  /** Days that a disk's daily snapshots are kept. */
  readonly keepBackupsDays: number;
  /** Bucket that the nodes put backups into. */
  readonly backupBucket: string;
  /** Whether one of these nodes is the one that may begin the cluster and make its secrets. */
  readonly isDesignated: boolean;
  /** By name, such as `database-1`. */
  readonly nodes: Readonly<Record<string, DatabaseNode>>;
}

/** Scripts that the boot script installs, by metadata key. */
const SCRIPTS = {
  "galera-lib": "galera-lib.sh",
  "galera-start": "galera-start.sh",
  "galera-credentials": "galera-credentials.sh",
  "galera-health": "galera-health.sh",
  "galera-backup": "galera-backup.sh",
} as const;

/** A country's nodes of the Galera cluster: plain machines with fixed addresses, so that none is replaced by itself. */
export class Database extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const identity = new ServiceIdentity(this, "identity", {
      project: props.project,
      country: props.country,
      role: "database",
      displayName: `MariaDB in ${props.country}`,
      projectRoles: ["roles/logging.logWriter", "roles/monitoring.metricWriter"],
    });
    this.grants(props, identity);
    const { policy } = new NightlySnapshots(this, "snapshots", {
      name: names.snapshots(props.country),
      region: props.region,
      description: "Every night; crash-consistent, so the backups in the bucket come first",
      keepDays: props.keepBackupsDays,
    });
    for (const [name, node] of Object.entries(props.nodes)) this.machine(name, node, props, identity, policy);
  }

  /** What the nodes may read and write, each on one secret or one bucket. */
  private grants({ backupBucket, isDesignated }: DatabaseProps, { member }: ServiceIdentity): void {
    const { birth, authority, authorityCertificate, appPassword } = DATABASE_SECRETS;
    const grant = (secretId: string, id: string, role: string) =>
      new SecretManagerSecretIamMember(this, `${secretId}-${id}`, { secretId, role, member });
    for (const secret of [birth, authority, appPassword]) grant(secret, "reader", "roles/secretmanager.secretAccessor");
    if (isDesignated) {
      grant(authorityCertificate, "reader", "roles/secretmanager.secretAccessor");
      for (const secret of Object.values(DATABASE_SECRETS))
        grant(secret, "maker", "roles/secretmanager.secretVersionAdder");
    }
    new StorageBucketIamMember(this, "backup-writer", {
      bucket: backupBucket,
      role: "roles/storage.objectCreator",
      member,
    });
  }

  private machine(
    name: string,
    node: DatabaseNode,
    props: DatabaseProps,
    identity: ServiceIdentity,
    snapshots: string,
  ): void {
    const scope = new Construct(this, name);
    const disk = new ProtectedDisk(scope, "data", {
      name: `${names.database(props.country, name)}-data`,
      zone: node.zone,
      sizeGb: props.diskGb,
      type: "pd-ssd",
      key: props.diskKey,
      snapshots,
    });
    new ComputeInstance(scope, "machine", {
      name: names.database(props.country, name),
      zone: node.zone,
      machineType: props.machineType,
      description: `MariaDB ${name} in ${props.country}`,
      tags: [tags.database],
      bootDisk: {
        initializeParams: { image: versions.databaseImage, size: 20, type: "pd-balanced" },
        kmsKeySelfLink: props.diskKey,
      },
      attachedDisk: [{ source: disk.selfLink, deviceName: "data", kmsKeySelfLink: props.diskKey }],
      networkInterface: [{ subnetwork: props.subnet, networkIp: node.address }],
      metadata: this.metadata(node),
      serviceAccount: { email: identity.email, scopes: ["cloud-platform"] },
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      deletionProtection: true,
      allowStoppingForUpdate: true,
      lifecycle: {
        preventDestroy: true,
        // A newer image must not replace a database; packages are updated on the machine.
        ignoreChanges: ["boot_disk[0].initialize_params[0].image"],
      },
    });
  }

  private metadata({ settings, config }: DatabaseNode): Record<string, string> {
    const scripts = Object.entries(SCRIPTS).map(([key, file]) => [
      key,
      literal(readFileSync(join(__dirname, file), "utf8")),
    ]);
    return {
      "enable-oslogin": "TRUE",
      "block-project-ssh-keys": "TRUE",
      "serial-port-enable": "FALSE",
      "startup-script": literal(startupScript(__dirname)),
      ...Object.fromEntries(scripts),
      "database-settings": literal(renderDatabaseEnvironment(settings)),
      "mariadb-cnf": literal(renderMariadbConfig(config)),
    };
  }
}
