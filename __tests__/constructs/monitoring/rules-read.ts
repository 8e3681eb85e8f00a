import type { HelmValues } from "../../../constructs/kubernetes/values/helm-values";
import { recordingGroups, renderRules } from "../../../constructs/monitoring/rules/alerts";
import type { SiteSettings } from "../../../constructs/monitoring/site-settings";
import { estateSeries } from "./estate-series";
import { metricsOf } from "./metric-sources";

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A rendered group's rules. */
export const rulesOf = (group: HelmValues) => group.rules as unknown as readonly Rule[];
const only = (group: HelmValues, isKept: (rule: Rule) => boolean): HelmValues => ({
  ...group,
  rules: rulesOf(group).filter(isKept) as unknown as HelmValues[],
});

/**
 * A site's rules without the alerts that read nothing that is otherwise than at rest. They do what they do at rest, which is
 * nothing: where nothing is otherwise, every rule is asked, and a test of that is beside those of faults.
 */
export function rulesThatCanDiffer(site: SiteSettings, series: Readonly<Record<string, string>>): HelmValues[] {
  const { groups } = renderRules(site);
  const other = namesThatDiffer(estateSeries(site), series);
  if (other.size === 0) return groups;
  const isOther = ({ expr }: Rule) => metricsOf(expr).some((name) => other.has(name));
  addUntilNothingIsNew(other, () =>
    recordingGroups(site)
      .flatMap(rulesOf)
      .filter(isOther)
      .map(({ record = "" }) => record),
  );
  return groups.map((group) =>
    only(group, (rule) => Boolean(rule.record) || rule.alert === "Watchdog" || isOther(rule)),
  );
}

/** A group of alerts after the records that it reads, and those that they read. */
export function withItsRecords(site: SiteSettings, group: HelmValues): HelmValues[] {
  const records = recordingGroups(site);
  const read = new Set(rulesOf(group).flatMap(({ expr }) => metricsOf(expr)));
  addUntilNothingIsNew(read, () =>
    records
      .flatMap(rulesOf)
      .filter(({ record = "" }) => read.has(record))
      .flatMap(({ expr }) => metricsOf(expr)),
  );
  return [...records.map((each) => only(each, ({ record = "" }) => read.has(record))), group];
}

function addUntilNothingIsNew(names: Set<string>, more: () => readonly string[]): void {
  for (let before = -1; before < names.size; ) {
    before = names.size;
    for (const name of more()) names.add(name);
  }
}

/** Names of the metrics of which one world has other series, or others' values, than the other. */
function namesThatDiffer(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): Set<string> {
  const series = [...new Set([...Object.keys(one), ...Object.keys(other)])];
  return new Set(series.filter((each) => one[each] !== other[each]).map((each) => each.split("{")[0] ?? ""));
}
