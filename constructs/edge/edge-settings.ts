import type { MachineLogsSettings } from "../machine/machine-logs-settings";

/** One country's edge: its machines and their configuration. */
export interface EdgeSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly machineType: string;
  /** Machines in the group. */
  readonly instances: number;
  /** Reserved address in the edge's subnet through which the country's apps reach the database. */
  readonly databaseAddress: string;
  readonly environment: EdgeEnvironment;
  readonly haproxy: HaproxySettings;
  readonly logs: MachineLogsSettings;
}

/** What `edge-sync` needs in addition to the HAProxy config. */
export interface EdgeEnvironment {
  /**
   * Resource name of the secret whose latest version holds the certificate chain and key in PEM:
   * `projects/…/secrets/…`.
   */
  readonly certificateSecret: string;
  /** Host names of the self-signed stand-in; a certificate without the first one is refused. */
  readonly hosts: readonly string[];
  /** The country's zones in the order in which a changed config is rolled out. */
  readonly zones: readonly string[];
}

/** What differs between countries' HAProxy configs; everything else is the same in every country. */
export interface HaproxySettings extends DatabaseProxySettings {
  /** The country whose users arrive here; passed to the app as `X-Edge-Country`. */
  readonly country: string;
  /** Host names served; any other gets 421. Health checks request the first one. */
  readonly hosts: readonly string[];
  /** The ingresses in the order in which they are tried: the country's own first. */
  readonly ingresses: readonly Ingress[];
  /** Requests that one browser may make in 10 seconds; beyond that it gets 429. */
  readonly requestsPer10Seconds: number;
  /**
   * Path prefixes whose pages may take minutes to the first byte. Each request goes to one country only. @default none
   */
  readonly slowPaths?: readonly string[];
}

export interface Ingress {
  /** The ingress's country. */
  readonly country: string;
  /** Fixed internal address. */
  readonly address: string;
}

/** What HAProxy needs to proxy a country's apps to the database. */
export interface DatabaseProxySettings {
  /** The proxy's country. */
  readonly country: string;
  /** The nodes in the order in which they are tried: the country's own first. */
  readonly databases: readonly DatabaseServer[];
  /** Maximum connections from this machine to one node; further ones go to the next node. */
  readonly connectionsPerDatabase: number;
}

export interface DatabaseServer {
  /** The node's name in the cluster. */
  readonly name: string;
  /** Fixed internal address. */
  readonly address: string;
}
