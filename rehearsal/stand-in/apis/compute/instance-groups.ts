import type { Json } from "../../cloud";
import { checkKey } from "../../keys";
import { COMPUTE, placeOf } from "../../references";
import type { SpecialCases } from "../../special-case";
import { fillMachine } from "./machines";

/** Templates, and managers that are stable at once: no machine boots in a rehearsal. */
export const instanceGroups: SpecialCases = {
  methods: {
    // What a group's machines are: told by the group's size.
    "compute.regionInstanceGroupManagers.listManagedInstances": ({ cloud, path }) => {
      const { body } = cloud.must("compute", path.replace(/\/listManagedInstances$/, ""));
      const zones = `${COMPUTE}projects/${cloud.project.id}/zones/${placeOf(path)}-a`;
      return {
        managedInstances: Array.from({ length: body.targetSize }, (_, index) => ({
          instance: `${zones}/instances/${body.baseInstanceName}-${index}`,
          instanceStatus: "RUNNING",
          currentAction: "NONE",
        })),
      };
    },
    "compute.regionInstanceGroupManagers.resize": ({ cloud, path, query }, reply) => {
      const stored = cloud.must("compute", path.replace(/\/resize$/, ""));
      stored.body.targetSize = Number(query.get("size"));
      settle(stored.body);
      return reply(stored);
    },
  },
  created: {
    InstanceTemplate: ({ body: { properties = {} }, path }, { cloud }) => {
      for (const disk of properties.disks ?? []) {
        checkKey(cloud, disk.diskEncryptionKey?.kmsKeyName, "compute-system", placeOf(path));
      }
      fillMachine(properties);
    },
    // A manager makes its group.
    InstanceGroupManager: ({ api, body, path }, { cloud }) => {
      const group = path.replace("instanceGroupManagers", "instanceGroups");
      const made = { kind: "compute#instanceGroup", name: body.name, selfLink: COMPUTE + group, size: body.targetSize };
      cloud.put({ api, schema: "InstanceGroup", path: group, body: made });
      body.instanceGroup = COMPUTE + group;
      settle(body);
    },
  },
  changed: { InstanceGroupManager: ({ body }) => settle(body) },
  deleted: {
    InstanceGroupManager: ({ path }, { cloud }) =>
      cloud.drop("compute", path.replace("instanceGroupManagers", "instanceGroups")),
  },
};

function settle(body: Json): void {
  if (Object.keys(body.instanceFlexibilityPolicy ?? {}).length === 0) delete body.instanceFlexibilityPolicy;
  body.status = {
    isStable: true,
    versionTarget: { isReached: true },
    allInstancesConfig: { effective: true },
    stateful: { hasStatefulConfig: false, perInstanceConfigs: { allEffective: true } },
  };
  for (const version of body.versions ?? []) version.targetSize ??= { calculated: body.targetSize };
  body.instanceTemplate = body.versions?.[0]?.instanceTemplate ?? body.instanceTemplate;
  body.currentActions = { none: body.targetSize, creating: 0, recreating: 0, deleting: 0 };
  body.listManagedInstancesResults ??= "PAGELESS";
  body.updatePolicy = { type: "OPPORTUNISTIC", ...body.updatePolicy };
}
