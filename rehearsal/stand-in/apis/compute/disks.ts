import type { Json, Request, Stored } from "../../cloud";
import { checkKey, nameKeyVersion } from "../../keys";
import { COMPUTE, computePath, placeOf, referenced } from "../../references";
import { Refusal } from "../../refusal";
import type { SpecialCases } from "../../special-case";

export const disks: SpecialCases = {
  defaults: {
    Disk: { status: "READY", physicalBlockSizeBytes: "4096" },
    ResourcePolicy: { status: "READY" },
  },
  methods: {
    "compute.disks.addResourcePolicies": (request, reply) => {
      const { disk, policies } = policiesOf(request, "addResourcePolicies");
      for (const policy of policies) {
        if (!placeOf(disk.path).startsWith(placeOf(referenced(request.cloud, policy).path))) {
          throw new Refusal(400, `${policy} is in another region than ${disk.path}`);
        }
      }
      disk.body.resourcePolicies = [...new Set([...(disk.body.resourcePolicies ?? []), ...policies])];
      return reply(disk);
    },
    "compute.disks.removeResourcePolicies": (request, reply) => {
      const { disk, policies } = policiesOf(request, "removeResourcePolicies");
      disk.body.resourcePolicies = disk.body.resourcePolicies?.filter((one: string) => !policies.includes(one)) ?? [];
      return reply(disk);
    },
  },
  created: {
    Disk: ({ body, path }, { cloud }) => {
      checkKey(cloud, body.diskEncryptionKey?.kmsKeyName, "compute-system", placeOf(path));
      nameKeyVersion(body.diskEncryptionKey);
      body.sizeGb = String(body.sizeGb ?? 10);
    },
    ResourcePolicy: ({ body }) => {
      const daily = body.snapshotSchedulePolicy?.schedule?.dailySchedule;
      if (daily) daily.duration = "PT14400S";
    },
  },
  changed: {
    Disk: ({ body }, { body: request, method }) => {
      if (method.verb === "resize") body.sizeGb = String(request.sizeGb);
    },
  },
};

function policiesOf({ cloud, path, body }: Request, verb: string): { disk: Stored; policies: string[] } {
  const disk = cloud.must("compute", path.replace(`/${verb}`, ""));
  const policies = (body.resourcePolicies as Json[]).map((one) => COMPUTE + (computePath(cloud, one) ?? one));
  return { disk, policies };
}
