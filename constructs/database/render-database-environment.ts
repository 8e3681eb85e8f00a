import { DATABASE_PORTS } from "../../config/ports";
import type { DatabaseEnvironment } from "./database-settings";
import { APP_CONNECTIONS } from "./render-mariadb";

/** The text of `/etc/default/database`, which systemd and bash both read. */
export function renderDatabaseEnvironment({ node, members, hosts, secrets, ...rest }: DatabaseEnvironment): string {
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
    APP_CONNECTIONS,
    SECRET_INITIALIZED: secrets.initialized,
    SECRET_CA: secrets.ca,
    SECRET_CA_CERTIFICATE: secrets.caCertificate,
    SECRET_APP_PASSWORD: secrets.appPassword,
    BACKUP_BUCKET: rest.backupBucket,
  };
  return `${Object.entries(values)
    .map(([name, value]) => `DATABASE_${name}="${value}"`)
    .join("\n")}\n`;
}
