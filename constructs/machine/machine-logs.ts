import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { MachineLogsSettings } from "./machine-logs-settings";
import { renderMachineLogsEnvironment, renderRsyslogConfig } from "./render-machine-logs";

/** Metadata from which `ship_logs` of the boot scripts makes the machine send its logs. */
export function machineLogsTexts(settings: MachineLogsSettings) {
  return {
    "machine-logs": readFileSync(join(__dirname, "machine-logs.sh"), "utf8"),
    "machine-logs-environment": renderMachineLogsEnvironment(settings),
    "machine-logs-rsyslog": renderRsyslogConfig(settings),
  };
}
