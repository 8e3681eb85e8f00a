import { versions } from "./versions";

/** Packages that each kind of machine installs at first boot. Boot scripts get their list from here. */
export const machinePackages = {
  edge: ["haproxy", "prometheus-node-exporter", "ca-certificates", "curl", "openssl", "jq", "rsyslog"],
  database: [
    ...["mariadb-server", "mariadb-backup", "galera-4", "socat", "zstd"],
    ...["prometheus-node-exporter", "prometheus-mysqld-exporter", "ca-certificates", "curl", "openssl", "jq"],
    "rsyslog",
  ],
  /** For Ubuntu; MongoDB and Pritunl come from their own publishers. */
  vpn: [
    ...["mongodb-org-server", "pritunl", "openvpn", "wireguard-tools", "nftables"],
    ...["prometheus-node-exporter", "unattended-upgrades", "ca-certificates", "curl", "jq", "rsyslog"],
  ],
} as const satisfies Record<string, readonly string[]>;

/** What Google's Debian image contains beyond the base packages, as far as our scripts and units need it. */
const imagePackages = ["systemd", "e2fsprogs", "iproute2", "procps", "unattended-upgrades"];

/** What tests and drills run in addition to the machines' own programs. */
const testPackages = [
  ...["gnupg", "libfaketime", "mmdebstrap", "nftables", "nghttp2-client", "python3", "shellcheck"],
  ...["prometheus", "prometheus-alertmanager", "rabbitmq-server"],
];

/** A Debian root that tests run programs from: the release, and the packages installed on top of the base. */
export interface DebianRoot {
  readonly release: string;
  readonly packages: readonly string[];
}

/** A machine as Google delivers it, before its boot script has run. */
export const imageRoot: DebianRoot = { release: versions.debian, packages: imagePackages };

/** Everything that tests and drills run, including the packages of edge and database machines. */
export const engineRoot: DebianRoot = {
  release: versions.debian,
  packages: [
    ...new Set([...imagePackages, ...machinePackages.edge, ...machinePackages.database, ...testPackages]),
  ].sort(),
};
