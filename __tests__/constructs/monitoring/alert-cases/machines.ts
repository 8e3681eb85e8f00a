import { UNITS } from "../../../../constructs/monitoring/rules/machines";
import { type AlertCase, country, EDGE_HOST, NODE, NODE_LABELS } from "./alert-case";

const VPN = 'job="vpn-host",country="indonesia",instance="indonesia-vpn"';

/** Whether each unit of a machine runs, a VPN host unless said otherwise. */
const units = (values: (name: string) => string, job: keyof typeof UNITS = "vpn-host", machine = VPN) =>
  Object.fromEntries(
    UNITS[job].map((name) => [`node_systemd_unit_state{${machine},name="${name}",state="active"}`, values(name)]),
  );
const stopped = (stops: string) => (name: string) => (name === stops ? "1x10 0x50" : "1x60");

export const MACHINES_CASES: Record<string, AlertCase> = {
  ServiceDown: {
    fires: units(stopped("pritunl.service")),
    alsoFires: [
      units(stopped("edge-sync.timer"), "edge-host", EDGE_HOST),
      units(stopped("galera-backup.timer"), "database-host", NODE),
    ],
    labels: { country, job: "vpn-host", instance: "indonesia-vpn" },
    summary: "indonesia: only 4 of the services and timers of indonesia-vpn run",
    quiet: {
      ...units(() => "1x60"),
      ...units(() => "1x60", "edge-host", EDGE_HOST),
      ...units(() => "1x60", "database-host", NODE),
    },
  },
  MachineRestarts: {
    fires: { [`node_boot_time_seconds{${EDGE_HOST}}`]: "0x10 600x10 1200x10 1800x30" },
    at: "40m",
    labels: { job: "edge-host", country, instance: "indonesia-edge-a1b2" },
    summary: "indonesia: indonesia-edge-a1b2 boots again and again",
    quiet: { [`node_boot_time_seconds{${EDGE_HOST}}`]: "0x10 600x50" },
  },
  MemoryShort: {
    fires: { [`node_memory_MemAvailable_bytes{${NODE}}`]: "40x60", [`node_memory_MemTotal_bytes{${NODE}}`]: "1000x60" },
    labels: NODE_LABELS,
    summary: "indonesia: indonesia-database-1 has 4% of its memory left",
    quiet: {
      [`node_memory_MemAvailable_bytes{${NODE}}`]: "200x60",
      [`node_memory_MemTotal_bytes{${NODE}}`]: "1000x60",
    },
  },
};
