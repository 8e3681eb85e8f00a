import { machineLogsTexts } from "../../constructs/machine/machine-logs";
import type { MachineLogsSettings } from "../../constructs/machine/machine-logs-settings";

/** Metadata of a machine that sends its logs, by its path below `instance/`. */
export function machineLogsMetadata(kind: MachineLogsSettings["kind"]): [path: string, text: string][] {
  const texts = machineLogsTexts({
    country: "indonesia",
    kind,
    elasticsearchHost: "elasticsearch.indonesia.internal.shop.test",
    project: "shop",
    userSecret: "indonesia-elasticsearch-edge",
    archiveBucket: "shop-logs-indonesia",
  });
  return Object.entries(texts).map(([key, text]) => [`attributes/${key}`, text]);
}

/** What a first boot asks of systemd for it, after everything else. */
export const SHIP_LOGS_CALLS = [
  "systemctl daemon-reload",
  "systemctl disable --now rsyslog.service",
  "systemctl enable machine-logs.service machine-logs-sync.timer",
  "systemctl restart --no-block machine-logs.service",
  "systemctl start machine-logs-sync.timer",
];
