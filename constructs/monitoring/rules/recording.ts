import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { SiteSettings } from "../site-settings";

/** 1 for each country that the site watches: what rules expect to hear from, so that silence is noticed. */
export const WATCHED = "site:country_watched";

/** 1 with the site's own country. */
export const SELF = "site:self";

/** Messages that all of a country's app pods together are expected to work off. */
export const QUEUE_LIMIT = "site:queue_limit";

/** A country's objectives: share of its answers that may be errors, and seconds to the first byte. */
export const ERROR_BUDGET = "site:error_budget";
export const FIRST_BYTE_OBJECTIVE = "site:first_byte_objective_seconds";

/** What the site expects, as series, so that alerts name no country. */
export function renderRecordingRules({ site, countries }: Pick<SiteSettings, "site" | "countries">): HelmValues {
  const constant = (record: string, country: string, value: number) => ({
    record,
    expr: `vector(${value})`,
    labels: { country },
  });
  return {
    name: "expected",
    rules: [
      constant(SELF, site, 1),
      ...countries.flatMap(({ country, queueLimit, objectives }) => [
        constant(WATCHED, country, 1),
        constant(QUEUE_LIMIT, country, queueLimit),
        constant(ERROR_BUDGET, country, objectives.errorsPerMillion / 1e6),
        constant(FIRST_BYTE_OBJECTIVE, country, objectives.firstByteMs / 1e3),
      ]),
    ],
  };
}
