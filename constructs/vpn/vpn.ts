import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { Construct } from "constructs";
import { names, tags } from "../../config/names";
import type { Vpn as VpnSettings } from "../../config/topology";
import { versions } from "../../config/versions";
import { NightlySnapshots } from "../disk/nightly-snapshots";
import { ProtectedDisk } from "../disk/protected-disk";
import { startupScript } from "../machine/startup-script";
import { ServiceIdentity } from "../service-identity";
import { literal } from "../terraform-text";

export interface VpnProps extends VpnSettings {
  readonly project: string;
  readonly country: string;
  readonly region: string;
  readonly zone: string;
  /** Id of the subnet that the host stands in. */
  readonly subnet: string;
  /** Reserved address in the subnet: the console's, and what clients are seen as. */
  readonly internalAddress: string;
  /** Reserved public address, which stands in every client's profile. */
  readonly address: string;
  /** Id of the key that encrypts disks. */
  readonly diskKey: string;
}

/**
 * A country's VPN: one host with Pritunl and its MongoDB. All that cannot be made again lies on its data disk; the host
 * may be made anew at any time. It holds no secret of the shop, and the first password is made on it.
 */
export class Vpn extends Construct {
  constructor(scope: Construct, id: string, props: VpnProps) {
    super(scope, id);
    const { country, region, zone, diskKey } = props;
    const { email } = new ServiceIdentity(this, "identity", {
      project: props.project,
      country,
      role: "vpn",
      displayName: `Pritunl in ${country}`,
      projectRoles: ["roles/logging.logWriter", "roles/monitoring.metricWriter"],
    });
    const { policy } = new NightlySnapshots(this, "snapshots", {
      name: names.vpnSnapshots(country),
      region,
      description: "Every night: the only backup of users and their keys",
      keepDays: props.keepBackupsDays,
    });
    const data = new ProtectedDisk(this, "data", {
      name: `${names.vpn(country)}-data`,
      zone,
      sizeGb: props.diskGb,
      type: "pd-balanced",
      key: diskKey,
      snapshots: policy,
    });
    new ComputeInstance(this, "host", {
      name: names.vpn(country),
      zone,
      machineType: props.machineType,
      description: `Pritunl in ${country}`,
      tags: [tags.vpn],
      bootDisk: {
        initializeParams: { image: versions.vpnImage, size: 20, type: "pd-balanced" },
        kmsKeySelfLink: diskKey,
      },
      attachedDisk: [{ source: data.selfLink, deviceName: "data", kmsKeySelfLink: diskKey }],
      networkInterface: [
        { subnetwork: props.subnet, networkIp: props.internalAddress, accessConfig: [{ natIp: props.address }] },
      ],
      canIpForward: false, // clients get the host's own address
      metadata: {
        "enable-oslogin": "TRUE",
        "block-project-ssh-keys": "TRUE",
        "serial-port-enable": "FALSE",
        "startup-script": literal(startupScript(__dirname)),
      },
      serviceAccount: { email, scopes: ["cloud-platform"] },
      shieldedInstanceConfig: { enableSecureBoot: true, enableVtpm: true, enableIntegrityMonitoring: true },
      deletionProtection: true,
      allowStoppingForUpdate: true,
      lifecycle: {
        preventDestroy: true,
        // A newer image comes when people delete the host: the next deploy makes another and gives it the disk.
        ignoreChanges: ["boot_disk[0].initialize_params[0].image"],
      },
    });
  }
}
