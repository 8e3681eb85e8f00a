import type { HelmValues } from "../kubernetes/values/helm-values";
import { SITE_SECRETS } from "./site-names";
import type { AlertRoute } from "./site-settings";

/** Where the operator mounts the Secrets that Alertmanager's spec names. */
const SECRET_FILE = `/etc/alertmanager/secrets/${SITE_SECRETS.alertRoute.name}/${SITE_SECRETS.alertRoute.key}`;

const TEXT = [
  "{{ .CommonLabels.severity }}: {{ .CommonLabels.alertname }} in {{ .CommonLabels.country }}",
  "{{ range .Alerts }}{{ .Annotations.summary }}\n{{ .Annotations.runbook }}\n{{ end }}",
] as const;

/**
 * Alertmanager's configuration. One message per alert and country; one that lasts is repeated: what wakes people every
 * 4 hours, the rest every day. The watchdog, which always fires, is a daily sign that messages arrive.
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
    inhibit_rules: [
      silences("EdgeDown", "EdgeMachineDown"),
      silences("MonitoringSiteSilent", "PrometheusReplicaDown"),
      silences("DatabaseHostDown", "DatabaseNotWritable|DatabaseClusterShort"),
      silences("AgentSilent", "RawLogArchiveStale"),
    ],
    receivers: [{ name: "people", ...receiver(route) }],
  };
}

/** Of a cause and what follows from it in the same country, the cause is told. */
function silences(cause: string, consequences: string): HelmValues {
  return {
    source_matchers: [`alertname = "${cause}"`],
    target_matchers: [`alertname =~ "${consequences}"`],
    equal: ["country"],
  };
}

/** What is secret stays in a file, which is read for every message: a rotated one needs no restart. */
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
