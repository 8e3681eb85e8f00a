import { createHash } from "node:crypto";
import { isIP } from "node:net";
import type { Cloud, Json, Request, Stored } from "../cloud";
import { getOperation, remember } from "../operations";
import { checkReferences } from "../references";
import { Refusal } from "../refusal";
import type { SpecialCases } from "../special-case";

export const dns: SpecialCases = {
  defaults: {
    ManagedZone: {
      visibility: "public",
      cloudLoggingConfig: { kind: "dns#managedZoneCloudLoggingConfig", enableLogging: false },
    },
  },
  ids: { ResourceRecordSet: ({ name, type }: Json) => `${name}/${type}` },
  methods: {
    "dns.changes.create": changeRecords,
    "dns.changes.get": getOperation,
    "dns.dnsKeys.list": ({ cloud, path }) => {
      const zone = cloud.must("dns", path.replace(/\/dnsKeys$/, ""));
      return { kind: "dns#dnsKeysListResponse", dnsKeys: keysOf(zone.body) };
    },
    // Records have a key of two parts, and are listed by filter.
    "dns.resourceRecordSets.list": ({ cloud, path, query }) => {
      cloud.must("dns", path.replace(/\/rrsets$/, ""));
      const isAsked = ({ name, type }: Json) =>
        name === (query.get("name") ?? name) && type === (query.get("type") ?? type);
      const rrsets = recordsIn(cloud, path).map(({ body }) => body);
      return { kind: "dns#resourceRecordSetsListResponse", rrsets: rrsets.filter(isAsked) };
    },
  },
  created: { ManagedZone: openZone },
  deleted: {
    ManagedZone: ({ body, path }, { cloud }) => {
      const isOwn = (one: Stored) => one.body.name === body.dnsName && ["NS", "SOA"].includes(one.body.type);
      if (recordsIn(cloud, `${path}/rrsets`).every(isOwn)) return;
      const message = `The resource named '${body.name}' cannot be deleted because it contains one or more 'resource records'.`;
      throw new Refusal(400, message, "containerNotEmpty");
    },
  },
};

function recordsIn(cloud: Cloud, collection: string): Stored[] {
  return cloud.all("ResourceRecordSet").filter(({ path }) => path.startsWith(`${collection}/`));
}

/** One request adds and removes records together, or does neither. */
function changeRecords({ cloud, apis, path, body, method }: Request): Json {
  const zone = cloud.must("dns", path.replace(/\/changes$/, ""));
  const additions: Json[] = body.additions ?? [];
  const deletions: Json[] = body.deletions ?? [];
  const pathOf = ({ name, type }: Json) => `${zone.path}/rrsets/${name}/${type}`;
  for (const addition of additions) {
    checkName(zone.body.dnsName, addition.name);
    checkAddresses(addition);
  }
  checkReferences(cloud, apis, additions);
  const gone = new Set(deletions.map((one) => cloud.must("dns", pathOf(one)).path));
  for (const one of additions) {
    if (!cloud.get("dns", pathOf(one)) || gone.has(pathOf(one))) continue;
    const message = `The resource 'entity.change.additions[${one.name}][${one.type}]' already exists`;
    throw new Refusal(409, message, "alreadyExists");
  }
  for (const one of gone) cloud.drop("dns", one);
  for (const one of additions) {
    const record = { kind: "dns#resourceRecordSet", ...one };
    cloud.put({ api: method.api, schema: "ResourceRecordSet", path: pathOf(one), body: record });
  }
  const id = cloud.number();
  const change = { ...body, id, kind: "dns#change", status: "done", startTime: cloud.now() };
  return remember(cloud, `${path}/${id}`, { doneAt: 0, running: change, done: change });
}

function checkName(zone: string, name: string): void {
  if (`.${name}`.endsWith(`.${zone}`)) return;
  const message = `The resource record set '${name}' is invalid because the DNS name is not in the zone ${zone}`;
  throw new Refusal(400, message);
}

function checkAddresses({ name, type, rrdatas = [], routingPolicy }: Json): void {
  const version = { A: 4, AAAA: 6 }[String(type)];
  const checked = (routingPolicy?.geo?.items ?? []).flatMap((item: Json) => [
    ...(item.rrdatas ?? []),
    ...(item.healthCheckedTargets?.externalEndpoints ?? []),
  ]);
  const wrong = [...rrdatas, ...checked].find((address) => version && isIP(address) !== version);
  if (wrong !== undefined) throw new Refusal(400, `'${wrong}' is not an address that '${name}' (${type}) may have`);
}

/** A zone is born with name servers, keys and its own two records. */
function openZone({ api, body, path }: Stored, { cloud }: Request): void {
  body.nameServers =
    body.visibility === "public"
      ? [1, 2, 3, 4].map((n) => `ns-cloud-a${n}.googledomains.com.`)
      : ["ns-gcp-private.googledomains.com."];
  sign(body.dnssecConfig);
  const [server] = body.nameServers;
  const soa = `${server} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300`;
  for (const [type, rrdatas] of Object.entries({ NS: body.nameServers, SOA: [soa] })) {
    const record = { kind: "dns#resourceRecordSet", name: body.dnsName, type, ttl: 21600, rrdatas };
    cloud.put({ api, schema: "ResourceRecordSet", path: `${path}/rrsets/${body.dnsName}/${type}`, body: record });
  }
}

/** A signed zone's keys; the digest is what its parent tells of it. */
function keysOf({ dnsName, dnssecConfig }: Json): Json[] {
  if (dnssecConfig?.state !== "on") return [];
  return dnssecConfig.defaultKeySpecs.map(({ keyType, algorithm, keyLength }: Json, index: number) => {
    const publicKey = createHash("sha512").update(`${dnsName} ${keyType}`).digest("base64");
    const digest = createHash("sha256").update(publicKey).digest("hex").toUpperCase();
    const digests = keyType === "keySigning" ? [{ type: "sha256", digest }] : [];
    const key = { id: String(index), type: keyType, algorithm, keyLength, isActive: true, keyTag: 2_000 + index };
    return { kind: "dns#dnsKey", ...key, publicKey, digests };
  });
}

function sign(config: Json): void {
  if (!config || config.defaultKeySpecs) return;
  const key = (keyType: string, keyLength: number) => ({
    kind: "dns#dnsKeySpec",
    keyType,
    algorithm: "rsasha256",
    keyLength,
  });
  config.nonExistence ??= "nsec3";
  config.kind = "dns#managedZoneDnsSecConfig";
  config.defaultKeySpecs = [key("keySigning", 2048), key("zoneSigning", 1024)];
}
