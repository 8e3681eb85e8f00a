import type { AlertReceiverName } from "../../../constructs/monitoring/site-settings";
import { AlertmanagerOnLoopback, amtool } from "./alertmanager";
import { firingSince, SCENARIOS } from "./scenarios";

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

test.each(Object.entries(SCENARIOS))("%s", async (_name, { sites, series, pages }) => {
  const fired = sites.map((site) => ({ site, firing: firingSince(site, series(site)) }));
  const told = fired.map(async ({ site, firing }) => {
    const alertmanager = await start();
    const waking = firing.filter(({ alert }) => alert.severity === "critical");
    const since = new Map(waking.map(({ alert, seconds }) => [`${alert.alertname} ${alert.country}`, seconds]));
    // A last one shows that all before it have been sent.
    await alertmanager.post([
      ...firing.map(({ alert }) => alert),
      { alertname: "Last", country: "none", severity: "critical" },
    ]);
    await alertmanager.until("all is sent", () => alertmanager.got.critical.flat().includes("Last none"));
    const names = alertmanager.got.critical.flat().filter((name) => name !== "Last none");
    return names.map((name) => `${site.site}: ${name} after ${since.get(name)}`);
  });
  expect((await Promise.all(told)).flat().sort()).toEqual([...pages].sort());
});
