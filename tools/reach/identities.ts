import { type Attributes, listOf, type SynthesizedEstate, type SynthesizedResource } from "../synthesized/estate";
import { type Party, partyOf, type Relation } from "./relations";

/** One role of one identity on one thing. */
export interface Grant {
  readonly address: string;
  readonly member: Named;
  /** Without `roles/`. */
  readonly role: string;
  readonly on: Named & { readonly kind: string };
}

/** Its full name, and the party of the estate. */
export interface Named {
  readonly name: string;
  readonly party: Party;
}

/** Attributes that name the target of a grant, with its kind; the first one present counts. */
const TARGETS: Readonly<Record<string, string>> = {
  secret_id: "secret",
  bucket: "bucket",
  crypto_key_id: "key",
  service_account_id: "service account",
  topic: "topic",
  subscription: "subscription",
  dataset_id: "dataset",
  repository: "repository",
  instance_name: "machine",
  managed_zone: "zone",
  project: "project",
};

/** Roles that can read a secret's value. */
const READING = ["secretmanager.secretAccessor", "secretmanager.admin"];

export function grants(estate: SynthesizedEstate): Grant[] {
  return estate.resources
    .filter(({ type }) => /_iam_(member|binding)$/.test(type))
    .flatMap((resource) => {
      const { attributes, stack, type, id } = resource;
      const members = listOf<string>(attributes.members ?? attributes.member);
      return members.map((member) => ({
        address: `${stack}: ${type}.${id}`,
        member: memberOf(member, resource, estate),
        role: roleOf(attributes),
        on: targetOf(resource, estate),
      }));
    });
}

export function grantRelations(estate: SynthesizedEstate): Relation[] {
  return grants(estate).map(({ member, role, on }) => ({
    from: member.party,
    to: { ...on.party, what: `${on.kind} ${on.party.what}`.trim() },
    cells: [role],
  }));
}

/**
 * Who reads each secret's value, including secrets created by other programs. Secrets that nobody reads get a row too.
 */
export function secretReaders(estate: SynthesizedEstate): { secret: Named; readers: readonly Named[] }[] {
  const reading = grants(estate).filter(({ role, on }) => on.kind === "secret" && READING.includes(bare(role)));
  const declared = estate.ofType("google_secret_manager_secret").map(({ attributes }) => String(attributes.secret_id));
  return [...new Set([...declared, ...reading.map(({ on }) => on.name)])].map((name) => {
    const readers = reading.filter(({ on }) => on.name === name).map(({ member }) => member);
    return { secret: { name, party: partyOf(name, estate) }, readers };
  });
}

export function secretRelations(estate: SynthesizedEstate): Relation[] {
  return secretReaders(estate).flatMap(({ secret, readers }) => {
    const from = readers.length > 0 ? readers.map(({ party }) => party) : [{ what: "nobody" }];
    return from.map((reader) => ({ from: secret.party, to: reader, cells: [] }));
  });
}

/** A role without its suffix, such as a condition. */
export function bare(role: string): string {
  return role.split(" ")[0] ?? role;
}

function roleOf({ role, condition }: Attributes): string {
  const [found] = listOf(condition);
  return String(role).replace(/^roles\//, "") + (found ? ` (if ${found.title})` : "");
}

function memberOf(text: string, resource: SynthesizedResource, estate: SynthesizedEstate): Named {
  const { stack } = resource;
  const account = estate.follow(text, stack);
  if (typeof account !== "string") return named(String(account.attributes.account_id ?? account.id), estate);
  const [, agent] = /^serviceAccount:service-\d+@([^.]+)\./.exec(text) ?? [];
  if (agent) return { name: text, party: { what: `Google's agent ${agent}` } };
  const [, id] = /^serviceAccount:([^@]+)@[^@]+\.iam\.gserviceaccount\.com$/.exec(text) ?? [];
  if (id) return named(id, estate);
  const pod = /\[(.+)\]$/.exec(text)?.[1] ?? /\/subject\/ns\/(.+)$/.exec(text)?.[1]?.replace("/sa/", "/");
  if (pod) return { name: `${resource.country ?? stack} ${text}`, party: podParty(pod, estate) };
  return { name: text, party: { what: text } };
}

/**
 * All clusters of a project share one pool of identities: Google sees a pod's namespace and the name of its account, and
 * not in which cluster it is. So it is whoever may make an account of that name, in any of them.
 */
function podParty(pod: string, estate: SynthesizedEstate): Party {
  const [namespace = "", account = ""] = pod.split("/");
  const { what, country } = partyOf(account, estate);
  return { what: `pod ${namespace}/${what} of any cluster`, ...(country && { country }) };
}

function targetOf({ attributes, stack, type }: SynthesizedResource, estate: SynthesizedEstate): Grant["on"] {
  const [key, kind] = Object.entries(TARGETS).find(([each]) => attributes[each] !== undefined) ?? [];
  if (!key || !kind) {
    const what = type.replace(/^google_|_iam_(member|binding)$/g, "");
    return {
      kind: what,
      ...named(Object.values(attributes).find((value) => typeof value === "string") as string, estate),
    };
  }
  if (kind === "project") return { kind, name: "project", party: { what: "" } };
  const found = estate.follow(String(attributes[key]), stack);
  if (typeof found === "string") return { kind, ...named(found.split("/").at(-1) ?? found, estate) };
  const { secret_id, account_id, name, key_ring } = found.attributes;
  const ring = key_ring === undefined ? undefined : estate.follow(String(key_ring), found.stack);
  if (ring === undefined || typeof ring === "string") {
    return { kind, ...named(String(secret_id ?? account_id ?? name), estate) };
  }
  const { country } = partyOf(String(ring.attributes.name), estate);
  return { kind, name: `${ring.attributes.name}/${name}`, party: { what: String(name), ...(country && { country }) } };
}

function named(name: string, estate: SynthesizedEstate): Named {
  return { name, party: partyOf(name, estate) };
}
