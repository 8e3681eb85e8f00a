import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { StorageClassRow } from "./storage-class-row";

export interface StorageClassesProps {
  readonly rows: readonly StorageClassRow[];
  /** Id of the key that encrypts disks. */
  readonly diskKey: string;
}

/** Kinds of disks that pods can claim. */
export class StorageClasses extends Construct {
  readonly all: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { rows, diskKey }: StorageClassesProps) {
    super(scope, id);
    this.all = rows.map(
      ({ name, why, parameters, reclaimPolicy }) =>
        new StorageClassV1(this, name, {
          metadata: { name, annotations: { description: why } },
          storageProvisioner: "pd.csi.storage.gke.io",
          parameters: { ...parameters, "disk-encryption-kms-key": diskKey },
          volumeBindingMode: "WaitForFirstConsumer",
          allowVolumeExpansion: true,
          reclaimPolicy,
        }),
    );
  }
}
