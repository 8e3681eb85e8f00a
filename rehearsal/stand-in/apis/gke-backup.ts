import { checkKey } from "../keys";
import { placeOf } from "../references";
import type { SpecialCases } from "../special-case";

export const gkeBackup: SpecialCases = {
  created: {
    BackupPlan: ({ body, path }, { cloud }) => {
      cloud.must("container", String(body.cluster).replace(/^.*\/?projects\//, "projects/"));
      // Backups are encrypted where they are kept, which is not where the cluster is.
      const key = body.backupConfig?.encryptionKey?.gcpKmsEncryptionKey;
      checkKey(cloud, key, "gcp-sa-gkebackup", placeOf(path));
      Object.assign(body, { state: "READY", stateReason: "Resource has been created successfully." });
    },
  },
};
