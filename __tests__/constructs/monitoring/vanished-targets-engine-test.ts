import { estateSeries } from "./estate-series";
import { targetsOf } from "./estate-targets";
import { firingInTheEnd } from "./firing";
import { indonesia, stagingSite } from "./sites";

/** One target of each job: of several, the loss of one must be noticed. */
function oneOfEach(site: typeof indonesia) {
  const targets = targetsOf(site).map(({ labels }) => labels);
  const byJob = new Map(targets.map((labels) => [labels.job ?? "", labels]));
  return [...byJob].map(([name, labels]) => [site.site, name, labels, site] as const);
}

const named = (alerts: readonly Readonly<Record<string, string>>[]) =>
  alerts.filter(({ alertname }) => alertname !== "Watchdog").map(({ alertname, country }) => `${alertname} ${country}`);

test.each([indonesia, stagingSite])("nothing fires at rest", async (site) => {
  expect(named(await firingInTheEnd(site, estateSeries(site)))).toEqual([]);
});

describe.each(["isGone", "isVanished"] as const)("a target that %s", (how) => {
  test.each([...oneOfEach(indonesia), ...oneOfEach(stagingSite)])("%s: %s", async (_site, _name, labels, site) => {
    const isIt = (other: Readonly<Record<string, string>>) =>
      other.job === labels.job && other.country === labels.country && other.instance === labels.instance;
    const told = named(await firingInTheEnd(site, estateSeries(site, { [how]: isIt })));
    expect(told).toEqual(expect.arrayContaining([expect.stringContaining(labels.country ?? "")]));
  });
});

/** Targets on which alerts depend, beside a site's own: what they do not tell is asked after hours. */
const told = targetsOf(indonesia).filter(
  ({ labels: { cluster = "", job } }) => !cluster.endsWith("-monitoring") && job !== "monitoring-sites",
);

test.each(oneOfEach(indonesia).filter(([, name]) => told.some(({ labels }) => labels.job === name)))(
  "a target that answers and tells nothing, %s: %s",
  async (_site, _name, labels, site) => {
    const isMute = (other: Readonly<Record<string, string>>) =>
      other.job === labels.job && other.country === "indonesia";
    expect(named(await firingInTheEnd(site, estateSeries(site, { isMute })))).toEqual(
      expect.arrayContaining([expect.stringContaining("indonesia")]),
    );
  },
);
