import { contains, parseCidr, rangeOf } from "../../config/cidr";
import { ESTATE_RANGE } from "../../config/google-ranges";
import { type Attributes, listOf, type SynthesizedEstate, type SynthesizedResource } from "../synthesized/estate";
import { type Party, partyOf, type Relation } from "./relations";

/** What stands between a cluster and whoever has no business there. */
export interface ClusterDoors {
  readonly address: string;
  readonly party: Party;
  /** By which addresses its control plane answers. */
  readonly controlPlane: string;
  readonly nodes: string;
  /** What a pod gets from a node's metadata server. */
  readonly metadata: string;
  /** What is wrong, each with the remedy. */
  readonly faults: readonly string[];
}

const ESTATE = rangeOf(ESTATE_RANGE);

export function clusterDoors(estate: SynthesizedEstate): ClusterDoors[] {
  return estate.ofType("google_container_cluster").map((cluster) => {
    const pools = estate.ofType("google_container_node_pool").filter((pool) => belongsTo(pool, cluster, estate));
    const { attributes, stack, type, id } = cluster;
    const [isPublic, arePublic] = [hasPublicEndpoint(attributes), hasPublicNodes(attributes, pools)];
    const leaking = leakingPools(attributes, pools);
    const foreign = foreignRanges(attributes);
    return {
      address: `${stack}: ${type}.${id}`,
      party: partyOf(String(attributes.name), estate),
      controlPlane: [isPublic ? "public address" : "private address", ...(byName(attributes) ? ["DNS name"] : [])].join(
        ", ",
      ),
      nodes: arePublic ? "public" : "private",
      metadata: leaking.length > 0 ? `${leaking.join(", ")}: the node's account` : "the pod's account",
      faults: [
        ...(isPublic ? ["has a control plane with a public address: set enable_private_endpoint"] : []),
        ...foreign.map((range) => `lets ${range} to its control plane: name ranges of the estate alone`),
        ...(arePublic ? ["has nodes with public addresses: set enable_private_nodes, in every pool"] : []),
        ...leaking.map((pool) => `hands the node's account to every pod on ${pool}: set GKE_METADATA`),
        ...(ignoresPolicies(attributes) ? ["does not enforce network policies: set ADVANCED_DATAPATH"] : []),
      ],
    };
  });
}

export function clusterRelations(estate: SynthesizedEstate): Relation[] {
  return clusterDoors(estate).map(({ party, controlPlane, nodes, metadata }) => ({
    from: party,
    to: { what: controlPlane },
    cells: [nodes, metadata],
  }));
}

function belongsTo(pool: SynthesizedResource, cluster: SynthesizedResource, estate: SynthesizedEstate): boolean {
  return estate.follow(String(pool.attributes.cluster), pool.stack) === cluster;
}

function hasPublicEndpoint({ private_cluster_config, control_plane_endpoints_config }: Attributes): boolean {
  const [endpoints] = listOf(control_plane_endpoints_config);
  const [byAddress] = listOf(endpoints?.ip_endpoints_config);
  // Addresses can be switched off altogether.
  if (byAddress?.enabled === false) return false;
  return listOf(private_cluster_config)[0]?.enable_private_endpoint !== true;
}

/** The name leads to the control plane by Google's own way, which asks for an identity first. */
function byName({ control_plane_endpoints_config }: Attributes): boolean {
  const [endpoints] = listOf(control_plane_endpoints_config);
  return listOf(endpoints?.dns_endpoint_config)[0]?.allow_external_traffic === true;
}

/** Ranges outside the estate that may ask the control plane. Without a list, GKE lets everybody. */
function foreignRanges({ master_authorized_networks_config }: Attributes): string[] {
  const [authorized] = listOf(master_authorized_networks_config);
  if (!authorized) return ["everybody"];
  const ranges = listOf(authorized.cidr_blocks).map(({ cidr_block }) => String(cidr_block));
  return [
    ...ranges.filter((range) => {
      const parsed = parseCidr(range);
      return typeof parsed === "string" || !contains(ESTATE, parsed);
    }),
    ...(authorized.gcp_public_cidrs_access_enabled === false ? [] : ["all of Google Cloud"]),
  ];
}

function hasPublicNodes({ private_cluster_config }: Attributes, pools: readonly SynthesizedResource[]): boolean {
  const poolSays = pools.map(({ attributes }) => listOf(attributes.network_config)[0]?.enable_private_nodes);
  return listOf(private_cluster_config)[0]?.enable_private_nodes !== true || poolSays.includes(false);
}

/** Pools whose pods get what the node may do: without workload identity, or past it. */
function leakingPools({ workload_identity_config }: Attributes, pools: readonly SynthesizedResource[]): string[] {
  const hasIdentities = Boolean(listOf(workload_identity_config)[0]?.workload_pool);
  return pools
    .filter(({ attributes }) => {
      const [config] = listOf(attributes.node_config);
      return !hasIdentities || listOf(config?.workload_metadata_config)[0]?.mode !== "GKE_METADATA";
    })
    .map(({ attributes }) => `pool ${attributes.name}`);
}

function ignoresPolicies({ datapath_provider, network_policy }: Attributes): boolean {
  return datapath_provider !== "ADVANCED_DATAPATH" && listOf(network_policy)[0]?.enabled !== true;
}
