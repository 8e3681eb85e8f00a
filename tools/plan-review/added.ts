import { type Change, isAlike } from "./change";
import { partOfCountry } from "./comparisons";
import type { Harm, PlacedChange } from "./finding";
import type { Place } from "./place";

/** Types of which a new one lets somebody in, leads users elsewhere, or runs what nobody has looked at. */
const TOLD_WHEN_NEW =
  /^google_compute_(firewall|forwarding_rule|instance|region_instance_group_manager|router_nat|subnetwork)$|^google_container_cluster$|^google_dns_(managed_zone|policy|record_set)$|_iam_member$|^helm_release$|^kubernetes_(deployment|ingress|network_policy|pod_disruption_budget|resource_quota|service|service_account)_v1$|^kubernetes_storage_class_v1$/;

/** Those of them that take something away from what runs, without touching it. */
const CLOSING = /^google_dns_policy$|^kubernetes_(ingress|network_policy|resource_quota)_v1$/;

/** What is made together with all of its place, such as a new country, changes nothing for anybody. */
export function harmOfNew({ type, after, isBeside }: PlacedChange): Harm | undefined {
  if (!isBeside || !TOLD_WHEN_NEW.test(type)) return undefined;
  // A private zone answers for all names below its own, also for those that it does not have.
  const isClosing = CLOSING.test(type) || !isAlike(after.deny, undefined) || after.visibility === "private";
  return isClosing
    ? { isEnd: false, says: "is created beside what runs, and may take something away from it" }
    : { isEnd: false, isAddition: true, says: "is created beside what runs" };
}

type Placed = Change & Place;

/**
 * Tells whether something new comes to what is there already: to its stack and country, or to a stack whose other
 * countries have nothing like it, so that it is not what a new country brings with it.
 */
export function besideWhatStands(changes: readonly Placed[]): (change: Placed) => boolean {
  const standing = changes.filter(({ kind }) => kind !== "create");
  const stacks = new Set(standing.map(({ stack }) => stack));
  const places = new Set(standing.map(placeOf));
  const created = new Set(changes.filter(({ kind }) => kind === "create").map(({ type }) => type));
  const things = new Set(
    standing
      .filter(({ type }) => created.has(type))
      .flatMap((each) =>
        each.after.member === undefined ? [thing(each)] : [thing(each, each.after.member), thing(each)],
      ),
  );
  return (change) =>
    places.has(placeOf(change)) || (stacks.has(change.stack) && !things.has(thing(change, change.after.member)));
}

function placeOf({ stack, country }: Placed): string {
  return `${stack} ${country ?? ""}`;
}

/** What it is in any country, and whom it lets do what. */
function thing(
  { stack, type, path, country, after: { role, allow, source_ranges: ranges } }: Placed,
  member?: unknown,
) {
  const parts = new Set([ranges].flat().map((range) => partOfCountry(range) ?? range));
  const below = path.map((id) => id.replace(`${country}`, ""));
  return JSON.stringify([stack, type, below, role, realmOf(member), allow, [...parts].sort()]);
}

/** Whose accounts a member is one of; nothing for one that follows from an account of the same run. */
function realmOf(member: unknown): string {
  const [, realm] = /^serviceAccount:(?:[^@[]*@)?([^@[]*)/.exec(String(member)) ?? [];
  return realm ?? (/^\w+:/.test(String(member)) ? String(member) : "");
}
