import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { type ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { names } from "../../config/names";

export interface CountryKeysProps {
  readonly country: string;
  readonly region: string;
  readonly projectNumber: number;
}

/**
 * Which service agent encrypts with which key. Agents' addresses contain the project number, because looking them up
 * would need an API call during plan.
 */
const AGENTS = {
  disks: "compute-system",
  clusters: "container-engine-robot",
  archives: "gs-project-accounts",
} as const;

/**
 * Google says that a grant usually takes effect within two minutes:
 * https://cloud.google.com/iam/docs/access-change-propagation
 */
const GRANT_SECONDS = 180;

export type KeyPurpose = keyof typeof AGENTS;

/** A country's encryption keys: for disks, cluster secrets and archives, each used by one service agent. */
export class CountryKeys extends Construct {
  /** Ids of the keys. */
  readonly ids: Readonly<Record<KeyPurpose, string>>;
  /** Users of a key in the same apply depend on this: by then the grants are effective. */
  readonly granted: ITerraformDependable;

  constructor(scope: Construct, id: string, { country, region, projectNumber }: CountryKeysProps) {
    super(scope, id);
    const ring = new KmsKeyRing(this, "ring", {
      name: names.keyRing(country),
      location: region,
      lifecycle: { preventDestroy: true },
    });
    const grants: Partial<Record<KeyPurpose, string>> = {};
    const key = (purpose: KeyPurpose): string => {
      const cryptoKey = new KmsCryptoKey(this, purpose, {
        name: purpose,
        keyRing: ring.id,
        rotationPeriod: "7776000s", // 90 days
        lifecycle: { preventDestroy: true }, // what it encrypted would be lost with it
      });
      grants[purpose] = new KmsCryptoKeyIamMember(this, `${purpose}-agent`, {
        cryptoKeyId: cryptoKey.id,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: `serviceAccount:service-${projectNumber}@${AGENTS[purpose]}.iam.gserviceaccount.com`,
      }).id;
      return cryptoKey.id;
    };
    this.ids = { disks: key("disks"), clusters: key("clusters"), archives: key("archives") };
    // The provider does not retry when Google says that an agent may not use a key yet.
    this.granted = new Pause(this, "granted", grants);
  }
}

/**
 * Waits until new grants take effect. cdktf's own `DataResource` does the same, but asks Terraform for its version,
 * and otherwise synthesis needs no Terraform.
 */
class Pause extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly grants: Readonly<Partial<Record<KeyPurpose, string>>>,
  ) {
    super(scope, id, {
      terraformResourceType: "terraform_data",
      provisioners: [{ type: "local-exec", command: `sleep ${GRANT_SECONDS}` }],
    });
  }

  protected override synthesizeAttributes() {
    return { triggers_replace: this.grants };
  }
}
