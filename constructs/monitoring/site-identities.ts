import { DnsManagedZoneIamMember } from "@cdktf/provider-google/lib/dns-managed-zone-iam-member";
import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { WorkloadIdentity } from "../kubernetes/workload-identity";
import type { SiteIdentityRow } from "./site-identity-rows";
import type { SiteBuckets } from "./site-settings";

export interface SiteIdentitiesProps {
  readonly project: string;
  /** Country of the site. */
  readonly country: string;
  readonly rows: readonly SiteIdentityRow[];
  readonly buckets: SiteBuckets;
  /** Dependencies of everything deployed into the namespace. */
  readonly ready: (namespace: string) => readonly ITerraformDependable[];
}

/** Adding a version requires looking the secret up first. */
const SECRET_WRITER_ROLES = ["viewer", "secretVersionAdder"] as const;

/** Turns the table into the pods' identities, with their rights. */
export class SiteIdentities extends Construct {
  private readonly byNamespace = new Map<string, ITerraformDependable[]>();

  constructor(scope: Construct, id: string, props: SiteIdentitiesProps) {
    super(scope, id);
    for (const row of props.rows) {
      const identity = new WorkloadIdentity(this, row.role, {
        project: props.project,
        country: props.country,
        role: row.role,
        displayName: `${row.purpose} in ${props.country}`,
        namespace: row.namespace,
        secrets: row.reads ?? [],
        projectRoles: row.projectRoles ?? [],
        dependsOn: props.ready(row.namespace),
      });
      grant(identity, row, props.buckets);
      this.byNamespace.set(row.namespace, [...this.ready(row.namespace), ...identity.ready]);
    }
  }

  /** Identities and rights that a namespace's pods depend on. */
  ready(namespace: string): readonly ITerraformDependable[] {
    return this.byNamespace.get(namespace) ?? [];
  }
}

function grant(
  identity: WorkloadIdentity,
  { bucket, writes = [], replaces = [], zone }: SiteIdentityRow,
  buckets: SiteBuckets,
): void {
  const { member } = identity;
  if (bucket) {
    // They compact and expire their own objects, so they may change and delete.
    new StorageBucketIamMember(identity, "bucket", {
      bucket: buckets[bucket],
      role: "roles/storage.objectUser",
      member,
    });
  }
  const secretRoles = [
    ...writes.flatMap((secretId) => SECRET_WRITER_ROLES.map((role) => ({ secretId, role }))),
    ...replaces.map((secretId) => ({ secretId, role: "secretVersionManager" })),
  ];
  for (const { secretId, role } of secretRoles) {
    new SecretManagerSecretIamMember(identity, `${secretId}-${role}`, {
      secretId,
      role: `roles/secretmanager.${role}`,
      member,
    });
  }
  if (zone) new DnsManagedZoneIamMember(identity, "zone", { managedZone: zone, role: "roles/dns.admin", member });
}
