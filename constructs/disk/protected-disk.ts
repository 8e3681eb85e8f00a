import { ComputeDisk } from "@cdktf/provider-google/lib/compute-disk";
import { ComputeDiskResourcePolicyAttachment } from "@cdktf/provider-google/lib/compute-disk-resource-policy-attachment";
import { Construct } from "constructs";

export interface ProtectedDiskProps {
  readonly name: string;
  readonly zone: string;
  /** Size in GB: 10 to 65,536. It can grow but never shrink. */
  readonly sizeGb: number;
  readonly type: "pd-ssd" | "pd-balanced";
  /** Id of the key that encrypts it. */
  readonly key: string;
  /** Name of its snapshot policy. */
  readonly snapshots: string;
}

/** A data disk that outlives its machine: encrypted, snapshotted by a policy, and protected from destruction. */
export class ProtectedDisk extends Construct {
  readonly selfLink: string;

  constructor(scope: Construct, id: string, { name, zone, sizeGb, type, key, snapshots }: ProtectedDiskProps) {
    super(scope, id);
    const disk = new ComputeDisk(this, "Default", {
      name,
      zone,
      type,
      size: sizeGb,
      diskEncryptionKey: { kmsKeySelfLink: key },
      // A disk restored from a snapshot has this attribute, and must not be replaced because of it.
      lifecycle: { preventDestroy: true, ignoreChanges: ["snapshot"] },
    });
    new ComputeDiskResourcePolicyAttachment(this, "snapshots", { name: snapshots, disk: disk.name, zone });
    this.selfLink = disk.selfLink;
  }
}
