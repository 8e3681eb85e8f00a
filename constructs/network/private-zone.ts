import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import { DnsPolicy } from "@cdktf/provider-google/lib/dns-policy";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { hosts, names } from "../../config/names";

export interface PrivateZoneProps {
  readonly domain: string;
  /** Id of the VPC that may query it. */
  readonly network: string;
  /** Fixed internal addresses by label, by country. */
  readonly addresses: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Names for the fixed internal addresses, resolvable only within the VPC; all of the VPC's queries are logged. */
export class PrivateZone extends Construct {
  constructor(scope: Construct, id: string, { domain, network, addresses }: PrivateZoneProps) {
    super(scope, id);
    const zone = new DnsManagedZone(this, "zone", {
      name: names.privateZone,
      dnsName: `${hosts.internalZone(domain)}.`,
      description: "Fixed internal addresses",
      visibility: "private",
      privateVisibilityConfig: { networks: [{ networkUrl: network }] },
    });
    const countries = new Construct(this, "countries");
    for (const [country, labels] of Object.entries(addresses)) {
      const records = new Construct(countries, country);
      for (const [label, address] of Object.entries(labels)) {
        new DnsRecordSet(records, label, {
          managedZone: zone.name,
          name: `${hosts.internal(domain, country, label)}.`,
          type: "A",
          ttl: 300,
          rrdatas: [address],
        });
      }
    }
    new DnsPolicy(this, "policy", { name: "shop-logging", enableLogging: true, networks: [{ networkUrl: network }] });
  }
}
