import type { Resource } from "../inventory/resource";
import type { Attributes } from "../synthesized/stacks";
import { billOf } from "./lines";

/** A change of a plan, including resources that it leaves alone. */
export interface Priced {
  readonly stack: string;
  readonly type: string;
  readonly name: string;
  readonly country: string | undefined;
  readonly before: Attributes;
  readonly after: Attributes;
  /** It removes what an earlier, failed replacement left behind. */
  readonly isLeftover: boolean;
}

/**
 * How a run changes the monthly bill, as a sentence; undefined if it doesn't, or changes nothing that is priced here.
 * @param changes of the whole run, including what stays: a group of machines is priced by its template
 */
export function costChange(changes: readonly Priced[]): string | undefined {
  const priced = changes.filter(({ type }) => MAY_COST.test(type));
  if (priced.every(isSteady)) return undefined;
  const counted = withoutSteadyReleases(priced);
  const [was, is] = [billOf(side(counted, "before")), billOf(side(counted, "after"))];
  const differenceAt = (end: "least" | "most") =>
    Math.round(
      is.lines.reduce((sum, line) => sum + line[end], 0) - was.lines.reduce((sum, line) => sum + line[end], 0),
    );
  const [least, most] = [differenceAt("least"), differenceAt("most")];
  const unpriced = is.unpriced.filter((what) => !was.unpriced.includes(what));
  if (least === 0 && most === 0 && unpriced.length === 0) return undefined;
  const range = least === most ? usd(least) : `${usd(least)} to ${usd(most)}`;
  const missing = unpriced.length > 0 ? `, without ${unpriced.join(", ")}, whose price is unknown` : "";
  return `This change: about ${range} USD a month${missing}.`;
}

/** Whatever is billed, or says where something is that is billed. */
const MAY_COST = /^(google_(compute|container)|helm_release|kubernetes_storage_class)/;

function isSteady({ before, after }: Priced): boolean {
  return before === after;
}

/** A release that stays costs what it did, unless a class makes other disks of its volumes: its values are long to read. */
function withoutSteadyReleases(changes: readonly Priced[]): readonly Priced[] {
  if (changes.some((each) => each.type === "kubernetes_storage_class_v1" && !isSteady(each))) return changes;
  const asksForTheSame = ({ before, after }: Priced) => before.values === after.values && before.name === after.name;
  return changes.filter((each) => each.type !== "helm_release" || !asksForTheSame(each));
}

function side(changes: readonly Priced[], end: "before" | "after"): Resource[] {
  return changes
    .filter((change) => !change.isLeftover && Object.keys(change[end]).length > 0)
    .map(({ stack, type, name, country, [end]: attributes }) => ({ stack, type, id: name, country, attributes }));
}

function usd(amount: number): string {
  return `${amount < 0 ? "-" : "+"}${Math.abs(amount)}`;
}
