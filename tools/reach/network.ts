import { type Attributes, listOf, type SynthesizedEstate } from "../synthesized/estate";
import { rangesOf, sourceOf } from "./ranges";
import { type Party, partyOf, type Relation } from "./relations";

/** Marks a network tag that no machine has yet. */
export const NO_MACHINE = " (no machine)";

/** Stands for the machines of a rule that names none. */
export const EVERY_MACHINE = "every machine";

/** What a firewall rule allows, once per pair of source and target. */
export interface Opening {
  readonly rule: string;
  readonly from: Party;
  readonly to: Party;
  readonly ports: string;
  /** Whether the machines of `from` begin it, and `to` may be anywhere. */
  readonly isOutbound: boolean;
}

/** Every rule of every firewall of the VPC, allowing or denying. */
export function openings(estate: SynthesizedEstate): Opening[] {
  const ranges = rangesOf(estate);
  const carried = carriedTags(estate);
  return estate.ofType("google_compute_firewall").flatMap(({ attributes }) => {
    const rule = String(attributes.name);
    const words = listOf<string>(attributes.source_ranges).map((range) => sourceOf(range, ranges));
    const tagged = [...listOf<string>(attributes.source_tags), ...listOf<string>(attributes.source_service_accounts)];
    const egress = listOf<string>(attributes.destination_ranges).map((range) => sourceOf(range, ranges));
    const sources = [...words, ...tagged.map((tag) => machines(tag, estate, carried))];
    const tags = [...listOf<string>(attributes.target_tags), ...listOf<string>(attributes.target_service_accounts)];
    const targets = tags.map((tag) => machines(tag, estate, carried));
    const everything = [{ what: EVERY_MACHINE }];
    const isOutbound = attributes.direction === "EGRESS";
    const inside = targets.length > 0 ? targets : everything;
    const [from, to] = isOutbound ? [inside, egress] : [sources.length > 0 ? sources : everything, inside];
    return from.flatMap((source) =>
      to.map((target) => ({ rule, from: source, to: target, ports: portsOf(attributes), isOutbound })),
    );
  });
}

export function openingRelations(estate: SynthesizedEstate): Relation[] {
  return openings(estate).map(({ rule, from, to, ports }) => ({
    from,
    to,
    cells: [ports, partyOf(rule, estate).what],
  }));
}

function portsOf(attributes: Attributes): string {
  const words = (key: string) =>
    listOf(attributes[key]).map(({ protocol, ports }) => `${protocol} ${listOf(ports).join(",")}`.trim());
  const denied = words("deny").map((each) => `denied: ${each}`);
  return [...words("allow"), ...denied].join("; ") + (attributes.disabled ? " (disabled)" : "");
}

function machines(tag: string, estate: SynthesizedEstate, carried: ReadonlySet<string>): Party {
  const party = partyOf(tag, estate);
  return carried.has(tag) ? party : { ...party, what: party.what + NO_MACHINE };
}

/** Network tags of machines, or of those that a group or pool will create. */
function carriedTags(estate: SynthesizedEstate): ReadonlySet<string> {
  const direct = estate.ofType("google_compute_instance", "google_compute_region_instance_template");
  const pooled = estate
    .ofType("google_container_node_pool")
    .flatMap(({ attributes }) => listOf(attributes.node_config));
  return new Set(
    [...direct.map(({ attributes }) => attributes), ...pooled].flatMap(({ tags }) => listOf<string>(tags)),
  );
}
