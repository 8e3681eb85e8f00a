import { DataGoogleDnsKeys } from "@cdktf/provider-google/lib/data-google-dns-keys";
import { DnsRecordSet } from "@cdktf/provider-google/lib/dns-record-set";
import { Construct } from "constructs";
import { hosts, names } from "../../config/names";
import { signedZone } from "./signed-zone";

export interface ChallengeZoneProps {
  readonly domain: string;
  /** Name of the shop's zone, which refers to this one. */
  readonly publicZone: string;
}

const TTL_SECONDS = 300;

/**
 * A signed zone for the answers to a CA's challenges alone, to which the shop's names refer: who renews certificates
 * writes here, and cannot change where the shop's users are sent.
 */
export class ChallengeZone extends Construct {
  constructor(scope: Construct, id: string, { domain, publicZone }: ChallengeZoneProps) {
    super(scope, id);
    const own = hosts.challengeZone(domain);
    const zone = signedZone(this, "zone", {
      name: names.challengeZone,
      domain: own,
      description: "Answers to the challenges of the CA that renews the edges' certificates",
    });
    // By its id, which is unknown until the zone is there.
    const keys = new DataGoogleDnsKeys(this, "keys", { managedZone: zone.id });
    const record = (id: string, name: string, type: string, rrdatas: string[]) =>
      new DnsRecordSet(this, id, { managedZone: publicZone, name: `${name}.`, type, ttl: TTL_SECONDS, rrdatas });
    record("name-servers", own, "NS", zone.nameServers);
    record("signer", own, "DS", [keys.keySigningKeys.get(0).dsRecord]);
    for (const host of hosts.shop(domain)) {
      const challenge = hosts.challenge(domain, host);
      record(challenge.split(".")[0] ?? challenge, `_acme-challenge.${host}`, "CNAME", [`${challenge}.`]);
    }
  }
}
