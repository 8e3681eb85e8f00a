import { type AlertCase, APP, NODE, NODE_LABELS } from "./alert-case";

const DISK = `${NODE},fstype="ext4",mountpoint="/var/lib/database"`;
const LABELS = { ...NODE_LABELS, fstype: "ext4", mountpoint: "/var/lib/database" };

/** Of 100 GB. */
function free(available: string): AlertCase["fires"] {
  return {
    [`node_filesystem_avail_bytes{${DISK}}`]: available,
    [`node_filesystem_size_bytes{${DISK}}`]: "100000x900",
  };
}

/** The same of a pod's disk. */
const VOLUME = `${APP},persistentvolumeclaim="broker"`;
const volume = (available: string) => ({
  [`kubelet_volume_stats_available_bytes{${VOLUME}}`]: available,
  [`kubelet_volume_stats_capacity_bytes{${VOLUME}}`]: "100000x900",
});
const inodes = (part: string) => [
  { [`node_filesystem_files_free{${DISK}}`]: part, [`node_filesystem_files{${DISK}}`]: "100x900" },
  { [`kubelet_volume_stats_inodes_free{${VOLUME}}`]: part, [`kubelet_volume_stats_inodes{${VOLUME}}`]: "100x900" },
];

export const DISKS_CASES: Record<string, AlertCase> = {
  DiskFilling: {
    fires: free("60000-50x900"),
    // By what is left, however slowly it fills.
    alsoFires: [free("14000x900"), volume("60000-50x900"), volume("14000x900")],
    at: "12h",
    labels: LABELS,
    summary: "indonesia: 24% free on /var/lib/database (indonesia-database-1)",
    quiet: free("60000-10x900"),
  },
  DiskFillsSoon: {
    // Full within 25 minutes.
    fires: free("50000x10 48000-2000x23 0x60"),
    alsoFires: [free("2000x60"), volume("50000x10 48000-2000x23 0x60"), volume("2000x60"), ...inodes("2x60")],
    at: "20m",
    labels: LABELS,
    summary: "indonesia: 30% free on /var/lib/database (indonesia-database-1)",
    // Little is left, and it stays.
    quiet: { ...free("30000x60"), ...volume("30000x60") },
  },
  DiskReadOnly: {
    fires: { [`node_filesystem_readonly{${DISK}}`]: "0x10 1x50" },
    labels: LABELS,
    summary: "indonesia: /var/lib/database of indonesia-database-1 takes no writes any more",
    quiet: { [`node_filesystem_readonly{${DISK}}`]: "0x60" },
  },
  InodesShort: {
    fires: { [`node_filesystem_files_free{${DISK}}`]: "5x60", [`node_filesystem_files{${DISK}}`]: "100x60" },
    alsoFires: inodes("5x60"),
    labels: LABELS,
    summary: "indonesia: 5% of the inodes are free on /var/lib/database (indonesia-database-1)",
    quiet: { [`node_filesystem_files_free{${DISK}}`]: "50x60", [`node_filesystem_files{${DISK}}`]: "100x60" },
  },
};
