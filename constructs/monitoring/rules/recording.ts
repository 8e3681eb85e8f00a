import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { SiteSettings } from "../site-settings";

/** 1 for each country that the site watches: rules join with it, so that missing series are noticed. */
export const WATCHED = "site:country_watched";

/** 1, labelled with the site's own country. */
export const SELF = "site:self";

/** Queued messages that all of a country's app pods together should be able to handle. */
export const QUEUE_LIMIT = "site:queue_limit";

/** A country's objectives: error share of its responses, and seconds to the first byte. */
export const ERROR_BUDGET = "site:error_budget";
export const FIRST_BYTE_OBJECTIVE = "site:first_byte_objective_seconds";

/** Expectations of the site as series, so that alerts name no country. */
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
