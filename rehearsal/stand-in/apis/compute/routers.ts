import type { Json } from "../../cloud";
import type { SpecialCases } from "../../special-case";

export const routers: SpecialCases = {
  defaults: { Router: { encryptedInterconnectRouter: false } },
  created: { Router: ({ body }) => fillNats(body) },
  changed: { Router: ({ body }) => fillNats(body) },
};

function fillNats(router: Json): void {
  for (const nat of router.nats ?? []) {
    nat.type ||= "PUBLIC";
    nat.endpointTypes ??= ["ENDPOINT_TYPE_VM"];
    if (nat.type === "PUBLIC") nat.autoNetworkTier ||= "PREMIUM";
    else nat.enableDynamicPortAllocation ??= true;
  }
}
