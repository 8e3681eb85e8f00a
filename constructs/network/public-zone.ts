import { ComputeHealthCheck } from "@cdktf/provider-google/lib/compute-health-check";
import type { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { EDGE_HEALTH_PATHS } from "../../config/health-paths";
import { hosts, names } from "../../config/names";
import { EDGE_PORTS } from "../../config/ports";
import { signedZone } from "./signed-zone";

export interface PublicZoneProps {
  readonly domain: string;
  readonly probeRegions: readonly string[];
  readonly certificateAuthorities: readonly string[];
  /** By country. */
  readonly edges: Readonly<Record<string, PublicEdge>>;
}

/** A country's edge as the internet knows it. */
export interface PublicEdge {
  readonly region: string;
  readonly address: string;
  readonly addressIpv6: string;
  /** Whether users are led to it. */
  readonly inService: boolean;
}

/** Where a name of the shop leads. */
interface Shop {
  readonly zone: DnsManagedZone;
  readonly healthCheck: ComputeHealthCheck;
  /** Those in service. */
  readonly edges: readonly PublicEdge[];
  readonly addressOf: (edge: PublicEdge) => string;
}

/** Seconds that a resolver may cache a shop address: how long clients still try a dead country after DNS drops it. */
const SHOP_TTL_SECONDS = 30;
const STEADY_TTL_SECONDS = 300;

/** The shop's signed zone: sends users to the nearest country whose edge is healthy. */
export class PublicZone extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, props: PublicZoneProps) {
    super(scope, id);
    const zone = signedZone(this, "zone", {
      name: names.publicZone,
      domain: props.domain,
      description: "The shop, as its users know it",
      lifecycle: { preventDestroy: true },
    });
    this.name = zone.name;
    const healthCheck = this.healthCheck(props);
    const shop = { zone, healthCheck, edges: Object.values(props.edges).filter(({ inService }) => inService) };
    for (const [label, host] of [
      ["apex", props.domain],
      ["www", `www.${props.domain}`],
    ] as const) {
      this.shopRecord(label, host, "A", { ...shop, addressOf: ({ address }) => address });
      this.shopRecord(`${label}-ipv6`, host, "AAAA", { ...shop, addressOf: ({ addressIpv6 }) => addressIpv6 });
    }
    for (const [country, { address, addressIpv6 }] of Object.entries(props.edges)) {
      this.record(zone, `edge-${country}`, hosts.edge(props.domain, country), "A", [address]);
      this.record(zone, `edge-${country}-ipv6`, hosts.edge(props.domain, country), "AAAA", [addressIpv6]);
    }
    this.record(zone, "caa", props.domain, "CAA", [
      ...props.certificateAuthorities.map((authority) => `0 issue "${authority}"`),
      '0 issuewild ";"',
    ]);
  }

  private shopRecord(
    id: string,
    host: string,
    type: "A" | "AAAA",
    { zone, healthCheck, edges, addressOf }: Shop,
  ): void {
    new DnsRecordSet(this, id, {
      managedZone: zone.name,
      name: `${host}.`,
      type,
      ttl: SHOP_TTL_SECONDS,
      routingPolicy: {
        healthCheck: healthCheck.selfLink,
        // With geofencing, users of a country would still get its address while its edge is down.
        enableGeoFencing: false,
        geo: edges.map((edge) => ({
          location: edge.region,
          healthCheckedTargets: { externalEndpoints: [addressOf(edge)] },
        })),
      },
    });
  }

  private healthCheck({ domain, probeRegions }: PublicZoneProps): ComputeHealthCheck {
    return new ComputeHealthCheck(this, "health-check", {
      name: "edge-from-dns",
      description: "Cloud DNS leaves out a country whose edge fails this; it cannot be shared with a load balancer",
      sourceRegions: [...probeRegions],
      // The API allows no less than 30 s with source regions: a dead edge is out after 60 s plus the TTL.
      checkIntervalSec: 30,
      timeoutSec: 10,
      healthyThreshold: 1,
      unhealthyThreshold: 2,
      httpsHealthCheck: { port: EDGE_PORTS.https, requestPath: EDGE_HEALTH_PATHS.public, host: domain },
      logConfig: { enable: true },
    });
  }

  private record(zone: DnsManagedZone, id: string, host: string, type: string, rrdatas: string[]): void {
    new DnsRecordSet(this, id, { managedZone: zone.name, name: `${host}.`, type, ttl: STEADY_TTL_SECONDS, rrdatas });
  }
}
