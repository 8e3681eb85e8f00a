import { createHash } from "node:crypto";
import type { Cloud, Json, Stored } from "../../cloud";
import { computePath, placeOf } from "../../references";
import { Refusal } from "../../refusal";
import type { SpecialCases } from "../../special-case";
import { addressNamed, release, take } from "./addresses";

export const loadBalancing: SpecialCases = {
  defaults: {
    BackendService: {
      description: "",
      loadBalancingScheme: "EXTERNAL",
      sessionAffinity: "NONE",
      affinityCookieTtlSec: 0,
      timeoutSec: 30,
    },
    ForwardingRule: { description: "" },
  },
  created: {
    BackendService: ({ body }) => fillBackendService(body),
    ForwardingRule: ({ body, path }, { cloud }) => {
      const reserved = reservationOf(cloud, body);
      if (reserved) {
        if (placeOf(reserved.path) !== placeOf(path)) {
          throw new Refusal(400, `Address ${reserved.body.name} is in another region than the forwarding rule`);
        }
        checkForm(body, reserved);
        const { address, prefixLength, ipVersion, subnetwork } = reserved.body;
        body.IPAddress = prefixLength ? `${address}/${prefixLength}` : address;
        if (ipVersion === "IPV6") Object.assign(body, { ipVersion, subnetwork });
        take(reserved, path);
      }
      // Of a new one they are ignored: setLabels writes them.
      delete body.labels;
      body.networkTier ??= "PREMIUM";
      body.IPProtocol ??= "TCP";
      if (/^\d+$/.test(body.portRange)) body.portRange = `${body.portRange}-${body.portRange}`;
    },
  },
  changed: { BackendService: ({ body }) => fillBackendService(body) },
  deleted: {
    ForwardingRule: ({ body }, { cloud }) => {
      const reserved = reservationOf(cloud, body);
      if (reserved) release(reserved);
    },
  },
};

function fillBackendService(body: Json): void {
  for (const backend of body.backends ?? []) backend.balancingMode ??= "CONNECTION";
  if (!body.iap) return;
  // The secret itself is never answered.
  const { oauth2ClientSecret = "", ...iap } = body.iap;
  body.iap = { oauth2ClientSecretSha256: createHash("sha256").update(oauth2ClientSecret).digest("hex"), ...iap };
}

function checkForm({ IPAddress }: Json, { body: reserved }: Stored): void {
  if (reserved.ipVersion !== "IPV6" || IPAddress !== reserved.address) return;
  const message = `Invalid value for field 'resource.IPAddress': '${IPAddress}'. IPv6 addresses must be in the form of a /96 range`;
  throw new Refusal(400, message);
}

function reservationOf(cloud: Cloud, { IPAddress = "" }: Json): Stored | undefined {
  const named = addressNamed(cloud, IPAddress) ?? addressNamed(cloud, IPAddress.replace(/\/96$/, ""));
  return named ?? cloud.get("compute", computePath(cloud, IPAddress) ?? "");
}
