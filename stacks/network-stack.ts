import { ComputeNetwork } from "@cdktf/provider-google/lib/compute-network";
import { SecretManagerSecret } from "@cdktf/provider-google/lib/secret-manager-secret";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import { type AddressPlan, fixedAddress } from "../config/address-plan";
import { entry } from "../config/entry";
import { ELASTICSEARCH_USERS, names } from "../config/names";
import { monitoringSite, type Topology } from "../config/topology";
import { DatabaseShared } from "../constructs/database/database-shared";
import { CountryKeys } from "../constructs/network/country-keys";
import { CountryNetwork } from "../constructs/network/country-network";
import { Firewall } from "../constructs/network/firewall";
import { firewallRows } from "../constructs/network/firewall-rows";
import { PrivateZone } from "../constructs/network/private-zone";
import { PublicZone } from "../constructs/network/public-zone";
import { StackOutputs } from "../constructs/stack-outputs";
import { setUpStack } from "../constructs/stack-setup";

export interface NetworkStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
}

/** What a country's stacks need from the network. */
export type CountryNetworkOutputs = StackOutputs<
  | "network"
  | "nodesSubnet"
  | "monitoringSubnet"
  | "edgeSubnet"
  | "dataSubnet"
  | "vpnSubnet"
  | "edgeAddress"
  | "vpnAddress"
  | "disksKey"
  | "clustersKey"
  | "archivesKey"
>;

/** What every country's database nodes need beside their network. */
export type DatabaseOutputs = StackOutputs<"backupBucket">;

/** What must exist first and outlive everything: the VPC, every address, DNS, the firewall and the keys. */
export class NetworkStack extends TerraformStack {
  /** By country. */
  readonly outputs: Readonly<Record<string, CountryNetworkOutputs>>;
  readonly databaseOutputs: DatabaseOutputs;

  constructor(scope: Construct, id: string, { topology, plan }: NetworkStackProps) {
    super(scope, id);
    setUpStack(this, topology);
    const vpc = this.vpc();
    const outputs: Record<string, CountryNetworkOutputs> = {};
    const edges: Record<string, { region: string; address: string }> = {};
    const archiveKeys: Record<string, string> = {};
    const countries = new Construct(this, "countries");
    for (const [country, { region }] of Object.entries(topology.countries)) {
      const scope = new Construct(countries, country);
      const network = new CountryNetwork(scope, "network", {
        country,
        region,
        plan: entry(plan, country),
        network: vpc.id,
      });
      const keys = new CountryKeys(scope, "keys", { country, region, projectNumber: topology.project.number });
      if (monitoringSite(topology, country) === country) elasticsearchUsers(scope, country);
      edges[country] = { region, address: network.external.edge.address };
      archiveKeys[country] = keys.ids.archives;
      outputs[country] = publish(scope, country, vpc, network, keys);
    }
    this.outputs = outputs;
    if (topology.alerts) {
      new SecretManagerSecret(this, "alert-receiver", { secretId: topology.alerts.secret, replication: { auto: {} } });
    }
    this.databaseOutputs = this.database(topology, archiveKeys);
    new Firewall(this, "firewall", { network: vpc.id, rules: firewallRows(topology, plan) });
    new PublicZone(this, "public-zone", { domain: topology.domain, ...topology.dns, edges });
    new PrivateZone(this, "private-zone", {
      domain: topology.domain,
      network: vpc.id,
      addresses: privateNames(topology, plan),
    });
  }

  /**
   * Backups lie in the first database's country: its node is the last that would make one, and no country that is added
   * later moves the bucket, which would empty it.
   */
  private database(
    { project, countries, firstDatabase }: Topology,
    archiveKeys: Readonly<Record<string, string>>,
  ): DatabaseOutputs {
    const { region, database } = entry(countries, firstDatabase);
    const shared = new DatabaseShared(this, "database", {
      project: project.id,
      region,
      key: entry(archiveKeys, firstDatabase),
      keepBackupsDays: database.keepBackupsDays,
    });
    return new StackOutputs(this, "database-outputs", {
      prefix: "database",
      values: { backupBucket: { value: shared.backupBucket, description: "Bucket of the database's backups" } },
    });
  }

  private vpc(): ComputeNetwork {
    return new ComputeNetwork(this, "vpc", {
      name: names.network,
      description: "One VPC over all countries, so that they reach each other privately and encrypted",
      autoCreateSubnetworks: false,
      routingMode: "GLOBAL",
      mtu: 1460,
      lifecycle: { preventDestroy: true },
    });
  }
}

function publish(
  scope: Construct,
  country: string,
  vpc: ComputeNetwork,
  { subnets, external }: CountryNetwork,
  { ids }: CountryKeys,
): CountryNetworkOutputs {
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
      vpnAddress: { value: external.vpn.address, description: "Public address that operators' tunnels go to" },
      disksKey: { value: ids.disks, description: "Key that encrypts disks" },
      clustersKey: { value: ids.clusters, description: "Key that encrypts the clusters' secrets" },
      archivesKey: { value: ids.archives, description: "Key that encrypts the archive buckets" },
    },
  });
}

/**
 * For the users that a site's Elasticsearch makes when it comes into being, after those who read them. The External
 * Secrets Operator writes only to what has its label.
 */
function elasticsearchUsers(scope: Construct, site: string): void {
  for (const user of ELASTICSEARCH_USERS) {
    new SecretManagerSecret(scope, `elasticsearch-${user}`, {
      secretId: names.elasticsearchUser(site, user),
      replication: { auto: {} },
      labels: { "managed-by": "external-secrets" },
    });
  }
}

/** Labels and addresses by country. A country without a monitoring site finds its site under its own name. */
function privateNames(topology: Topology, plan: AddressPlan): Record<string, Record<string, string>> {
  const siteLabels = ["prometheus", "prometheus-1", "prometheus-2", "grafana", "elasticsearch", "kibana"];
  return Object.fromEntries(
    Object.entries(plan).map(([country, { fixed }]) => {
      const site = monitoringSite(topology, country);
      const own = Object.entries(fixed).map(([label, { address }]) => [label, address] as const);
      const borrowed = siteLabels.map((label) => [label, fixedAddress(plan, site, label)] as const);
      return [country, Object.fromEntries([...own, ...borrowed])];
    }),
  );
}
