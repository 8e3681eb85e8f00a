import { type Cloud, fingerprint, type Json, type Request, type Stored } from "../../cloud";
import { checkKey, nameKeyVersion } from "../../keys";
import { addressAt, isInside } from "../../ranges";
import { COMPUTE, computePath, placeOf, referenced } from "../../references";
import { Refusal } from "../../refusal";
import type { Handler, SpecialCases } from "../../special-case";
import { addressNamed, release, take } from "./addresses";
import { fillMachine } from "./machines";

export const instances: SpecialCases = {
  defaults: {
    Instance: {
      status: "RUNNING",
      cpuPlatform: "Intel Cascade Lake",
      startRestricted: false,
      deletionProtection: false,
    },
  },
  methods: {
    "compute.instances.stop": becomes("TERMINATED"),
    "compute.instances.start": becomes("RUNNING"),
    "compute.instances.startWithEncryptionKey": becomes("RUNNING"),
    "compute.instances.setMachineType": ({ cloud, path, body }, reply) => {
      const stored = cloud.must("compute", path.replace(/\/setMachineType$/, ""));
      if (stored.body.status !== "TERMINATED") {
        throw new Refusal(400, `Instance '${stored.path}' must be stopped before its machine type can change`);
      }
      stored.body.machineType = COMPUTE + (computePath(cloud, body.machineType) ?? body.machineType);
      return reply(stored);
    },
  },
  created: { Instance: create },
  deleted: {
    Instance: ({ body }, { cloud }) => {
      for (const disk of body.disks ?? []) {
        if (disk.autoDelete) cloud.drop("compute", computePath(cloud, disk.source) ?? "");
      }
      for (const { networkIP } of body.networkInterfaces ?? []) {
        const reserved = addressNamed(cloud, networkIP);
        if (reserved) release(reserved);
      }
    },
  },
};

function becomes(status: string): Handler {
  return ({ cloud, path }, reply) => {
    const stored = cloud.must("compute", path.replace(/\/[a-zA-Z]+$/, ""));
    stored.body.status = status;
    return reply(stored);
  };
}

/** Makes the boot disk, attaches the others, and takes reserved addresses. No machine boots. */
function create(stored: Stored, { cloud }: Request): void {
  const { body, path } = stored;
  for (const { email } of body.serviceAccounts ?? []) {
    if (email === "default" || cloud.serviceAccountExists(email)) continue;
    throw new Refusal(400, `The user does not have access to service account '${email}', or it does not exist`);
  }
  for (const disk of body.disks ?? []) attach(cloud, stored, disk);
  for (const [index, card] of (body.networkInterfaces ?? []).entries()) connect(cloud, path, card, index);
  fillMachine(body);
  body.tags = { ...body.tags, fingerprint: fingerprint(body.tags?.items) };
  body.scheduling.provisioningModel ??= "STANDARD";
}

function attach(cloud: Cloud, { api, path, body }: Stored, disk: Json): void {
  const zone = path.split("/").slice(0, 4).join("/");
  checkKey(cloud, disk.diskEncryptionKey?.kmsKeyName, "compute-system", placeOf(path));
  nameKeyVersion(disk.diskEncryptionKey);
  const make = disk.initializeParams;
  if (make) {
    const name = make.diskName ?? body.name;
    const made = {
      kind: "compute#disk",
      name,
      sizeGb: String(make.diskSizeGb ?? 10),
      type: make.diskType ?? `${COMPUTE}${zone}/diskTypes/pd-standard`,
      sourceImage: make.sourceImage,
      status: "READY",
      selfLink: `${COMPUTE}${zone}/disks/${name}`,
      zone: COMPUTE + zone,
      labels: make.labels,
      diskEncryptionKey: disk.diskEncryptionKey,
      physicalBlockSizeBytes: "4096",
    };
    cloud.put({ api, schema: "Disk", path: `${zone}/disks/${name}`, body: made });
    disk.source = made.selfLink;
    disk.diskSizeGb = made.sizeGb;
    delete disk.initializeParams;
  }
}

function connect(cloud: Cloud, instance: string, card: Json, index: number): void {
  const subnet = referenced(cloud, card.subnetwork).body;
  if (card.networkIP && !isInside(card.networkIP, subnet.ipCidrRange)) {
    throw new Refusal(400, `IP address ${card.networkIP} is outside of ${subnet.ipCidrRange}`);
  }
  Object.assign(card, { network: subnet.network, stackType: "IPV4_ONLY", fingerprint: fingerprint(card) });
  card.networkIP ??= addressAt(subnet.ipCidrRange, 200 + index);
  const reserved = addressNamed(cloud, card.networkIP);
  if (reserved) take(reserved, instance);
}
