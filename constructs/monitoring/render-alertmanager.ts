import type { AlertReceiver } from "../../config/topology";
import type { HelmValues } from "../kubernetes/values/helm-values";
import { receiverEntries } from "./alert-receivers";
import { BROKER_SET } from "./rules/app";
import { SITE_SECRETS } from "./site-names";
import type { AlertReceiverName, AlertSettings } from "./site-settings";

/** Where the receivers' secrets are mounted, each in a folder of its own. */
export const RECEIVER_FOLDER = "/etc/alertmanager/receivers";

const TEXT = [
  "{{ .CommonLabels.severity }}: {{ .CommonLabels.alertname }} in {{ .CommonLabels.country }}",
  "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.runbook }}\n{{ end }}",
] as const;

/** Receiver of what only shows in Grafana. */
const NOBODY = "nobody";

interface Route extends HelmValues {
  readonly receiver: AlertReceiverName;
}

/** Critical alerts go two ways, because one may be broken. */
const ROUTES: readonly Route[] = [
  {
    matchers: ['alertname = "Watchdog"'],
    receiver: "dead-mans-switch",
    group_wait: "0s",
    group_interval: "1m",
    repeat_interval: "5m",
  },
  { matchers: ['severity = "critical"'], receiver: "critical", repeat_interval: "4h", continue: true },
  { matchers: ['severity =~ "critical|warning"'], receiver: "warning" },
];

/**
 * Alertmanager's configuration. One message per alert and country, repeated while it lasts: every 4 hours for what
 * wakes people, daily for the rest. The watchdog, which always fires, calls the dead man's switch every 5 minutes.
 */
export function renderAlertmanagerConfig(alerts: AlertSettings): HelmValues {
  const receivers = receiverEntries(alerts);
  return {
    global: { resolve_timeout: "5m" },
    route: {
      receiver: NOBODY,
      group_by: ["alertname", "country"],
      group_wait: "30s",
      group_interval: "5m",
      repeat_interval: "24h",
      // Left out, the chart's own would stay, to a receiver that is not there: the operator would start no Alertmanager.
      routes: ROUTES.filter(({ receiver }) => receivers.some(([name]) => name === receiver)),
    },
    inhibit_rules: INHIBITIONS.map(inhibition),
    receivers: [{ name: NOBODY }, ...receivers.map(([name, receiver]) => ({ name, ...delivery(name, receiver) }))],
  };
}

/** While the cause fires, its consequences are muted. */
interface Inhibition {
  readonly cause: string;
  /** Names of alerts. @default every other alert */
  readonly consequences?: string;
  /** Of these, only those of pods' disks that are named so. @default of anything */
  readonly disk?: string;
  /** Whether in any country. @default in the same one */
  readonly everywhere?: true;
}

/** What users feel, as a consequence of what stops the whole shop in a country. */
const FELT = "ErrorBudgetGone.*|AnswersSlow|AnswersVerySlow|TrafficGone|.*UsersRefused|IngressErrors";

const INHIBITIONS: readonly Inhibition[] = [
  { cause: "CountryLost" },
  // Its database machines, if it has any, are told of by name, which silences this as well.
  { cause: "CountryLost", consequences: "FallbackUnreachable", everywhere: true },
  {
    cause: "SiteAlone",
    consequences: `CountryLost|Database.*|NoDatabaseServes|.*TargetsMissing|MonitoringSiteSilent|BackupStale|${FELT}`,
    everywhere: true,
  },
  {
    cause: "EdgeDown",
    consequences: `TargetsMissing|Target(Blind|Down)|ServiceDown|NoCountryServes|NoDatabaseServes|${FELT}`,
  },
  {
    cause: "NoAppIsUp",
    consequences: `NoCountryServes|FailoverActive|FallbackUnreachable|AppShortOfPods|${FELT}`,
    everywhere: true,
  },
  { cause: "NoCountryServes", consequences: `FailoverActive|FallbackUnreachable|AppShortOfPods|${FELT}` },
  { cause: "NoDatabaseServes", consequences: FELT },
  // A cluster that is gone takes the agent along.
  { cause: "FailoverActive", consequences: "AgentSilent|AppShortOfPods|WorkloadShort|IngressErrors|FailoverFlaps" },
  { cause: "EdgeFull", consequences: "AnswersSlow|AnswersVerySlow|MemoryShort" },
  // Without a database every country's pages fail.
  {
    cause: "DatabaseDown",
    consequences: `NoDatabaseServes|Database(HostDown|ClusterShort|NotWritable|CatchesUp|WaitsToStart|Stuck|Restarted)|FallbackUnreachable|${FELT}`,
    everywhere: true,
  },
  { cause: "DatabaseHostDown", consequences: "DatabaseNotWritable|DatabaseCatchesUp|SharedTargetsMissing" },
  {
    cause: "DatabaseHostDown|DatabaseNotWritable",
    consequences: "DatabaseClusterShort|FallbackUnreachable",
    everywhere: true,
  },
  { cause: "DatabaseStuck|DatabaseWaitsToStart", consequences: "DatabaseNotWritable" },
  { cause: "MonitoringSiteSilent", consequences: "SharedTargetsMissing|AlertmanagerUnreachable" },
  { cause: "AgentSilent", consequences: "RawLogArchiveStale|SignalMissing|JobVanished|TargetDown|Pushes.*" },
  { cause: "ErrorBudgetGoneInTwoDays", consequences: "ErrorBudgetGoneIn(FiveDays|TenDays|AMonth)" },
  { cause: "ErrorBudgetGoneInFiveDays", consequences: "ErrorBudgetGoneIn(TenDays|AMonth)" },
  { cause: "ErrorBudgetGoneInTenDays", consequences: "ErrorBudgetGoneInAMonth" },
  { cause: "AnswersVerySlow", consequences: "AnswersSlow" },
  { cause: "UsersRefused", consequences: "SomeUsersRefused" },
  // The claims that RabbitMQ's operator makes.
  { cause: "BrokerBlocksPublishers", consequences: "DiskFill.*", disk: `persistence-${BROKER_SET}-.+` },
  { cause: "BrokerDown", consequences: "BrokerShortOfNodes|QueueUnattended|SignalMissing" },
  { cause: "CertificateExpiresNow", consequences: "CertificateExpiring|CertificateWentBack" },
  { cause: "DiskReadOnly", consequences: "Database(NotWritable|CatchesUp)|TextfileStale|ServiceDown" },
  { cause: "DiskFillsSoon", consequences: "DiskFilling|InodesShort" },
];

/** An alert never silences itself: Alertmanager leaves out what matches both sides. */
function inhibition({ cause, consequences, disk, everywhere }: Inhibition): HelmValues {
  return {
    source_matchers: [`alertname =~ "${cause}"`],
    target_matchers: [
      consequences ? `alertname =~ "${consequences}"` : `alertname != "${cause}"`,
      ...(disk ? [`persistentvolumeclaim =~ "${disk}"`] : []),
    ],
    ...(!everywhere && { equal: ["country"] }),
  };
}

/** Secrets stay in files, which are read for every message: rotation needs no restart. */
function delivery(name: AlertReceiverName, receiver: AlertReceiver): HelmValues {
  const [title, text] = TEXT;
  const file = `${RECEIVER_FOLDER}/${SITE_SECRETS.alert.name(name)}/${SITE_SECRETS.alert.key}`;
  // The switch takes any call for a sign of life, so the watchdog's end must not be one.
  const send_resolved = name !== "dead-mans-switch";
  switch (receiver.kind) {
    case "webhook":
      return { webhook_configs: [{ url_file: file, send_resolved }] };
    case "slack":
      return { slack_configs: [{ api_url_file: file, send_resolved, title, text }] };
    case "email":
      return {
        email_configs: [
          {
            to: receiver.to,
            from: receiver.from,
            smarthost: receiver.server,
            auth_username: receiver.username,
            auth_password_file: file,
            require_tls: true,
            send_resolved,
            headers: { Subject: title },
            text,
          },
        ],
      };
  }
}
