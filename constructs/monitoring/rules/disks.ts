import { type Alert, type AlertGroup, HOUR_SECONDS } from "../alert";
import { HOST_JOBS } from "../render-scrape-jobs";

/** Filesystems of machines and of cluster nodes; those that are read only or in memory do not fill. */
const NODES = 'fstype=~"ext4|xfs"';

/** What is free of a machine's or a node's filesystem, and of a pod's disk: bytes and inodes, each with its whole. */
const DISKS = [
  [`node_filesystem_avail_bytes{${NODES}}`, `node_filesystem_size_bytes{${NODES}}`],
  ["kubelet_volume_stats_available_bytes", "kubelet_volume_stats_capacity_bytes"],
] as const;
const INODES = [
  [`node_filesystem_files_free{${NODES}}`, `node_filesystem_files{${NODES}}`],
  ["kubelet_volume_stats_inodes_free", "kubelet_volume_stats_inodes"],
] as const;

/** Disks of machines; a cluster node has some that are never written to. */
const HOST_DISKS = `job=~"${HOST_JOBS.join("|")}", ${NODES}`;

const WHERE = "{{ $labels.mountpoint }}{{ $labels.persistentvolumeclaim }} ({{ $labels.instance }})";

/** A disk is told of by the time that is left, and by what is left should it fill slowly. */
export const DISK_ALERTS: AlertGroup = {
  name: "disks",
  alerts: [
    filling("DiskFilling", "warning", { share: 0.4, window: "6h", hours: 24, orBelow: 0.15 }, "15m"),
    // A runaway log or a full copy fills a disk within half an hour.
    filling(
      "DiskFillsSoon",
      "critical",
      { share: 0.4, window: "15m", hours: 1, orBelow: 0.03, inodesBelow: 0.03 },
      "1m",
    ),
    {
      name: "InodesShort",
      severity: "warning",
      isOfMachines: true,
      expr: inodesShort(0.1).join(" or "),
      for: "15m",
      summary: `{{ $labels.country }}: {{ $value | humanizePercentage }} of the inodes are free on ${WHERE}`,
      runbook: "monitoring.md#a-disk-fills",
    },
    {
      name: "DiskReadOnly",
      severity: "critical",
      isOfMachines: true,
      expr: `node_filesystem_readonly{${HOST_DISKS}} == 1`,
      for: "1m",
      summary: "{{ $labels.country }}: {{ $labels.mountpoint }} of {{ $labels.instance }} takes no writes any more",
      runbook: "monitoring.md#a-disk-takes-no-writes",
    },
  ],
};

interface Filling {
  /** Below this share of free bytes, the trend counts. */
  readonly share: number;
  /** The trend of this time goes on ... */
  readonly window: string;
  /** ... and is at nothing within so many hours. */
  readonly hours: number;
  /** Told whatever the trend is. */
  readonly orBelow: number;
  /** Share of free inodes, without which a disk is as full. @default never told */
  readonly inodesBelow?: number;
}

function filling(
  name: string,
  severity: Alert["severity"],
  { share, window, hours, orBelow, inodesBelow }: Filling,
  lasts: string,
): Alert {
  const each = DISKS.flatMap(([free, all]) => [
    `(${free} / ${all} < ${share} and predict_linear(${free}[${window}], ${hours * HOUR_SECONDS}) < 0)`,
    `${free} / ${all} < ${orBelow}`,
  ]);
  return {
    name,
    severity,
    isOfMachines: true,
    expr: [...each, ...(inodesBelow === undefined ? [] : inodesShort(inodesBelow))].join(" or "),
    for: lasts,
    summary: `{{ $labels.country }}: {{ $value | humanizePercentage }} free on ${WHERE}`,
    runbook: "monitoring.md#a-disk-fills",
  };
}

function inodesShort(share: number): string[] {
  return INODES.map(([free, all]) => `${free} / ${all} < ${share}`);
}
