import type { Cloud, Json, Stored } from "../../cloud";
import { addressAt, isInside } from "../../ranges";
import { COMPUTE, referenced } from "../../references";
import { Refusal } from "../../refusal";
import type { SpecialCases } from "../../special-case";

export const addresses: SpecialCases = {
  defaults: { Address: { addressType: "EXTERNAL", status: "RESERVED", description: "" } },
  created: {
    Address: ({ body }, { cloud }) => {
      if (body.addressType === "INTERNAL") reserveInternal(cloud, body);
      else if (body.ipVersion === "IPV6") reserveIpv6(cloud, body);
      else {
        body.address ??= nextExternal(cloud);
        body.networkTier ??= "PREMIUM";
      }
    },
  },
};

function reserveInternal(cloud: Cloud, body: Json): void {
  const { ipCidrRange } = referenced(cloud, body.subnetwork).body;
  if (body.address && !isInside(body.address, ipCidrRange)) {
    throw new Refusal(
      400,
      `Invalid value for field 'resource.address': '${body.address}'. IP address is outside of the subnetwork's range ${ipCidrRange}`,
    );
  }
  if (addressNamed(cloud, body.address)) {
    throw new Refusal(400, `IP '${body.address}' is already being used by another resource.`);
  }
  body.address ??= nextInternal(cloud, ipCidrRange);
  body.purpose ??= "GCE_ENDPOINT";
  body.networkTier = "PREMIUM";
}

/** A load balancer's: the range of 2^32 addresses that is free in its subnet's upper half. */
function reserveIpv6(cloud: Cloud, body: Json): void {
  const { name, externalIpv6Prefix } = referenced(cloud, body.subnetwork).body;
  if (!externalIpv6Prefix) {
    throw new Refusal(400, `Subnetwork '${name}' has no external IPv6 range: Address '${body.name}' cannot lie in it`);
  }
  if (body.ipv6EndpointType !== "NETLB") throw Refusal.unknown(`what an address of ${body.ipv6EndpointType} is given`);
  for (let next = 0; body.address === undefined; next += 1) {
    const address = `${externalIpv6Prefix.replace(/:0:0:0:0\/64$/, "")}:8000:${next.toString(16)}:0:0`;
    if (!addressNamed(cloud, address)) Object.assign(body, { address, prefixLength: 96 });
  }
  body.networkTier ??= "PREMIUM";
}

/** The first two of a subnet are Google's own. */
function nextInternal(cloud: Cloud, range: string): string {
  for (let offset = 2; ; offset += 1) {
    const address = addressAt(range, offset);
    if (!isInside(address, range)) throw new Refusal(400, `IP space of '${range}' is exhausted.`);
    if (!addressNamed(cloud, address)) return address;
  }
}

/** A public address of Google's: as many as there are numbers. */
function nextExternal(cloud: Cloud): string {
  const count = cloud.all("Address").length;
  for (let next = count + 1; ; next += 1) {
    const address = `34.101.${Math.floor(next / 250)}.${(next % 250) + 1}`;
    if (!addressNamed(cloud, address)) return address;
  }
}

/** The reservation of an address. */
export function addressNamed(cloud: Cloud, address: string | undefined): Stored | undefined {
  return address === undefined ? undefined : cloud.all("Address").find(({ body }) => body.address === address);
}

export function take({ body }: Stored, userPath: string): void {
  Object.assign(body, { status: "IN_USE", users: [COMPUTE + userPath] });
}

export function release({ body }: Stored): void {
  body.status = "RESERVED";
  delete body.users;
}
