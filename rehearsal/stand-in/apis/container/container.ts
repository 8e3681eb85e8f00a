import { Refusal } from "../../refusal";
import type { SpecialCases } from "../../special-case";
import { updateCluster } from "./cluster-updates";
import { createCluster, viewOfCluster } from "./clusters";
import { changeNodePool, createNodePool } from "./node-pools";

export const container: SpecialCases = {
  views: { Cluster: viewOfCluster },
  created: { Cluster: createCluster, NodePool: createNodePool },
  changed: { Cluster: updateCluster, NodePool: changeNodePool },
  // What a failed creation leaves has to be deleted before its name can be used again.
  failed: {
    Cluster: ({ body }) => Object.assign(body, { status: "ERROR" }),
    NodePool: ({ body }) => Object.assign(body, { status: "ERROR" }),
  },
  deleted: {
    Cluster: ({ body, path }, { cloud }) => {
      const plan = cloud.all("BackupPlan").find((one) => String(one.body.cluster).endsWith(path));
      if (plan) throw new Refusal(400, `Cluster ${body.name} is protected by the backup plan ${plan.path}`);
    },
  },
};
