import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { AddressPlan } from "../config/address-plan";
import { getOrThrow } from "../config/get-or-throw";
import { names } from "../config/names";
import { BACKUP_LOCATION } from "../config/regions";
import { backupKeeper, isEvacuated, monitoringSite, type Topology } from "../config/topology";
import { DatabaseShared } from "../constructs/database/database-shared";
import { deadMansSwitchSecret, receiverSecrets } from "../constructs/monitoring/alert-secrets";
import { elasticsearchUserSecrets } from "../constructs/monitoring/elasticsearch-user-secrets";
import { ChallengeZone } from "../constructs/network/challenge-zone";
import { CountryKeys } from "../constructs/network/country-keys";
import { CountryNetwork } from "../constructs/network/country-network";
import { dockerHubRepository } from "../constructs/network/docker-hub";
import { EncryptionKeys } from "../constructs/network/encryption-keys";
import { Firewall } from "../constructs/network/firewall";
import { firewallRows } from "../constructs/network/firewall-rows";
import { outboundRows } from "../constructs/network/outbound-rows";
import { PrivateZone } from "../constructs/network/private-zone";
import { type PublicEdge, PublicZone } from "../constructs/network/public-zone";
import { vpc } from "../constructs/network/vpc";
import { setUpStack } from "../constructs/stack-setup";
import { databaseSharedSettings } from "../settings/database-shared";
import { firewallSettings } from "../settings/firewall";
import { privateNames } from "../settings/private-names";
import { stackSettings } from "../settings/stack";
import { type CountryNetworkOutputs, countryOutputs, type DatabaseOutputs, databaseOutputs } from "./network-outputs";

export interface NetworkStackProps {
  readonly topology: Topology;
  readonly plan: AddressPlan;
}

/** What must exist first and outlive everything else: the VPC, addresses, DNS, the firewall and the keys. */
export class NetworkStack extends TerraformStack {
  /** By country. */
  readonly outputs: Readonly<Record<string, CountryNetworkOutputs>>;
  readonly databaseOutputs: DatabaseOutputs;

  constructor(scope: Construct, id: string, { topology, plan }: NetworkStackProps) {
    super(scope, id);
    const { domain, dns, project, alerts } = topology;
    const projectNumber = project.number;
    setUpStack(this, stackSettings(topology));
    const network = vpc(this);
    const outputs: Record<string, CountryNetworkOutputs> = {};
    const edges: Record<string, PublicEdge> = {};
    const countries = new Construct(this, "countries");
    const parts = Object.entries(topology.countries).map(([country, { region }]) => {
      const scope = new Construct(countries, country);
      return { country, region, scope, keys: new CountryKeys(scope, "keys", { country, region, projectNumber }) };
    });
    const keysOf = Object.fromEntries(parts.map(({ country, keys }) => [country, keys]));
    for (const { country, region, scope, keys } of parts) {
      const part = new CountryNetwork(scope, "network", {
        country,
        region,
        plan: getOrThrow(plan, country),
        network: network.id,
      });
      dockerHubRepository(scope, region);
      if (monitoringSite(topology, country) === country) {
        elasticsearchUserSecrets(scope, country);
        if (alerts) deadMansSwitchSecret(scope, country);
      }
      const [{ address }, { address: addressIpv6 }] = [part.external.edge, part.external.edgeIpv6];
      edges[country] = { region, address, addressIpv6, inService: !isEvacuated(topology, country) };
      const keeper = getOrThrow(keysOf, backupKeeper(topology, country));
      outputs[country] = countryOutputs(scope, country, network, part, keys, keeper);
    }
    this.outputs = outputs;
    if (alerts) receiverSecrets(this, alerts);
    const databaseKeys = new EncryptionKeys(this, "database-keys", {
      ring: names.databaseKeyRing,
      location: BACKUP_LOCATION,
      agents: { backups: "gs-project-accounts" },
      projectNumber,
    });
    const { backupBucket } = new DatabaseShared(this, "database", {
      ...databaseSharedSettings(topology),
      key: databaseKeys.id("backups"),
      keyGranted: databaseKeys.granted,
    });
    this.databaseOutputs = databaseOutputs(this, backupBucket);
    const firewall = firewallSettings(topology, plan);
    new Firewall(this, "firewall", {
      network: network.id,
      rules: firewallRows(firewall),
      outbound: outboundRows(firewall),
    });
    const publicZone = new PublicZone(this, "public-zone", { domain, ...dns, edges });
    if (dns.acmeContact) new ChallengeZone(this, "challenge-zone", { domain, publicZone: publicZone.name });
    new PrivateZone(this, "private-zone", { domain, network: network.id, addresses: privateNames(topology, plan) });
  }
}
