import type { HelmValues } from "../kubernetes/values/helm-values";

/** One row of an alert table. Its expression must keep the label `country`, by which messages are grouped. */
export interface Alert {
  readonly name: string;
  /** `critical` wakes somebody; `warning` can wait until morning; `info` notifies nobody. */
  readonly severity: "critical" | "warning" | "info";
  /** PromQL: each series it returns is an alert. */
  readonly expr: string;
  /** How long the expression has to hold, for example `5m`. @default at once */
  readonly for?: string;
  /** Every site sees it and only the one on duty notifies: elsewhere it is `info`, which still inhibits consequences. */
  readonly isSeenByAllSites?: true;
  /** Of machines, by `instance`: of the database's, which every site sees, the one on duty tells. */
  readonly isOfMachines?: true;
  /** One sentence, with Prometheus's own braces for labels. */
  readonly summary: string;
  /** File in `docs/runbooks` and heading: `edge.md#a-config-is-refused`. */
  readonly runbook: string;
}

export interface AlertGroup {
  readonly name: string;
  readonly alerts: readonly Alert[];
}

/**
 * A group of Prometheus's rule files.
 *
 * @param onDuty a series that is there while the site tells of what all sites see
 * @param toldElsewhere series of the machines of which another site tells
 */
export function renderAlertGroup({ name, alerts }: AlertGroup, onDuty: string, toldElsewhere: string): HelmValues {
  return {
    name,
    rules: alerts.flatMap((alert) => {
      const { expr, isSeenByAllSites, isOfMachines } = alert;
      if (isOfMachines)
        return [renderAlert({ ...alert, expr: `(${expr}) unless on (country, instance) ${toldElsewhere}` })];
      if (!isSeenByAllSites) return [renderAlert(alert)];
      return [
        renderAlert({ ...alert, expr: `(${expr}) and on () ${onDuty}` }),
        renderAlert({ ...alert, expr: `(${expr}) unless on () ${onDuty}`, severity: "info" }),
      ];
    }),
  };
}

function renderAlert({ name, severity, expr, for: duration, summary, runbook }: Alert): HelmValues {
  return {
    alert: name,
    expr,
    ...(duration && { for: duration }),
    labels: { severity },
    annotations: { summary, runbook: `docs/runbooks/${runbook}` },
  };
}

export const HOUR_SECONDS = 3600;
export const DAY_SECONDS = 24 * HOUR_SECONDS;
