import type { HelmValues } from "../../kubernetes/values/helm-values";
import type { SiteSettings } from "../site-settings";

/** 1 for each country that the site watches: what rules expect to hear from, so that silence is noticed. */
export const WATCHED = "site:country_watched";

/** 1 with the site's own country. */
export const SELF = "site:self";

/** Messages that all of a country's app pods together are expected to work off. */
export const QUEUE_LIMIT = "site:queue_limit";

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
      ...countries.flatMap(({ country, queueLimit }) => [
        constant(WATCHED, country, 1),
        constant(QUEUE_LIMIT, country, queueLimit),
      ]),
    ],
  };
}
