import type { ComputeInstanceConfig } from "@cdktf/provider-google/lib/compute-instance";
import type { ProtectedDisk } from "../disk/protected-disk";
import { escapeTemplate } from "../escape-template";

/** Project roles of every machine's identity: write logs and metrics. Anything else is granted per resource. */
export const MACHINE_ROLES = ["roles/logging.logWriter", "roles/monitoring.metricWriter"] as const;

/** Verified boot, from firmware to kernel. */
export const SHIELDED_VM = { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true } as const;

/**
 * Metadata of a machine: SSH through OS Login only, no serial console, and the machine's texts, escaped for Terraform.
 * @param texts scripts, settings and configs by metadata key; they must not contain tokens
 */
export function machineMetadata(texts: Readonly<Record<string, string>>): Record<string, string> {
  return {
    "enable-oslogin": "TRUE",
    "block-project-ssh-keys": "TRUE",
    "serial-port-enable": "FALSE",
    ...Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, escapeTemplate(text)])),
  };
}

/** The machine's identity; only IAM limits what it may do. */
export function machineAccount(email: string) {
  return { email, scopes: ["cloud-platform"] };
}

export interface StatefulMachineProps {
  readonly name: string;
  readonly zone: string;
  readonly machineType: string;
  readonly description: string;
  /** Network tag that firewall rows use. */
  readonly tag: string;
  readonly image: string;
  /** Id of the subnet, and the machine's fixed address in it. */
  readonly subnet: string;
  readonly address: string;
  /** Reserved public address. @default none */
  readonly publicAddress?: string;
  /** Holds everything that cannot be recreated. */
  readonly data: ProtectedDisk;
  /** Id of the key that encrypts the boot disk and the data disk. */
  readonly diskKey: string;
  readonly email: string;
  /** See {@link machineMetadata}. */
  readonly texts: Readonly<Record<string, string>>;
}

/** A machine that nothing replaces on its own: it has its own data disk and address, and ignores newer images. */
export function statefulMachine(props: StatefulMachineProps): ComputeInstanceConfig {
  const { name, zone, machineType, description, diskKey } = props;
  return {
    name,
    zone,
    machineType,
    description,
    tags: [props.tag],
    bootDisk: {
      initializeParams: { image: props.image, size: 20, type: "pd-balanced" },
      kmsKeySelfLink: diskKey,
    },
    attachedDisk: [{ source: props.data.selfLink, deviceName: "data", kmsKeySelfLink: diskKey }],
    networkInterface: [
      {
        subnetwork: props.subnet,
        networkIp: props.address,
        ...(props.publicAddress && { accessConfig: [{ natIp: props.publicAddress }] }),
      },
    ],
    metadata: machineMetadata(props.texts),
    serviceAccount: machineAccount(props.email),
    shieldedInstanceConfig: SHIELDED_VM,
    deletionProtection: true,
    allowStoppingForUpdate: true,
    lifecycle: {
      preventDestroy: true,
      // Packages are updated on the machine. To get a newer image, delete the machine: the next deploy creates another
      // and attaches the disk.
      ignoreChanges: ["boot_disk[0].initialize_params[0].image"],
    },
  };
}
