import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { Construct } from "constructs";
import { DATABASE_SECRETS, names, tags } from "../../config/names";
import { machinePackages } from "../../config/packages";
import { bootPorts } from "../../config/ports";
import { versions } from "../../config/versions";
import { NightlySnapshots } from "../disk/nightly-snapshots";
import { ProtectedDisk } from "../disk/protected-disk";
import { MACHINE_ROLES, statefulMachine } from "../machine/hardened-machine";
import { grantLogsUser } from "../machine/logs-user";
import { machineLogsTexts } from "../machine/machine-logs";
import type { MachineLogsSettings } from "../machine/machine-logs-settings";
import { startupScript } from "../machine/startup-script";
import { ServiceIdentity } from "../service-identity";
import type { DatabaseNode, DatabaseSettings } from "./database-settings";
import { renderDatabaseEnvironment } from "./render-database-environment";
import { renderMariadbConfig } from "./render-mariadb";

export interface DatabaseProps {
  readonly settings: DatabaseSettings;
  /** Id of the nodes' subnet. */
  readonly subnet: string;
  /** Ids of the keys that encrypt the boot disk, and the data and its snapshots. */
  readonly diskKey: string;
  readonly dataKey: string;
  /** Bucket for the nodes' backups. */
  readonly backupBucket: string;
}

/** Scripts that the boot script installs, by metadata key. */
const SCRIPTS = {
  "galera-lib": "galera-lib.sh",
  "galera-start": "galera-start.sh",
  "galera-credentials": "galera-credentials.sh",
  "galera-health": "galera-health.sh",
  "galera-backup": "galera-backup.sh",
  "galera-alter": "galera-alter.sh",
} as const;

/** A country's Galera nodes: plain machines with fixed addresses, so that nothing replaces one on its own. */
export class Database extends Construct {
  /** IAM member of the nodes. */
  readonly member: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { project, country, region, backupRetentionDays, nodes } = props.settings;
    const identity = new ServiceIdentity(this, "identity", {
      project,
      country,
      role: "database",
      displayName: `MariaDB in ${country}`,
      projectRoles: MACHINE_ROLES,
    });
    this.member = identity.member;
    this.grants(props, identity);
    grantLogsUser(this, props.settings.logs, identity.member);
    const { policy } = new NightlySnapshots(this, "snapshots", {
      name: names.snapshots(country),
      region,
      description: "Every night; crash-consistent, so the backups in the bucket come first",
      retentionDays: backupRetentionDays,
    });
    for (const [name, node] of Object.entries(nodes)) this.machine(name, node, props, identity, policy);
  }

  /** What the nodes may read and write, granted per secret and per bucket. */
  private grants({ backupBucket, settings }: DatabaseProps, { member }: ServiceIdentity): void {
    const { initialized, ca, caCertificate, appPassword } = DATABASE_SECRETS;
    const grant = (secretId: string, id: string, role: string) =>
      new SecretManagerSecretIamMember(this, `${secretId}-${id}`, { secretId, role, member });
    for (const secret of [initialized, ca, appPassword]) grant(secret, "reader", "roles/secretmanager.secretAccessor");
    if (settings.isDesignated) {
      grant(caCertificate, "reader", "roles/secretmanager.secretAccessor");
      for (const secret of Object.values(DATABASE_SECRETS))
        grant(secret, "maker", "roles/secretmanager.secretVersionAdder");
    }
    new StorageBucketIamMember(this, "backup-writer", {
      bucket: backupBucket,
      role: "roles/storage.objectCreator",
      member,
    });
    // Names alone, by which each node tells the age of the newest.
    new StorageBucketIamMember(this, "backup-lister", {
      bucket: backupBucket,
      role: "roles/storage.legacyBucketReader",
      member,
    });
    // The designated country's node is the one of the lowest rank, which restores the latest backup every night.
    if (settings.isDesignated) {
      new StorageBucketIamMember(this, "backup-reader", {
        bucket: backupBucket,
        role: "roles/storage.objectViewer",
        member,
      });
    }
  }

  private machine(
    name: string,
    node: DatabaseNode,
    { settings, subnet, diskKey, dataKey }: DatabaseProps,
    { email }: ServiceIdentity,
    snapshots: string,
  ): void {
    const scope = new Construct(this, name);
    const { country, machineType, diskGb } = settings;
    const { zone, address } = node;
    const data = new ProtectedDisk(scope, "data", {
      name: names.dataDisk(names.database(country, name)),
      zone,
      sizeGb: diskGb,
      type: "pd-ssd",
      key: dataKey,
      snapshots,
    });
    const machine = statefulMachine({
      name: names.database(country, name),
      zone,
      machineType,
      description: `MariaDB ${name} in ${country}`,
      tag: tags.database,
      image: versions.databaseImage,
      subnet,
      address,
      data,
      diskKey,
      email,
      texts: texts(node, settings.logs),
    });
    new ComputeInstance(scope, "machine", machine);
  }
}

function texts({ environment, mariadb }: DatabaseNode, logs: MachineLogsSettings): Record<string, string> {
  const scripts = Object.entries(SCRIPTS).map(([key, file]) => [key, readFileSync(join(__dirname, file), "utf8")]);
  return {
    "startup-script": startupScript(__dirname, machinePackages.database, bootPorts.database),
    ...Object.fromEntries(scripts),
    "database-environment": renderDatabaseEnvironment(environment),
    "mariadb-cnf": renderMariadbConfig(mariadb),
    ...machineLogsTexts(logs),
  };
}
