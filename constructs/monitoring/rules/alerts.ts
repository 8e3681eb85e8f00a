import type { HelmValues } from "../../kubernetes/values/helm-values";
import { type AlertGroup, renderAlertGroup } from "../alert";
import type { SiteSettings } from "../site-settings";
import { APP_ALERTS } from "./app";
import { databaseAlerts } from "./database";
import { DISK_ALERTS } from "./disks";
import { DROPPED_ALERTS } from "./dropped";
import { EDGE_ALERTS, EDGE_RECORDS } from "./edge";
import { MACHINE_ALERTS } from "./machines";
import { OBJECTIVE_ALERTS, OBJECTIVE_RECORDS } from "./objectives";
import { ON_DUTY, type RecordSettings, renderRecordingRules, TOLD_ELSEWHERE } from "./recording";
import { SILENCE_ALERTS, SILENCE_RECORDS } from "./silence";
import { SITE_ALERTS, SITE_RECORDS } from "./site";

/** Every alert of a site, group by group. */
export function alertGroups({ databases }: Pick<SiteSettings, "databases">): readonly AlertGroup[] {
  return [
    OBJECTIVE_ALERTS,
    EDGE_ALERTS,
    APP_ALERTS,
    databaseAlerts(databases.length),
    SILENCE_ALERTS,
    DROPPED_ALERTS,
    DISK_ALERTS,
    MACHINE_ALERTS,
    SITE_ALERTS,
  ];
}

/** Series for alerts and dashboards, recorded from the exporters' metrics and the topology. */
export function recordingGroups(settings: RecordSettings): readonly HelmValues[] {
  return [renderRecordingRules(settings), OBJECTIVE_RECORDS, EDGE_RECORDS, SILENCE_RECORDS, SITE_RECORDS];
}

/** Content of a Prometheus rule file. */
export function renderRules(settings: RecordSettings): { groups: HelmValues[] } {
  return {
    groups: [
      ...recordingGroups(settings),
      ...alertGroups(settings).map((group) => renderAlertGroup(group, ON_DUTY, TOLD_ELSEWHERE)),
    ],
  };
}
