import type { Party } from "../reach/relations";

/** What is drawn: what the synthesized JSON says of the estate, and nothing of where it stands on the sheet. */
export interface Picture {
  readonly environment: string;
  /** @default nothing is answered by a routing policy */
  readonly dns?: Dns;
  /** In the order in which DNS names them. */
  readonly countries: readonly Country[];
}

export interface Dns {
  readonly names: readonly string[];
  /** How it picks an address, in words. */
  readonly policy: string;
  /** Countries whose edge has one of the addresses. */
  readonly countries: readonly string[];
}

export interface Country {
  readonly name: string;
  readonly region: string;
  readonly edge?: Edge;
  readonly cluster?: Cluster;
  readonly databases: readonly DatabaseNode[];
  readonly site?: Site;
  /** What each bucket holds, by its name without project and country. */
  readonly buckets: readonly string[];
  readonly vpn?: Vpn;
}

export interface Edge {
  readonly machines: number;
  readonly machineType: string;
  /** Name of the reserved address. */
  readonly address: string;
  /** Countries in the order in which HAProxy asks them. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Database nodes in that order. */
  readonly database: readonly string[];
}

/** Something that runs: a title, and lines of detail below it. */
export interface Item {
  readonly title: string;
  readonly lines: readonly string[];
}

export interface Cluster extends Item {
  readonly ingress?: Item;
  readonly app?: App;
  readonly autoscaler?: Item;
  readonly broker?: Item;
  readonly agent?: Agent;
  /** Releases that the others need. */
  readonly others: readonly string[];
}

export interface App extends Item {
  /** Country of the edge that it asks first for the database. */
  readonly databaseEdge?: string;
}

export interface Agent extends Item {
  /** Addresses that it pushes to, by their names. */
  readonly pushesTo: readonly Party[];
  /** Whether it writes to a bucket itself. */
  readonly archives: boolean;
}

export interface DatabaseNode extends Item {
  /** The nodes that it makes a cluster with, itself among them; the same for all of one cluster. */
  readonly members: string;
}

/** What watches from outside the app cluster. */
export interface Site {
  /** Name of its cluster. */
  readonly title: string;
  readonly grafana?: Item;
  readonly prometheus?: Item;
  readonly kibana?: Item;
  readonly elasticsearch?: Item;
  readonly others: readonly string[];
}

export interface Vpn extends Item {
  readonly isPublic: boolean;
}
