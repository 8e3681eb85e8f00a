import { ComputeAddress } from "@cdktf/provider-google/lib/compute-address";
import { ComputeRouter } from "@cdktf/provider-google/lib/compute-router";
import { ComputeRouterNat } from "@cdktf/provider-google/lib/compute-router-nat";
import { ComputeSubnetwork, type ComputeSubnetworkConfig } from "@cdktf/provider-google/lib/compute-subnetwork";
import { Construct } from "constructs";
import type { CountryPlan, SubnetName } from "../../config/address-plan";
import { names } from "../../config/names";

export interface CountryNetworkProps {
  readonly country: string;
  readonly region: string;
  readonly plan: CountryPlan;
  /** Id of the VPC. */
  readonly network: string;
}

/** One country's part of the VPC: subnets, NAT, and all its reserved addresses. */
export class CountryNetwork extends Construct {
  readonly subnets: Readonly<Record<SubnetName, ComputeSubnetwork>>;
  /** Public addresses. The edge's and the VPN's are in DNS and in operators' profiles: they never change. */
  readonly external: Readonly<Record<"edge" | "edgeIpv6" | "vpn" | "nat", ComputeAddress>>;

  constructor(scope: Construct, id: string, props: CountryNetworkProps) {
    super(scope, id);
    const { nodes, monitoring, edge, data, vpn } = props.plan.subnets;
    this.subnets = {
      nodes: this.subnet(props, "nodes", nodes, { pods: props.plan.pods, services: props.plan.services }),
      monitoring: this.subnet(props, "monitoring", monitoring, {
        pods: props.plan.monitoringPods,
        services: props.plan.monitoringServices,
      }),
      edge: this.subnet(props, "edge", edge, {}, DUAL_STACK),
      data: this.subnet(props, "data", data),
      vpn: this.subnet(props, "vpn", vpn),
    };
    this.external = {
      edge: this.externalAddress(props, "edge", "Where users reach the shop"),
      edgeIpv6: this.edgeIpv6(props),
      vpn: this.externalAddress(props, "vpn", "Where operators reach the VPN"),
      nat: this.externalAddress(props, "nat", "What the country's machines are seen as on the internet"),
    };
    this.internalAddresses(props);
    this.nat(props);
  }

  private subnet(
    { country, region, network }: CountryNetworkProps,
    name: SubnetName,
    ipCidrRange: string,
    secondary: Readonly<Record<string, string>> = {},
    stack: Pick<ComputeSubnetworkConfig, "stackType" | "ipv6AccessType"> = {},
  ): ComputeSubnetwork {
    return new ComputeSubnetwork(this, `subnet-${name}`, {
      name: names.subnet(country, name),
      region,
      network,
      ipCidrRange,
      privateIpGoogleAccess: true,
      ...stack,
      ...(Object.keys(secondary).length > 0 && {
        secondaryIpRange: Object.entries(secondary).map(([rangeName, range]) => ({ rangeName, ipCidrRange: range })),
      }),
      // A twentieth of the flows, every ten minutes: enough to see who talks to whom. HAProxy's checks alone are hundreds
      // of millions of connections a month.
      logConfig: { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.05, metadata: "INCLUDE_ALL_METADATA" },
    });
  }

  private externalAddress(
    { country, region }: CountryNetworkProps,
    label: string,
    description: string,
  ): ComputeAddress {
    return new ComputeAddress(this, `address-${label}-public`, {
      name: names.address(country, `${label}-public`),
      region,
      description,
      addressType: "EXTERNAL",
      lifecycle: { preventDestroy: true },
    });
  }

  /** Of the edge's subnet: over IPv6, an external address belongs to one. */
  private edgeIpv6({ country, region }: CountryNetworkProps): ComputeAddress {
    return new ComputeAddress(this, "address-edge-public-ipv6", {
      name: names.address(country, "edge-public-ipv6"),
      region,
      description: "Where users reach the shop over IPv6",
      addressType: "EXTERNAL",
      ipVersion: "IPV6",
      ipv6EndpointType: "NETLB",
      subnetwork: this.subnets.edge.id,
      lifecycle: { preventDestroy: true },
    });
  }

  private internalAddresses({ country, region, plan }: CountryNetworkProps): void {
    for (const [label, { address, subnet }] of Object.entries(plan.fixed)) {
      new ComputeAddress(this, `address-${label}`, {
        name: names.address(country, label),
        region,
        address,
        addressType: "INTERNAL",
        purpose: "GCE_ENDPOINT",
        subnetwork: this.subnets[subnet].id,
      });
    }
  }

  private nat({ country, region, network }: CountryNetworkProps): void {
    const router = new ComputeRouter(this, "router", { name: names.router(country), region, network });
    new ComputeRouterNat(this, "nat", {
      name: names.router(country),
      region,
      router: router.name,
      natIpAllocateOption: "MANUAL_ONLY",
      natIps: [this.external.nat.selfLink],
      sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
      // One address has 64,512 ports: machines start with few and get more as needed, or 60 nodes would use them up.
      enableDynamicPortAllocation: true,
      minPortsPerVm: 64,
      maxPortsPerVm: 4096,
      enableEndpointIndependentMapping: false,
      logConfig: { enable: true, filter: "ERRORS_ONLY" },
    });
  }
}

/**
 * Google takes no edge over IPv6 without addresses of the internet on its machines. Their private kind must be turned on for the
 * whole VPC, which the provider replaces it for.
 */
const DUAL_STACK = { stackType: "IPV4_IPV6", ipv6AccessType: "EXTERNAL" } as const;
