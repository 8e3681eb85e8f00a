import { KmsCryptoKey } from "@cdktf/provider-google/lib/kms-crypto-key";
import { KmsCryptoKeyIamMember } from "@cdktf/provider-google/lib/kms-crypto-key-iam-member";
import { KmsKeyRing } from "@cdktf/provider-google/lib/kms-key-ring";
import { type ITerraformDependable, TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { getOrThrow } from "../../config/get-or-throw";

/** Google's own account that encrypts for a service. */
export type ServiceAgent = "compute-system" | "container-engine-robot" | "gs-project-accounts" | "gcp-sa-gkebackup";

export interface EncryptionKeysProps<Key extends string> {
  /** Name of the key ring. */
  readonly ring: string;
  /** A region; a multi-region, of buckets there; or `global`, of what must be readable when a region is lost. */
  readonly location: string;
  /** Names of the keys, and who uses each. */
  readonly agents: Readonly<Record<Key, ServiceAgent>>;
  readonly projectNumber: number;
}

/** Google says that a grant counts after two minutes as a rule: https://cloud.google.com/iam/docs/access-change-propagation */
const GRANT_SECONDS = 180;

/**
 * A ring of encryption keys, each with one user. Users' addresses are built from the project number, because looking
 * them up needs an API call at plan.
 */
export class EncryptionKeys<Key extends string> extends Construct {
  /** Id of a key. */
  readonly id: (key: Key) => string;
  /** What uses a key in the same apply comes after this: the grants count by then. */
  readonly granted: ITerraformDependable;

  constructor(scope: Construct, id: string, { ring, location, agents, projectNumber }: EncryptionKeysProps<Key>) {
    super(scope, id);
    const keyRing = new KmsKeyRing(this, "ring", { name: ring, location, lifecycle: { preventDestroy: true } });
    const ids: Record<string, string> = {};
    const grants: Record<string, string> = {};
    for (const [key, agent] of Object.entries<ServiceAgent>(agents)) {
      const cryptoKey = new KmsCryptoKey(this, key, {
        name: key,
        keyRing: keyRing.id,
        rotationPeriod: "7776000s", // 90 days
        lifecycle: { preventDestroy: true }, // what it encrypted would be lost with it
      });
      ids[key] = cryptoKey.id;
      grants[key] = new KmsCryptoKeyIamMember(this, `${key}-agent`, {
        cryptoKeyId: cryptoKey.id,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: `serviceAccount:service-${projectNumber}@${agent}.iam.gserviceaccount.com`,
      }).id;
    }
    this.id = (key) => getOrThrow(ids, key);
    // The provider does not try again when Google says that an agent may not use a key yet.
    this.granted = new Pause(this, "granted", grants);
  }
}

/**
 * Waits until new grants are in force. cdktf's own `DataResource` is the same, but asks Terraform for its version, and
 * synthesis needs no Terraform otherwise.
 */
class Pause extends TerraformResource {
  constructor(
    scope: Construct,
    id: string,
    private readonly grants: Readonly<Record<string, string>>,
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
