import { ComputeInstance } from "@cdktf/provider-google/lib/compute-instance";
import { Construct } from "constructs";
import { names, tags } from "../../config/names";
import { machinePackages } from "../../config/packages";
import { bootPorts } from "../../config/ports";
import { versions } from "../../config/versions";
import { NightlySnapshots } from "../disk/nightly-snapshots";
import { ProtectedDisk } from "../disk/protected-disk";
import { MACHINE_ROLES, statefulMachine } from "../machine/hardened-machine";
import { grantLogsUser } from "../machine/logs-user";
import { machineLogsTexts } from "../machine/machine-logs";
import { startupScript } from "../machine/startup-script";
import { ServiceIdentity } from "../service-identity";
import type { VpnSettings } from "./vpn-settings";

export interface VpnProps {
  readonly settings: VpnSettings;
  /** Id of the host's subnet. */
  readonly subnet: string;
  /** Reserved public address, which is part of every client's profile. */
  readonly address: string;
  /** Ids of the keys that encrypt the boot disk, and the data and its snapshots. */
  readonly diskKey: string;
  readonly dataKey: string;
}

/**
 * A country's VPN: one host with Pritunl and its MongoDB. Everything that cannot be recreated is on its data disk; the
 * host itself can be replaced at any time. It holds none of the shop's secrets, and its first password is generated on
 * it. What it may read is the user that appends its logs.
 */
export class Vpn extends Construct {
  /** IAM member of the host. */
  readonly member: string;

  constructor(scope: Construct, id: string, { settings, subnet, address, diskKey, dataKey }: VpnProps) {
    super(scope, id);
    const { project, country, region, zone, machineType, diskGb, backupRetentionDays, internalAddress, logs } =
      settings;
    const { email, member } = new ServiceIdentity(this, "identity", {
      project,
      country,
      role: "vpn",
      displayName: `Pritunl in ${country}`,
      projectRoles: MACHINE_ROLES,
    });
    this.member = member;
    grantLogsUser(this, logs, member);
    const { policy } = new NightlySnapshots(this, "snapshots", {
      name: names.vpnSnapshots(country),
      region,
      description: "Every night: the only backup of users and their keys",
      retentionDays: backupRetentionDays,
    });
    const data = new ProtectedDisk(this, "data", {
      name: names.dataDisk(names.vpn(country)),
      zone,
      sizeGb: diskGb,
      type: "pd-balanced",
      key: dataKey,
      snapshots: policy,
    });
    const host = statefulMachine({
      name: names.vpn(country),
      zone,
      machineType,
      description: `Pritunl in ${country}`,
      tag: tags.vpn,
      image: versions.vpnImage,
      subnet,
      address: internalAddress,
      publicAddress: address,
      data,
      diskKey,
      email,
      texts: {
        "startup-script": startupScript(__dirname, machinePackages.vpn, bootPorts.vpn),
        ...machineLogsTexts(logs),
      },
    });
    new ComputeInstance(this, "host", { ...host, canIpForward: false }); // clients get the host's own address
  }
}
