import { isAlike } from "./change";
import type { Harm, PlacedChange } from "./finding";

/** Types of which a new one lets somebody in, leads users elsewhere, or runs what nobody has looked at. */
const TOLD_WHEN_NEW =
  /^google_compute_(firewall|forwarding_rule|instance|region_instance_group_manager|router_nat)$|^google_container_cluster$|^google_dns_(managed_zone|policy|record_set)$|_iam_member$|^helm_release$|^kubernetes_(deployment|ingress|network_policy|pod_disruption_budget|resource_quota|service)_v1$/;

/** Those of them that take something away from what runs, without touching it. */
const CLOSING = /^google_dns_policy$|^kubernetes_(ingress|network_policy|resource_quota)_v1$/;

/** What is made together with all of its place, such as a new country, changes nothing for anybody. */
export function harmOfNew({ type, after, hasNeighbours }: PlacedChange): Harm | undefined {
  if (!hasNeighbours || !TOLD_WHEN_NEW.test(type)) return undefined;
  // A private zone answers for all names below its own, also for those that it does not have.
  const isClosing = CLOSING.test(type) || !isAlike(after.deny, undefined) || after.visibility === "private";
  return isClosing
    ? { isEnd: false, says: "is created beside what runs, and may take something away from it" }
    : { isEnd: false, isAddition: true, says: "is created beside what runs" };
}
