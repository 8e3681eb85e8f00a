import { fingerprint, type Json } from "../../cloud";

/** What Compute Engine writes alike into an instance and into the template of one. */
export function fillMachine(machine: Json): void {
  for (const [index, disk] of (machine.disks ?? []).entries()) {
    disk.deviceName ||= `persistent-disk-${index}`;
    disk.autoDelete ??= false;
    disk.mode ||= "READ_WRITE";
    disk.type ||= "PERSISTENT";
    disk.interface ||= "SCSI";
    Object.assign(disk, { kind: "compute#attachedDisk", index });
  }
  for (const [index, card] of (machine.networkInterfaces ?? []).entries()) {
    Object.assign(card, { kind: "compute#networkInterface", name: `nic${index}` });
    for (const access of card.accessConfigs ?? []) {
      access.name ||= "external-nat";
      access.type ||= "ONE_TO_ONE_NAT";
      access.networkTier ||= "PREMIUM";
      access.kind = "compute#accessConfig";
    }
    for (const access of card.ipv6AccessConfigs ?? []) {
      Object.assign(access, { kind: "compute#accessConfig", name: access.name || "external-ipv6" });
      card.ipv6AccessType = "EXTERNAL";
    }
  }
  const { items } = machine.metadata ?? {};
  machine.metadata = { kind: "compute#metadata", ...machine.metadata, fingerprint: fingerprint(items) };
  if (machine.tags?.items) machine.tags.fingerprint = fingerprint(machine.tags.items);
  machine.scheduling = {
    onHostMaintenance: "MIGRATE",
    automaticRestart: true,
    preemptible: false,
    ...machine.scheduling,
  };
}
