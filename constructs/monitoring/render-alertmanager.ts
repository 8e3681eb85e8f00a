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
    inhibit_rules: [
      silences("EdgeDown", "EdgeMachineDown"),
      silences("MonitoringSiteSilent", "PrometheusReplicaDown"),
      silences("DatabaseHostDown", "DatabaseNotWritable|DatabaseClusterShort"),
      silences("AgentSilent", "RawLogArchiveStale"),
    ],
    receivers: [{ name: "people", ...receiver(route) }],
  };
}

/** While the cause fires, its consequences in the same country are muted. */
function silences(cause: string, consequences: string): HelmValues {
  return {
    source_matchers: [`alertname = "${cause}"`],
    target_matchers: [`alertname =~ "${consequences}"`],
    equal: ["country"],
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
