import { AlertmanagerOnLoopback, amtool } from "./alertmanager";
import { firingSince, SCENARIOS } from "./scenarios";

let alertmanager: AlertmanagerOnLoopback;

afterEach(() => alertmanager?.remove());

const critical = { alertname: "EdgeDown", country: "india", severity: "critical" };

test("each severity goes its own way, and what wakes people a second one as well", async () => {
  alertmanager = await AlertmanagerOnLoopback.start();
  const config = alertmanager.writeConfig();
  expect(amtool("check-config", config)).toContain("SUCCESS");
  const receivers = (...labels: string[]) => amtool("config", "routes", "test", `--config.file=${config}`, ...labels);
  expect(receivers("alertname=EdgeDown", "severity=critical")).toBe("critical,warning");
  expect(receivers("alertname=DiskFilling", "severity=warning")).toBe("warning");
  expect(receivers("alertname=CountryLost", "severity=info")).toBe("nobody");
  expect(receivers("alertname=Watchdog", "severity=info")).toBe("dead-mans-switch");
});

test("the receiver of critical alerts refuses: they arrive the other way, and the failure is counted", async () => {
  alertmanager = await AlertmanagerOnLoopback.start(["critical"]);
  await alertmanager.post([critical, { alertname: "Watchdog", country: "india", severity: "info" }]);
  await alertmanager.until("the channel has it", () => alertmanager.got.warning.length > 0);
  expect(alertmanager.got.warning).toEqual([["EdgeDown india"]]);
  await alertmanager.until("the switch is called", () => alertmanager.got["dead-mans-switch"].length > 0);
  // What AlertsNotDelivered reads.
  const failed = /^alertmanager_notifications_failed_total\{integration="webhook"[^}]*\} [1-9]/m;
  await alertmanager.until("it is counted", async () => failed.test(await alertmanager.metrics()));
  expect(alertmanager.got.critical).toEqual([]);
});

test.each(Object.entries(SCENARIOS))("%s", async (_name, scenario) => {
  alertmanager = await AlertmanagerOnLoopback.start();
  const pages: string[] = [];
  for (const site of scenario.sites) {
    for (const way of [alertmanager.got.critical, alertmanager.got.warning]) way.length = 0;
    await alertmanager.remove();
    alertmanager = await AlertmanagerOnLoopback.start();
    const firing = firingSince(site, scenario.series(site));
    const waking = firing.filter(({ alert }) => alert.severity === "critical");
    const since = new Map(waking.map(({ alert, seconds }) => [`${alert.alertname} ${alert.country}`, seconds]));
    // A last one shows that all before it have been sent.
    await alertmanager.post([
      ...firing.map(({ alert }) => alert),
      { alertname: "Last", country: "none", severity: "critical" },
    ]);
    await alertmanager.until("all is sent", () => alertmanager.got.critical.flat().includes("Last none"));
    const told = alertmanager.got.critical.flat().filter((name) => name !== "Last none");
    pages.push(...told.map((name) => `${site.site}: ${name} after ${since.get(name)}`));
  }
  expect(pages.sort()).toEqual([...scenario.pages].sort());
});
