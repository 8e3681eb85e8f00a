/** A country's nodes of the Galera cluster. */
export interface DatabaseSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly machineType: string;
  readonly diskGb: number;
  /** Days that a disk's daily snapshots are kept. */
  readonly backupRetentionDays: number;
  /** Whether one of these nodes is the one that may begin the cluster and make its secrets. */
  readonly isDesignated: boolean;
  /** By name, such as `database-1`. */
  readonly nodes: Readonly<Record<string, DatabaseNode>>;
}

/** One node: where it stands and what it is told. */
export interface DatabaseNode {
  readonly zone: string;
  readonly address: string;
  readonly environment: DatabaseEnvironment;
  readonly mariadb: MariadbSettings;
}

/** What the scripts of a database machine need to know beside the MariaDB config. */
export interface DatabaseEnvironment {
  /** This node, by a name that `members` holds. */
  readonly node: string;
  /** Every node, the same list on all of them. The first one alone may begin the cluster, the last one backs up. */
  readonly members: readonly Pick<Member, "name" | "address">[];
  /** Names by which clients reach this node; they stand in its certificate beside name and address. */
  readonly hosts: readonly string[];
  readonly secrets: DatabaseSecrets;
  /** The schema that the app owns, and its account. */
  readonly schema: string;
  readonly appUser: string;
  /** Bucket, of another country than the node's, that backups go to. */
  readonly backupBucket: string;
}

/** Resource names, `projects/…/secrets/…`. */
export interface DatabaseSecrets {
  /** Has a version once the cluster was initialized; never delete it. */
  readonly initialized: string;
  /** Certificates and key of the nodes' own ca, in PEM. */
  readonly ca: string;
  /** The certificates alone, for clients. */
  readonly caCertificate: string;
  readonly appPassword: string;
}

/** What one node's MariaDB needs to know; everything else is the same on every node. */
export interface MariadbSettings {
  /** This node, by a name that `members` holds. */
  readonly node: string;
  /** Every node of the cluster in the topology's order of countries. */
  readonly members: readonly Member[];
  /**
   * Names of the nodes that may hand this one a full copy, nearest first: those of its own country, then those of
   * the others in its failover order. Any other node comes after them.
   */
  readonly donors: readonly string[];
  /** Memory of the machine in MB, at least 2,048. */
  readonly memoryMb: number;
  /** Virtual CPUs of the machine. */
  readonly cpus: number;
  /** Longest absence after which a node still catches up without a full copy, in minutes. */
  readonly outageMinutes: number;
  /** Write sets that the whole cluster replicates in a minute of its busiest hour, in MB. */
  readonly writeMbPerMinute: number;
}

export interface Member {
  /** Unique; it also stands in the node's certificate. */
  readonly name: string;
  /** Fixed internal address. */
  readonly address: string;
  /** 0 to 255, the same for all nodes of a country: between segments a write set travels once, not once per node. */
  readonly segment: number;
}
