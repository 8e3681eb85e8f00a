import type { Attributes, Change } from "./change";
import { inside } from "./comparisons";
import { isRecord } from "./plan-file";

interface PublicPorts {
  /** The only target tag. */
  readonly tag: string;
  readonly protocol: string;
  readonly ports: readonly number[];
}

/**
 * What the design opens to everywhere. Written here and not read from the firewall's table, because a review that
 * follows what it reviews accepts everything.
 */
export const PUBLIC: readonly PublicPorts[] = [
  { tag: "edge", protocol: "tcp", ports: [80, 443] },
  { tag: "vpn", protocol: "udp", ports: [1194, 51820] },
];

/** Rules of firewall policies, which stand before those of the network. */
const POLICY_RULE = /^google_compute_(region_)?(network_)?(firewall|security)_policy_rule$/;

interface Opening {
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
}

const ALL_PORTS = { from: 0, to: 65_535 } as const;

/** What a changed rule lets in from the internet that it did not before and that is not public by design. */
export function openedToInternet(changed: Change): string[] {
  const change = asFirewall(changed);
  if (!change || ["none", "destroy", "forget"].includes(change.kind)) return [];
  const before = isSameAudience(change) ? openings(change.before, new Set()) : [];
  const tags = change.after.target_tags;
  const allowed = PUBLIC.filter(({ tag }) => Array.isArray(tags) && tags.length === 1 && tags[0] === tag).flatMap(
    ({ protocol, ports }) => ports.map((port) => ({ protocol, from: port, to: port })),
  );
  return openings(change.after, change.unknown)
    .filter((opening) => ![...before, ...allowed].some((known) => covers(known, opening)))
    .map(({ protocol, from, to }) => {
      const ports =
        from === ALL_PORTS.from && to === ALL_PORTS.to ? "every port" : from === to ? from : `${from}-${to}`;
      return protocol === "all" ? "every protocol" : `${protocol} ${ports}`;
    });
}

/** A policy's rule says the same in other words, and its targets are not tags of the network. */
function asFirewall(change: Change): Change | undefined {
  if (change.type === "google_compute_firewall") return change;
  if (!POLICY_RULE.test(change.type)) return undefined;
  const rule = ({ action, direction, disabled, match }: Attributes): Attributes => {
    const [condition] = [match].flat().filter(isRecord);
    const layers = [condition?.layer4_configs].flat().filter(isRecord);
    const allow = layers.map(({ ip_protocol: protocol, ports }) => ({ protocol, ports }));
    const ranges = condition?.src_ip_ranges;
    return { direction, disabled, source_ranges: ranges, ...(action !== "deny" && { allow }) };
  };
  return { ...change, before: rule(change.before), after: rule(change.after), unknown: new Set() };
}

/** A rule that reaches more machines than before opens all its ports anew. */
function isSameAudience({ before, after }: Change): boolean {
  const targets = (side: Attributes) => [side.target_tags, side.target_service_accounts].flat().filter(Boolean).sort();
  const now = targets(after);
  return targets(before).length === 0 || (now.length > 0 && now.every((target) => targets(before).includes(target)));
}

function openings(rule: Attributes, unknown: ReadonlySet<string>): Opening[] {
  if (rule.disabled === true || rule.direction === "EGRESS" || !isFromInternet(rule, unknown)) return [];
  if (unknown.has("allow")) return [{ protocol: "all", ...ALL_PORTS }];
  const rows = Array.isArray(rule.allow) ? rule.allow.filter(isRecord) : rule.allow ? [{ protocol: "all" }] : [];
  return rows.flatMap(({ protocol, ports }) => {
    const listed = Array.isArray(ports) && ports.length > 0 ? ports.map(portRange) : [ALL_PORTS];
    return listed.map((range) => ({ protocol: String(protocol).toLowerCase(), ...range }));
  });
}

/** Ranges that are hidden, or not known yet and not replaced by other sources, may be any. */
function isFromInternet(rule: Attributes, unknown: ReadonlySet<string>): boolean {
  const others = [rule.source_tags, rule.source_service_accounts].flat().filter(Boolean);
  const ranges = rule.source_ranges;
  if (unknown.has("source_ranges") && others.length === 0) return true;
  if (ranges === null || ranges === undefined) return false;
  return !Array.isArray(ranges) || !ranges.every(inside);
}

function portRange(ports: unknown): { from: number; to: number } {
  const [from, to = from] = String(ports).split("-").map(Number);
  return Number.isInteger(from) && Number.isInteger(to) ? { from: from as number, to: to as number } : ALL_PORTS;
}

function covers(known: Opening, opening: Opening): boolean {
  const sameProtocol = known.protocol === "all" || known.protocol === opening.protocol;
  return sameProtocol && known.from <= opening.from && known.to >= opening.to;
}
