import type { AlertGroup } from "../alert";
import { HOST_JOBS, SCRAPE_JOBS } from "../render-scrape-jobs";

const HOSTS = `job=~"${HOST_JOBS.join("|")}"`;

const LOGS = ["machine-logs.service", "machine-logs-sync.timer"];

/** What runs on a kind of machine as long as it does: if it ends, nothing else tells. MariaDB has alerts of its own. */
export const UNITS: Readonly<Record<(typeof HOST_JOBS)[number], readonly string[]>> = {
  [SCRAPE_JOBS.edgeHost]: ["haproxy.service", "edge-sync.timer", ...LOGS],
  [SCRAPE_JOBS.databaseHost]: [
    ...["galera-watch.service", "galera-credentials.timer", "galera-logs.timer"],
    ...["galera-backup.timer", "galera-backup-newest.timer", "galera-check.timer"],
    ...LOGS,
  ],
  [SCRAPE_JOBS.vpnHost]: ["pritunl.service", "mongod.service", "vpn-guard.service", ...LOGS],
};

/** The machines themselves: edges, database nodes and VPN hosts; memory of the clusters' nodes as well. */
export const MACHINE_ALERTS: AlertGroup = {
  name: "machines",
  alerts: [
    {
      name: "ServiceDown",
      severity: "warning",
      isOfMachines: true,
      expr: Object.entries(UNITS)
        .map(
          ([job, units]) =>
            `sum by (country, job, instance) (node_systemd_unit_state{job="${job}", name=~"${units.join("|")}", state="active"}) < ${units.length}`,
        )
        .join(" or "),
      for: "5m",
      summary: "{{ $labels.country }}: only {{ $value }} of the services and timers of {{ $labels.instance }} run",
      runbook: "monitoring.md#a-service-is-down",
    },
    {
      name: "MachineRestarts",
      severity: "warning",
      isOfMachines: true,
      expr: `changes(node_boot_time_seconds{${HOSTS}}[1h]) > 2`,
      for: "0s",
      summary: "{{ $labels.country }}: {{ $labels.instance }} boots again and again",
      runbook: "monitoring.md#a-machine-does-not-answer",
    },
    {
      name: "MemoryShort",
      severity: "warning",
      isOfMachines: true,
      expr: "node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes < 0.05",
      for: "10m",
      summary: "{{ $labels.country }}: {{ $labels.instance }} has {{ $value | humanizePercentage }} of its memory left",
      runbook: "monitoring.md#a-machine-is-short-of-memory",
    },
  ],
};
