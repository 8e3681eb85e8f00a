import { DnsManagedZone } from "@cdktf/provider-google/lib/dns-managed-zone";
import type { TerraformResourceLifecycle } from "cdktf";
import type { Construct } from "constructs";

export interface SignedZoneProps {
  readonly name: string;
  /** Without a trailing dot. */
  readonly domain: string;
  readonly description: string;
  readonly lifecycle?: TerraformResourceLifecycle;
}

/** A public zone with DNSSEC, whose queries are logged. */
export function signedZone(scope: Construct, id: string, { domain, ...props }: SignedZoneProps): DnsManagedZone {
  const key = { algorithm: "ecdsap256sha256", kind: "dns#dnsKeySpec", keyLength: 256 };
  return new DnsManagedZone(scope, id, {
    ...props,
    dnsName: `${domain}.`,
    dnssecConfig: {
      state: "on",
      nonExistence: "nsec3",
      defaultKeySpecs: [
        { ...key, keyType: "keySigning" },
        { ...key, keyType: "zoneSigning" },
      ],
    },
    cloudLoggingConfig: { enableLogging: true },
  });
}
