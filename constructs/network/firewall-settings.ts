/** Input of the firewall's rows. */
export interface FirewallSettings {
  /** In the topology's order. */
  readonly countries: readonly FirewallCountry[];
  /** Ranges (CIDR) from which people may open the VPN's console without Identity-Aware Proxy; usually none. */
  readonly administrators: readonly string[];
  /** Of the servers that alerts go out by. */
  readonly mailPorts: readonly number[];
}

/** One country's ranges (CIDR). */
export interface FirewallCountry {
  readonly country: string;
  /** Subnets of its edges, of its database nodes and of its VPN host. */
  readonly edge: string;
  readonly data: string;
  readonly vpn: string;
  /** Nodes and pods of its app cluster. */
  readonly app: readonly string[];
  /** Control plane of its app cluster. */
  readonly controlPlane: string;
  /** Subnets of the edges that send users to its ingress. */
  readonly edgesLeadingHere: readonly string[];
  /** Its monitoring site. @default another country's site watches it */
  readonly site?: FirewallSite;
}

export interface FirewallSite {
  /** Nodes and pods of the site's cluster. */
  readonly ranges: readonly string[];
  /** Control plane of the site's cluster. */
  readonly controlPlane: string;
  /** Nodes and pods of the app clusters whose agents push here. */
  readonly agents: readonly string[];
  /** Subnets of the machines whose logs come here. */
  readonly machines: readonly string[];
}
