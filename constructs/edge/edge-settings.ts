/** One country's edge: its machines and what they are told. */
export interface EdgeSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zones: readonly string[];
  readonly machineType: string;
  /** Machines in the group. */
  readonly instances: number;
  /** Reserved address in the edge's subnet that the country's apps reach the database at. */
  readonly databaseAddress: string;
  readonly environment: EdgeEnvironment;
  readonly haproxy: HaproxySettings;
}

/** What `edge-sync` needs to know beside the HAProxy config. */
export interface EdgeEnvironment {
  /** Resource name of the secret whose latest version holds chain and key in PEM: `projects/…/secrets/…`. */
  readonly certificateSecret: string;
  /** Host names that the self-signed stand-in is made out to; a certificate that lacks the first one is refused. */
  readonly hosts: readonly string[];
  /** The country's zones in the order in which a changed config reaches them. */
  readonly zones: readonly string[];
}

/** What one country's HAProxy needs to know; everything else is the same in every country. */
export interface HaproxySettings extends DatabaseProxySettings {
  /** The country whose users arrive here; sent to the app as `X-Edge-Country`. */
  readonly country: string;
  /** Host names that are served; any other is answered with 421. The first one is asked for by health checks. */
  readonly hosts: readonly string[];
  /** The ingresses in the order in which they are tried: the own country's first. */
  readonly ingresses: readonly Ingress[];
  /** Requests that one browser may make in 10 seconds; more are answered with 429. */
  readonly requestsPer10Seconds: number;
  /**
   * Beginnings of paths whose pages may take minutes to their first byte. They are asked of one country only.
   * @default none
   */
  readonly slowPaths?: readonly string[];
}

export interface Ingress {
  /** Country that the ingress stands in. */
  readonly country: string;
  /** Fixed internal address. */
  readonly address: string;
}

/** What HAProxy needs to know to lead a country's apps to the database. */
export interface DatabaseProxySettings {
  /** The country whose HAProxy it is. */
  readonly country: string;
  /** The nodes in the order in which they are tried: the own country's first. */
  readonly databases: readonly DatabaseServer[];
  /** Connections that this machine opens to one node at most; what exceeds them goes to the next node. */
  readonly connectionsPerDatabase: number;
}

export interface DatabaseServer {
  /** Name of the node in the cluster. */
  readonly name: string;
  /** Fixed internal address. */
  readonly address: string;
}
