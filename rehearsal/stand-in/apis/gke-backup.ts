import type { SpecialCases } from "../special-case";

export const gkeBackup: SpecialCases = {
  created: {
    BackupPlan: ({ body }, { cloud }) => {
      cloud.must("container", String(body.cluster).replace(/^.*\/?projects\//, "projects/"));
      Object.assign(body, { state: "READY", stateReason: "Resource has been created successfully." });
    },
  },
};
