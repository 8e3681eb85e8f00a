/** Address ranges documented by Google and used in our rules. Sources are in `docs/traps.md`. */

/** Probes of passthrough load balancers and of instance group autohealing. */
export const HEALTH_CHECK_RANGES = ["35.191.0.0/16", "130.211.0.0/22", "209.85.152.0/22", "209.85.204.0/22"] as const;

/** The same of external passthrough load balancers, over IPv6. */
export const HEALTH_CHECK_RANGES_IPV6 = ["2600:1901:8001::/48"] as const;

/** Identity-Aware Proxy's TCP forwarding. */
export const IAP_RANGES = ["35.235.240.0/20"] as const;

/** Every address of every country, whatever their number. */
export const ESTATE_RANGE = "10.0.0.0/8";

/** The whole internet, over IPv4. */
export const EVERYWHERE = ["0.0.0.0/0"] as const;

/** The whole internet, over IPv6. No firewall rule takes ranges of both. */
export const EVERYWHERE_IPV6 = ["::/0"] as const;

/** Where pods fetch metadata and tokens; the first address is also Cloud DNS. */
export const METADATA_SERVER = { address: "169.254.169.254/32", workloadIdentity: "169.254.169.252/32" } as const;

/** GKE's DNS cache on each node. */
export const NODE_DNS_CACHE = "169.254.20.10/32";

/** Not on the internet: RFC 1918 and link-local ranges. */
export const PRIVATE_RANGES = [ESTATE_RANGE, "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] as const;
