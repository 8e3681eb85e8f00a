import type { Cloud, Json } from "../cloud";
import { Refusal } from "../refusal";
import type { SpecialCases } from "../special-case";

const ALGORITHM = { protectionLevel: "SOFTWARE", algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION" };

/** Key rings and keys are never deleted; versions are destroyed, and a key without an enabled one is of no use. */
export const kms: SpecialCases = {
  defaults: { CryptoKey: { purpose: "ENCRYPT_DECRYPT", destroyScheduledDuration: "2592000s" } },
  ids: {
    CryptoKeyVersion: (_, { cloud, path }) => String(cloud.children("cloudkms", path).length + 1),
  },
  methods: {
    "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.list": ({ cloud, path }) => {
      const versions = cloud.children("cloudkms", path).map(({ body }) => body);
      return { cryptoKeyVersions: versions, totalSize: versions.length };
    },
    "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy": ({ cloud, path }, reply) => {
      const version = cloud.must("cloudkms", path.replace(/:destroy$/, ""));
      Object.assign(version.body, { state: "DESTROY_SCHEDULED", destroyTime: cloud.now() });
      const key = cloud.must("cloudkms", version.path.replace(/\/cryptoKeyVersions\/.*$/, ""));
      if (key.body.primary?.name === version.path) key.body.primary.state = "DESTROY_SCHEDULED";
      return reply(version);
    },
    "cloudkms.projects.locations.keyRings.cryptoKeys.updatePrimaryVersion": ({ cloud, path, body }, reply) => {
      const key = cloud.must("cloudkms", path.replace(/:updatePrimaryVersion$/, ""));
      const version = cloud.must("cloudkms", `${key.path}/cryptoKeyVersions/${body.cryptoKeyVersionId}`).body;
      if (version.state !== "ENABLED") throw new Refusal(400, `${version.name} is not enabled`, "failedPrecondition");
      key.body.primary = structuredClone(version);
      return reply(key);
    },
  },
  created: {
    CryptoKey: ({ api, body, path }, { cloud, query }) => {
      body.versionTemplate = { ...ALGORITHM, ...body.versionTemplate };
      if (query.get("skipInitialVersionCreation") === "true") return;
      const version = { name: `${path}/cryptoKeyVersions/1`, ...newVersion(cloud, body.versionTemplate) };
      body.primary = structuredClone(version);
      cloud.put({ api, schema: "CryptoKeyVersion", path: version.name, body: version });
    },
    CryptoKeyVersion: ({ body }, { cloud, path }) => {
      const key = cloud.must("cloudkms", path.replace(/\/cryptoKeyVersions$/, ""));
      Object.assign(body, newVersion(cloud, key.body.versionTemplate));
    },
  },
};

function newVersion(cloud: Cloud, { protectionLevel, algorithm }: Json): Json {
  const now = cloud.now();
  return { state: "ENABLED", protectionLevel, algorithm, createTime: now, generateTime: now };
}
