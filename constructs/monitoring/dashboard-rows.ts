import type { HelmValues } from "../kubernetes/values/helm-values";
import { ARCHIVES } from "./dashboards/archives";
import { FAILOVER } from "./dashboards/failover";
import { galera } from "./dashboards/galera";
import { SCALING } from "./dashboards/scaling";
import { USER_FLOW } from "./dashboards/user-flow";
import { type Dashboard, type DashboardSettings, renderDashboard } from "./render-dashboard";
import type { SiteSettings } from "./site-settings";

type Settings = DashboardSettings & Pick<SiteSettings, "databases">;

/** Every dashboard by name, which is also its ID in links. */
export function dashboards({ databases }: Pick<Settings, "databases">): Readonly<Record<string, Dashboard>> {
  return {
    "user-flow": USER_FLOW,
    failover: FAILOVER,
    galera: galera(databases.length),
    scaling: SCALING,
    archives: ARCHIVES,
  };
}

/** The same in Grafana's JSON. */
export function renderDashboards(settings: Settings): Record<string, HelmValues> {
  return Object.fromEntries(
    Object.entries(dashboards(settings)).map(([name, dashboard]) => [name, renderDashboard(name, dashboard, settings)]),
  );
}
