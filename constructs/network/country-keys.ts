import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { Construct } from "constructs";
import { names } from "../../config/names";

export interface CountryKeysProps {
  readonly country: string;
  readonly region: string;
  readonly projectNumber: number;
}

/**
 * Which service agent encrypts with which key. Agents' addresses are built from the project number, because
 * looking them up needs an API call at plan.
 */
const AGENTS = {
  disks: "compute-system",
  clusters: "container-engine-robot",
  archives: "gs-project-accounts",
} as const;

export type KeyPurpose = keyof typeof AGENTS;

/** A country's encryption keys: one for disks, one for cluster secrets, one for archives, each with one user. */
export class CountryKeys extends Construct {
  /** Ids of the keys. */
  readonly ids: Readonly<Record<KeyPurpose, string>>;

  constructor(scope: Construct, id: string, { country, region, projectNumber }: CountryKeysProps) {
    super(scope, id);
    const ring = new KmsKeyRing(this, "ring", {
      name: names.keyRing(country),
      location: region,
      lifecycle: { preventDestroy: true },
    });
    const key = (purpose: KeyPurpose): string => {
      const cryptoKey = new KmsCryptoKey(this, purpose, {
        name: purpose,
        keyRing: ring.id,
        rotationPeriod: "7776000s", // 90 days
        lifecycle: { preventDestroy: true }, // what it encrypted would be lost with it
      });
      const member = new KmsCryptoKeyIamMember(this, `${purpose}-agent`, {
        cryptoKeyId: cryptoKey.id,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: `serviceAccount:service-${projectNumber}@${AGENTS[purpose]}.iam.gserviceaccount.com`,
      });
      // Through the grant, so that nobody uses the key before its agent may.
      return member.cryptoKeyId;
    };
    this.ids = { disks: key("disks"), clusters: key("clusters"), archives: key("archives") };
  }
}
