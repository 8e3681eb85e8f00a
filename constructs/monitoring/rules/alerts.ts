import type { HelmValues } from "../../kubernetes/values/helm-values";
import { type AlertGroup, renderAlertGroup } from "../alert";
import type { SiteSettings } from "../site-settings";
import { APP_ALERTS } from "./app";
import { databaseAlerts } from "./database";
import { EDGE_ALERTS } from "./edge";
import { OBJECTIVE_ALERTS, OBJECTIVE_RECORDS } from "./objectives";
import { renderRecordingRules } from "./recording";
import { SITE_ALERTS } from "./site";

type RuleSettings = Pick<SiteSettings, "site" | "countries" | "databases">;

/** Every alert of a site, group by group. */
export function alertGroups({ databases }: Pick<SiteSettings, "databases">): readonly AlertGroup[] {
  return [OBJECTIVE_ALERTS, EDGE_ALERTS, APP_ALERTS, databaseAlerts(databases.length), SITE_ALERTS];
}

/** Series for alerts and dashboards, recorded from the exporters' metrics and the topology. */
export function recordingGroups(settings: RuleSettings): readonly HelmValues[] {
  return [renderRecordingRules(settings), OBJECTIVE_RECORDS];
}

/** Content of a Prometheus rule file. */
export function renderRules(settings: RuleSettings): { groups: HelmValues[] } {
  return { groups: [...recordingGroups(settings), ...alertGroups(settings).map(renderAlertGroup)] };
}
