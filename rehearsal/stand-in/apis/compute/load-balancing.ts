import type { Cloud, Json, Stored } from "../../cloud";
import { computePath, placeOf } from "../../references";
import { Refusal } from "../../refusal";
import type { SpecialCases } from "../../special-case";
import { addressNamed, release, take } from "./addresses";

export const loadBalancing: SpecialCases = {
  defaults: { BackendService: { sessionAffinity: "NONE", timeoutSec: 30 } },
  created: {
    BackendService: ({ body }) => {
      for (const backend of body.backends ?? []) backend.balancingMode ??= "CONNECTION";
    },
    ForwardingRule: ({ body, path }, { cloud }) => {
      const reserved = reservationOf(cloud, body);
      if (reserved) {
        if (placeOf(reserved.path) !== placeOf(path)) {
          throw new Refusal(400, `Address ${reserved.body.name} is in another region than the forwarding rule`);
        }
        body.IPAddress = reserved.body.address;
        take(reserved, path);
      }
      body.networkTier ??= "PREMIUM";
    },
  },
  deleted: {
    ForwardingRule: ({ body }, { cloud }) => {
      const reserved = reservationOf(cloud, body);
      if (reserved) release(reserved);
    },
  },
};

function reservationOf(cloud: Cloud, { IPAddress = "" }: Json): Stored | undefined {
  return addressNamed(cloud, IPAddress) ?? cloud.get("compute", computePath(cloud, IPAddress) ?? "");
}
