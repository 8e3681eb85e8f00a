import type { HelmValues } from "../../kubernetes/values/helm-values";
import { ALERTS_TAKEN, SCRAPE_JOBS } from "../render-scrape-jobs";
import type { SiteSettings } from "../site-settings";

/** 1 for each country that the site watches: rules join with it, so that missing series are noticed. */
export const WATCHED = "site:country_watched";

/** 1 for each country of the estate, whoever watches it. */
export const ESTATE = "site:country_of_estate";

/** 1, labelled with the site's own country. */
export const SELF = "site:self";

/** 1 for each site that comes before this one in the order of duty. */
const BEFORE = "site:goes_before";

/** 1, labelled with the site's own country, while it notifies about what all sites see. */
export const ON_DUTY = "site:on_duty";

/** Machines that every site scrapes, while another site is on duty and tells of them. */
export const TOLD_ELSEWHERE = "site:told_elsewhere";

/** Number of targets that each scrape job should have, by country: from the topology, not from discovery. */
export const TARGETS = "site:targets_expected";

/** Messages that all of a country's app pods together are expected to work off. */
export const QUEUE_LIMIT = "site:queue_limit";

/** A country's objectives: error share of its responses, and seconds to the first byte. */
export const ERROR_BUDGET = "site:error_budget";
export const FIRST_BYTE_OBJECTIVE = "site:first_byte_objective_seconds";

export type RecordSettings = Pick<SiteSettings, "site" | "countries" | "databases" | "sites" | "estate">;

/** Expectations of the site as series, so that alerts name no country. */
export function renderRecordingRules(settings: RecordSettings): HelmValues {
  const { site, countries, sites, estate } = settings;
  const constant = (record: string, country: string, value: number, job?: string) => ({
    record,
    expr: `vector(${value})`,
    labels: { country, ...(job && { job }) },
  });
  const before = sites.slice(
    0,
    sites.findIndex((other) => other.site === site),
  );
  return {
    name: "expected",
    rules: [
      constant(SELF, site, 1),
      ...estate.map((country) => constant(ESTATE, country, 1)),
      ...countries.flatMap(({ country, queueLimit, objectives }) => [
        constant(WATCHED, country, 1),
        constant(QUEUE_LIMIT, country, queueLimit),
        constant(ERROR_BUDGET, country, objectives.errorsPerMillion / 1e6),
        constant(FIRST_BYTE_OBJECTIVE, country, objectives.firstByteMs / 1e3),
      ]),
      ...expectedTargets(settings).map(({ job, country, count }) => constant(TARGETS, country, count, job)),
      ...before.map((other) => constant(BEFORE, other.site, 1)),
      { record: ON_DUTY, expr: onDuty(before.length > 0) },
      { record: TOLD_ELSEWHERE, expr: `up{job="${SCRAPE_JOBS.databaseHost}"} unless on () ${ON_DUTY}` },
    ],
  };
}

/** The first site whose Alertmanager is seen to take alerts is on duty: one that is only there may be broken. */
function onDuty(hasOthersBefore: boolean): string {
  if (!hasOthersBefore) return SELF;
  const tells = `${ALERTS_TAKEN}{job="${SCRAPE_JOBS.sites}"} > 0`;
  return `${SELF} unless on () (${tells} and on (country) ${BEFORE})`;
}

interface ExpectedTargets {
  readonly job: string;
  readonly country: string;
  readonly count: number;
}

function expectedTargets({ site, countries, databases, sites, estate }: RecordSettings): ExpectedTargets[] {
  const { edge, edgeHost, database, databaseHost, vpnHost } = SCRAPE_JOBS;
  const nodes = estate.map((country) => ({
    country,
    count: databases.filter((node) => node.country === country).length,
  }));
  return [
    ...countries.flatMap(({ country, edgeMachines }) => [
      { job: edge, country, count: edgeMachines },
      { job: edgeHost, country, count: edgeMachines },
      { job: vpnHost, country, count: 1 },
    ]),
    ...[database, databaseHost].flatMap((job) =>
      nodes.filter(({ count }) => count > 0).map((expected) => ({ job, ...expected })),
    ),
    ...sites
      .filter((other) => other.site !== site)
      .map((other) => ({ job: SCRAPE_JOBS.sites, country: other.site, count: other.prometheus.length })),
  ];
}
