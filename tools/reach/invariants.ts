import { contains, parseCidr, rangeOf } from "../../config/cidr";
import { ESTATE_RANGE } from "../../config/google-ranges";
import type { SynthesizedEstate } from "../synthesized/estate";
import { clusterDoors } from "./clusters";
import { entryPoints } from "./entry-points";
import { bare, grants, secretReaders } from "./identities";
import { machines } from "./machines";
import { EVERY_MACHINE, NO_MACHINE, openings } from "./network";
import { INTERNET, INTERNET_IPV6 } from "./ranges";

/** All that may be open to the internet, by target and ports. Updating the reviewed page cannot extend it. */
const PUBLIC: Readonly<Record<string, readonly string[]>> = {
  [INTERNET]: ["edge: tcp 80,443", "vpn: udp 1194,51820"],
  [INTERNET_IPV6]: ["edge: tcp 80,443", "edge-ipv6: tcp 80,443"],
};

/** All that may be opened in the internet, by whichever machine. Nothing over IPv6. */
const OUTBOUND: readonly string[] = ["tcp 80,443", "tcp 465", "tcp 587"];

/**
 * Network tags of the only machines with public addresses of their own, and which kind. The edges use a load balancer's,
 * which over IPv6 takes only machines that have one.
 */
const PUBLIC_MACHINES: Readonly<Record<string, "IPv4" | "IPv6">> = { vpn: "IPv4", edge: "IPv6" };

/** Secrets that several roles read, without the country in their names: exactly these roles, for these reasons. */
const SHARED_SECRETS: Readonly<Record<string, { readonly readers: readonly string[]; readonly why: string }>> = {
  "database-app-password": { readers: ["app", "database"], why: "The database sets it, the app logs in with it" },
  "database-ca-certificate": {
    readers: ["app", "database"],
    why: "Certificates without their key: the app verifies the database with them, the node that made them compares",
  },
  ...Object.fromEntries(
    ["agent", "database", "edge", "vpn"].map((user) => [
      `elasticsearch-${user}`,
      {
        readers: [user, "pusher"],
        why: "Its maker compares before it writes; whoever it is named after appends logs with it, and reads none",
      },
    ]),
  ),
  "elasticsearch-reader": {
    readers: ["secrets", "pusher"],
    why: "Its maker compares before it writes; Grafanas log in",
  },
};

const ESTATE = rangeOf(ESTATE_RANGE);

/** Roles on everything in a project. */
const BASIC = ["owner", "editor", "viewer"];

/** What the design forbids, whatever was reviewed: each problem names the thing and the remedy. */
export function brokenInvariants(estate: SynthesizedEstate): string[] {
  return [
    ...publicProblems(estate),
    ...grantProblems(estate),
    ...secretProblems(estate),
    ...podProblems(estate),
    ...machineProblems(estate),
    ...clusterDoors(estate).flatMap(({ address, faults }) => faults.map((fault) => `${address} ${fault}`)),
    ...outboundProblems(estate),
    ...keyProblems(estate),
  ];
}

function publicProblems(estate: SynthesizedEstate): string[] {
  const rules = openings(estate)
    .filter(({ from, ports }) => isWide(from.what) && !ports.startsWith("denied"))
    .map((opening) => ({ ...opening, what: opening.to.what.replace(NO_MACHINE, "") }))
    .filter(({ from, what, ports }) => !isPublic(from.what, what, ports))
    .map(({ rule, from, what, ports }) => {
      const source = Object.hasOwn(PUBLIC, from.what) ? from.what : `${from.what}, practically the internet`;
      return `firewall rule "${rule}" opens ${what} (${ports}) to ${source}: name its sources`;
    });
  const loadBalancers = entryPoints(estate)
    .filter(({ from, name, ports }) => from.some(({ what }) => isWide(what) && !isPublic(what, name.what, ports)))
    .map(({ name: { what, country }, ports }) => {
      const where = country ? ` in ${country}` : "";
      return `load balancer "${what}"${where} takes connections (${ports}) from the internet: make it internal`;
    });
  return [...rules, ...loadBalancers];
}

function isPublic(source: string, target: string, ports: string): boolean {
  return PUBLIC[source]?.includes(`${target}: ${ports}`) ?? false;
}

/** What a machine that somebody took over could reach, and send away. */
function outboundProblems(estate: SynthesizedEstate): string[] {
  const outbound = openings(estate).filter(({ isOutbound, to }) => isOutbound && isWide(to.what));
  const denied = outbound.filter(({ from, ports }) => from.what === EVERY_MACHINE && ports === "denied: all");
  return [
    ...Object.keys(PUBLIC)
      .filter((internet) => !denied.some(({ to }) => to.what === internet))
      .map(
        (internet) => `no firewall rule denies what machines send to ${internet}: deny all, and allow what they need`,
      ),
    ...outbound
      .filter(
        ({ to, ports }) => !ports.startsWith("denied") && (to.what === INTERNET_IPV6 || !OUTBOUND.includes(ports)),
      )
      .map(
        ({ rule, from, to, ports }) =>
          `firewall rule "${rule}" lets ${from.what} reach ${to.what} by ${ports}: name where`,
      ),
  ];
}

/** The internet, or a part of it larger than an office's /24. Google's ranges are known here by name. */
function isWide(source: string): boolean {
  const range = parseCidr(source);
  if (typeof range === "string") return Object.hasOwn(PUBLIC, source) || source.includes("::");
  return range.last - range.first > 255 && !contains(ESTATE, range);
}

function grantProblems(estate: SynthesizedEstate): string[] {
  const seen = new Map<string, string>();
  return grants(estate).flatMap(({ address, member, role, on }) => {
    const said = `${member.name} holds ${role} on ${on.kind} ${on.name}`;
    const first = seen.get(said);
    seen.set(said, first ?? address);
    return [
      ...(first ? [`${said} twice (${first}, ${address}): remove one, or removing either takes both`] : []),
      ...(BASIC.includes(bare(role)) ? [`${said} (${address}): grant the narrow roles that it uses`] : []),
      ...(on.kind === "project" && bare(role).startsWith("secretmanager.")
        ? [`${said} (${address}), so on every secret: grant it on the secrets that it needs`]
        : []),
      ...(/^all(Authenticated)?Users$/.test(member.name) ? [`${said} (${address}): name who needs it`] : []),
    ];
  });
}

function secretProblems(estate: SynthesizedEstate): string[] {
  return secretReaders(estate).flatMap(({ secret, readers }) => {
    const roles = [...new Set(readers.map(({ party }) => party.what))].sort();
    const shared = Object.hasOwn(SHARED_SECRETS, secret.party.what) ? SHARED_SECRETS[secret.party.what] : undefined;
    const allowed = shared ? roles.join() === [...shared.readers].sort().join() : roles.length <= 1;
    const who = readers.map(({ name }) => name).join(", ");
    return allowed
      ? []
      : [`secret "${secret.name}" is readable by ${roles.join(" and ")} (${who}): one role reads a secret`];
  });
}

/** All clusters share one pool of identities: without its country in the name, a pod of any of them would do. */
function podProblems(estate: SynthesizedEstate): string[] {
  return grants(estate)
    .filter(({ role, member, on }) => {
      return bare(role) === "iam.workloadIdentityUser" && member.party.country !== on.party.country;
    })
    .map(
      ({ address, member, on }) =>
        `${address} lets ${member.party.what} act as ${on.name}: name the pod's account after the country`,
    );
}

function machineProblems(estate: SynthesizedEstate): string[] {
  return machines(estate).flatMap(({ address, tags, account, publicBy, metadata, shielded = {} }) => {
    const is = (key: string, value: string) => metadata[key]?.toUpperCase() === value;
    const isShielded = ["enable_secure_boot", "enable_vtpm", "enable_integrity_monitoring"].every(
      (key) => shielded[key],
    );
    const faults: [boolean, string][] = [
      [
        publicBy.some((kind) => !tags.some((tag) => PUBLIC_MACHINES[tag] === kind)),
        "has a public address: reach it by IAP or the VPN",
      ],
      [account === "", "acts as the project's default account: give it one of its own"],
      [!is("enable-oslogin", "TRUE"), 'is without OS Login: set enable-oslogin to "TRUE"'],
      [!is("block-project-ssh-keys", "TRUE"), 'takes project SSH keys: set block-project-ssh-keys to "TRUE"'],
      ["ssh-keys" in metadata, "has SSH keys in its metadata: use OS Login"],
      [!isShielded, "is not a shielded VM: turn on secure boot, vTPM and integrity monitoring"],
    ];
    return faults.filter(([isFaulty]) => isFaulty).map(([, fault]) => `${address} ${fault}`);
  });
}

/** What would let somebody in without an identity, or change grants invisibly to this tool. */
function keyProblems(estate: SynthesizedEstate): string[] {
  return estate.resources.flatMap(({ stack, type, id, attributes }) => {
    const metadata = (attributes.metadata ?? {}) as Readonly<Record<string, string>>;
    if (type === "google_service_account_key") {
      return [`${stack}: ${type}.${id} is a key that can be copied: let its user impersonate the account instead`];
    }
    if (/_iam_policy$/.test(type))
      return [`${stack}: ${type}.${id} silently replaces all other grants: use _iam_member`];
    const isProject = /^google_compute_project_metadata/.test(type);
    return isProject && ("ssh-keys" in metadata || attributes.key === "ssh-keys")
      ? [`${stack}: ${type}.${id} puts SSH keys on every machine: use OS Login`]
      : [];
  });
}
