import type { MachineLogsSettings } from "../machine/machine-logs-settings";

/** A country's Galera nodes. */
export interface DatabaseSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly machineType: string;
  readonly diskGb: number;
  /** Days to keep a disk's daily snapshots. */
  readonly backupRetentionDays: number;
  /** Whether one of these nodes is the designated one, which may initialize the cluster and create its secrets. */
  readonly isDesignated: boolean;
  /** By name, such as `database-1`. */
  readonly nodes: Readonly<Record<string, DatabaseNode>>;
  readonly logs: MachineLogsSettings;
}

/** One node: its place and its configuration. */
export interface DatabaseNode {
  readonly zone: string;
  readonly address: string;
  readonly environment: DatabaseEnvironment;
  readonly mariadb: MariadbSettings;
}

/** What the scripts of a database machine need in addition to the MariaDB config. */
export interface DatabaseEnvironment {
  /** This node's name in `members`. */
  readonly node: string;
  /**
   * Every node, the same list on all of them. Only the first one may initialize the cluster; the last one takes the
   * backups.
   */
  readonly members: readonly Pick<Member, "name" | "address">[];
  /** Names by which clients reach this node; its certificate contains them along with its name and address. */
  readonly hosts: readonly string[];
  readonly secrets: DatabaseSecrets;
  /** The app's schema and account. */
  readonly schema: string;
  readonly appUser: string;
  /** Bucket for backups, in another country than the node. */
  readonly backupBucket: string;
}

/** Resource names, `projects/…/secrets/…`. */
export interface DatabaseSecrets {
  /** Has a version once the cluster was initialized; never delete it. */
  readonly initialized: string;
  /** Certificates and key of the nodes' own CA, in PEM. */
  readonly ca: string;
  /** Only the certificates, for clients. */
  readonly caCertificate: string;
  readonly appPassword: string;
}

/** What differs between nodes' MariaDB configs; everything else is the same on every node. */
export interface MariadbSettings {
  /** This node's name in `members`. */
  readonly node: string;
  /** Every node of the cluster in the topology's order of countries. */
  readonly members: readonly Member[];
  /**
   * Names of the nodes that this one prefers as donors of a full copy, nearest first: its own country's, then the
   * others' in failover order. Any other node comes last.
   */
  readonly donors: readonly string[];
  /** Memory of the machine in MB, at least 2,048. */
  readonly memoryMb: number;
  /** Virtual CPUs of the machine. */
  readonly cpus: number;
  /** Longest outage after which a node still catches up without a full copy, in minutes. */
  readonly outageMinutes: number;
  /** Write sets that the whole cluster replicates per minute in its busiest hour, in MB. */
  readonly writeMbPerMinute: number;
}

export interface Member {
  /** Unique; also part of the node's certificate. */
  readonly name: string;
  /** Fixed internal address. */
  readonly address: string;
  /** 0 to 255, the same for all nodes of a country: a write set crosses between segments once, not once per node. */
  readonly segment: number;
}
