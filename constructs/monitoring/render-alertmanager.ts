import type { HelmValues } from "../kubernetes/values/helm-values";
import { SITE_SECRETS } from "./site-names";
import type { AlertRoute } from "./site-settings";

/** Where the operator mounts Secrets listed in Alertmanager's spec. */
const SECRET_FILE = `/etc/alertmanager/secrets/${SITE_SECRETS.alertRoute.name}/${SITE_SECRETS.alertRoute.key}`;

const TEXT = [
  "{{ .CommonLabels.severity }}: {{ .CommonLabels.alertname }} in {{ .CommonLabels.country }}",
  "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.runbook }}\n{{ end }}",
] as const;

/**
 * Alertmanager's configuration. One message per alert and country, repeated while it lasts: every 4 hours for what
 * wakes people, daily for the rest. The watchdog, which always fires, sends a daily sign that messages arrive.
 */
export function renderAlertmanagerConfig(route: AlertRoute): HelmValues {
  return {
    global: { resolve_timeout: "5m" },
    route: {
      receiver: "people",
      group_by: ["alertname", "country"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "24h",
      routes: [{ matchers: ['severity = "critical"'], repeat_interval: "4h" }],
    },
    inhibit_rules: INHIBITIONS.map(inhibition),
    receivers: [{ name: "people", ...receiver(route) }],
  };
}

/** While the cause fires, its consequences are muted. */
interface Inhibition {
  readonly cause: string;
  /** Names of alerts. @default every other alert */
  readonly consequences?: string;
  /** Whether in any country. @default in the same one */
  readonly everywhere?: true;
}

/** What users feel, as a consequence of what stops the whole shop in a country. */
const FELT = "ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|UsersRefused|IngressErrors";

const INHIBITIONS: readonly Inhibition[] = [
  { cause: "CountryLost" },
  { cause: "CountryLost", consequences: "DatabaseClusterShort", everywhere: true },
  {
    cause: "SiteAlone",
    consequences: "CountryLost|Database.*|.*TargetsMissing|MonitoringSiteSilent|BackupStale",
    everywhere: true,
  },
  { cause: "EdgeDown", consequences: `TargetsMissing|NoCountryServes|NoDatabaseServes|${FELT}` },
  { cause: "NoCountryServes", consequences: `FailoverActive|AppShortOfPods|${FELT}` },
  { cause: "FailoverActive", consequences: "AppShortOfPods|WorkloadShort|IngressErrors" },
  // Without a database every country's pages fail.
  {
    cause: "DatabaseDown",
    consequences: `NoDatabaseServes|Database(HostDown|ClusterShort|NotWritable|CatchesUp|WaitsToStart|Stuck|Restarted)|${FELT}`,
    everywhere: true,
  },
  { cause: "DatabaseHostDown", consequences: "DatabaseNotWritable|DatabaseCatchesUp|SharedTargetsMissing" },
  {
    cause: "DatabaseHostDown|DatabaseNotWritable|DatabaseWaitsToStart|DatabaseStuck",
    consequences: "DatabaseClusterShort",
    everywhere: true,
  },
  { cause: "DatabaseStuck|DatabaseWaitsToStart", consequences: "DatabaseNotWritable" },
  { cause: "MonitoringSiteSilent", consequences: "SharedTargetsMissing|AlertmanagerUnreachable" },
  { cause: "AgentSilent", consequences: "RawLogArchiveStale|SignalMissing|JobVanished|TargetDown|Pushes.*" },
  { cause: "ErrorBudgetGoneInTwoDays", consequences: "ErrorBudgetGoneIn(FiveDays|TenDays|AMonth)" },
  { cause: "ErrorBudgetGoneInFiveDays", consequences: "ErrorBudgetGoneIn(TenDays|AMonth)" },
  { cause: "ErrorBudgetGoneInTenDays", consequences: "ErrorBudgetGoneInAMonth" },
  { cause: "AnswersVerySlow", consequences: "AnswersSlow" },
  { cause: "DiskFillsSoon", consequences: "DiskFilling" },
];

/** An alert never silences itself: Alertmanager leaves out what matches both sides. */
function inhibition({ cause, consequences, everywhere }: Inhibition): HelmValues {
  return {
    source_matchers: [`alertname =~ "${cause}"`],
    target_matchers: [consequences ? `alertname =~ "${consequences}"` : `alertname != "${cause}"`],
    ...(!everywhere && { equal: ["country"] }),
  };
}

/** Secrets stay in files, which are read for every message: rotation needs no restart. */
function receiver(route: AlertRoute): HelmValues {
  const [title, text] = TEXT;
  switch (route.kind) {
    case "none":
      return {};
    case "webhook":
      return { webhook_configs: [{ url_file: SECRET_FILE, send_resolved: true }] };
    case "slack":
      return { slack_configs: [{ api_url_file: SECRET_FILE, send_resolved: true, title, text }] };
    case "email":
      return {
        email_configs: [
          {
            to: route.to,
            from: route.from,
            smarthost: route.server,
            auth_username: route.username,
            auth_password_file: SECRET_FILE,
            require_tls: true,
            send_resolved: true,
            headers: { Subject: title },
            text,
          },
        ],
      };
  }
}
