import type { AlertReceiverName, SiteSettings } from "../../../constructs/monitoring/site-settings";
import { AlertmanagerOnLoopback, amtool } from "./alertmanager";
import { type Moment, momentsOf } from "./firing";
import { SCENARIOS } from "./scenarios";

const running: AlertmanagerOnLoopback[] = [];

afterEach(() => Promise.all(running.splice(0).map((each) => each.remove())));

async function start(refusing?: readonly AlertReceiverName[]): Promise<AlertmanagerOnLoopback> {
  const alertmanager = await AlertmanagerOnLoopback.start(refusing);
  running.push(alertmanager);
  return alertmanager;
}

const critical = { alertname: "EdgeDown", country: "india", severity: "critical" };

test("each severity goes its own way, and what wakes people a second one as well", async () => {
  const alertmanager = await start();
  const config = alertmanager.writeConfig();
  expect(amtool("check-config", config)).toContain("SUCCESS");
  const receivers = (...labels: string[]) => amtool("config", "routes", "test", `--config.file=${config}`, ...labels);
  expect(receivers("alertname=EdgeDown", "severity=critical")).toBe("critical,warning");
  expect(receivers("alertname=DiskFilling", "severity=warning")).toBe("warning");
  expect(receivers("alertname=CountryLost", "severity=info")).toBe("nobody");
  expect(receivers("alertname=Watchdog", "severity=info")).toBe("dead-mans-switch");
});

test("the receiver of critical alerts refuses: they arrive the other way, and the failure is counted", async () => {
  const alertmanager = await start(["critical"]);
  await alertmanager.post([critical, { alertname: "Watchdog", country: "india", severity: "info" }]);
  await alertmanager.until("the channel has it", () => alertmanager.got.warning.length > 0);
  expect(alertmanager.got.warning).toEqual([["EdgeDown india"]]);
  await alertmanager.until("the switch is called", () => alertmanager.got["dead-mans-switch"].length > 0);
  // What AlertsNotDelivered reads.
  const failed = /^alertmanager_notifications_failed_total\{integration="webhook"[^}]*\} [1-9]/m;
  await alertmanager.until("it is counted", async () => failed.test(await alertmanager.metrics()));
  expect(alertmanager.got.critical).toEqual([]);
});

test("a silence is counted, so that one that is forgotten is told of", async () => {
  const alertmanager = await start();
  const active = async () => /^alertmanager_silences\{state="active"\} (\d+)/m.exec(await alertmanager.metrics())?.[1];
  expect(await active()).toBe("0");
  const why = ["--comment=maintenance", "--author=somebody", "--duration=1h"];
  amtool("silence", "add", "alertname=EdgeDown", ...why, `--alertmanager.url=${alertmanager.url}`);
  await alertmanager.until("it is counted", async () => (await active()) === "1");
});

// Alertmanager waits most of the time before it tells: several scenarios wait at once.
test.concurrent.each(Object.entries(SCENARIOS))("%s", async (_name, { sites, series, pages, tickets, pace }) => {
  const told = await Promise.all(sites.map(async (site) => toldBy(site, await momentsOf(site, series(site), pace))));
  expect({
    pages: told.flatMap((each) => each.pages).sort(),
    tickets: told.flatMap((each) => each.tickets).sort(),
  }).toEqual({
    pages: [...pages].sort(),
    tickets: [...tickets].sort(),
  });
});

/** What a site's Alertmanager sends when it learns of the alerts as they begin, each with the seconds until then. */
async function toldBy(site: SiteSettings, moments: readonly Moment[]) {
  const alertmanager = await AlertmanagerOnLoopback.start();
  try {
    return await toldOf(alertmanager, site, moments);
  } finally {
    // `afterEach` is not called for a test that runs beside others.
    await alertmanager.remove();
  }
}

async function toldOf(alertmanager: AlertmanagerOnLoopback, site: SiteSettings, moments: readonly Moment[]) {
  const pages: string[] = [];
  const tickets: string[] = [];
  for (const moment of moments) {
    await alertmanager.post(moment.map(({ alert }) => alert));
    await alertmanager.drain();
    const { critical, warning } = alertmanager.take();
    const since = new Map(
      [...moment].reverse().map(({ alert, seconds }) => [`${alert.alertname} ${alert.country}`, seconds]),
    );
    const say = (name: string) => `${site.site}: ${name} after ${since.get(name)}`;
    pages.push(...critical.map(say));
    tickets.push(...warning.filter((name) => !critical.includes(name)).map(say));
  }
  return { pages, tickets };
}
