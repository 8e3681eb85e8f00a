import type { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import type { Construct } from "constructs";
import type { CountryKeys } from "../constructs/network/country-keys";
import type { CountryNetwork } from "../constructs/network/country-network";
import { StackOutputs } from "../constructs/stack-outputs";

/** What a country's stacks need from the network. */
export type CountryNetworkOutputs = ReturnType<typeof countryOutputs>;

/** Publishes one country's part of the network. */
export function countryOutputs(
  scope: Construct,
  country: string,
  vpc: ComputeNetwork,
  { subnets, external }: CountryNetwork,
  { ids }: CountryKeys,
  /** Of the country that keeps its clusters' backups. */
  keeper: CountryKeys,
) {
  return new StackOutputs(scope, "outputs", {
    prefix: country,
    values: {
      network: { value: vpc.id, description: "Id of the VPC" },
      nodesSubnet: { value: subnets.nodes.id, description: "Subnet of the app cluster's nodes" },
      monitoringSubnet: { value: subnets.monitoring.id, description: "Subnet of the monitoring cluster's nodes" },
      edgeSubnet: { value: subnets.edge.id, description: "Subnet of the HAProxy machines" },
      dataSubnet: { value: subnets.data.id, description: "Subnet of the database machines" },
      vpnSubnet: { value: subnets.vpn.id, description: "Subnet of the VPN's host" },
      edgeAddress: { value: external.edge.address, description: "Public address that users are sent to" },
      edgeAddressIpv6: {
        // The rule wants a /96, which the address does not say of itself.
        value: external.edgeIpv6.selfLink,
        description: "Reservation of the public IPv6 address that users are sent to",
      },
      vpnAddress: { value: external.vpn.address, description: "Public address that operators' tunnels go to" },
      disksKey: { value: ids.disks, description: "Key that encrypts disks that hold nothing to restore" },
      volumesKey: { value: ids.volumes, description: "Key that encrypts disks whose copies any country may restore" },
      backupsKey: {
        value: keeper.ids.backups,
        description: "Key that encrypts the clusters' backups, where they are kept",
      },
      clustersKey: { value: ids.clusters, description: "Key that encrypts the clusters' secrets" },
      archivesKey: { value: ids.archives, description: "Key that encrypts the archive buckets" },
    },
  });
}

/** What every country's database nodes need besides their network. */
export type DatabaseOutputs = ReturnType<typeof databaseOutputs>;

/** Publishes what all countries' database nodes share. */
export function databaseOutputs(scope: Construct, backupBucket: string) {
  return new StackOutputs(scope, "database-outputs", {
    prefix: "database",
    values: { backupBucket: { value: backupBucket, description: "Bucket of the database's backups" } },
  });
}
