import { DATABASE_PORTS, type Member } from "./render-mariadb";

/** What the scripts of a database machine need to know beside the MariaDB config. */
export interface DatabaseSettings {
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
  /** Has a version once the cluster was born; never delete it. */
  readonly birth: string;
  /** Certificates and key of the nodes' own authority, in PEM. */
  readonly authority: string;
  /** The certificates alone, for clients. */
  readonly authorityCertificate: string;
  readonly appPassword: string;
}

/** The text of `/etc/default/database`, which systemd and bash both read. */
export function renderDatabaseEnvironment({ node, members, hosts, secrets, ...rest }: DatabaseSettings): string {
  const rank = members.findIndex(({ name }) => name === node);
  const own = members[rank];
  if (!own) throw new Error(`"${node}" is not among the members: ${members.map(({ name }) => name).join(", ")}`);
  const values = {
    NODE: node,
    ADDRESS: own.address,
    RANK: rank,
    MEMBERS: members.map(({ address }) => address).join(" "),
    HOSTS: hosts.join(" "),
    CLIENT_PORT: DATABASE_PORTS.client,
    REPLICATION_PORT: DATABASE_PORTS.replication,
    HEALTH_PORT: DATABASE_PORTS.health,
    SCHEMA: rest.schema,
    APP_USER: rest.appUser,
    SECRET_BIRTH: secrets.birth,
    SECRET_AUTHORITY: secrets.authority,
    SECRET_AUTHORITY_CERTIFICATE: secrets.authorityCertificate,
    SECRET_APP_PASSWORD: secrets.appPassword,
    BACKUP_BUCKET: rest.backupBucket,
  };
  return `${Object.entries(values)
    .map(([name, value]) => `DATABASE_${name}="${value}"`)
    .join("\n")}\n`;
}
