import { versions } from "./versions";

/** Packages that each kind of machine installs at its first boot. Its boot script gets the list from here. */
export const machinePackages = {
  edge: ["haproxy", "prometheus-node-exporter", "ca-certificates", "curl", "openssl", "jq"],
  database: [
    ...["mariadb-server", "mariadb-backup", "galera-4", "socat", "zstd"],
    ...["prometheus-node-exporter", "prometheus-mysqld-exporter", "ca-certificates", "curl", "openssl", "jq"],
  ],
  /** On Ubuntu, and MongoDB and Pritunl from their own publishers. */
  vpn: [
    ...["mongodb-org-server", "pritunl", "openvpn", "wireguard-tools", "nftables"],
    ...["prometheus-node-exporter", "unattended-upgrades"],
  ],
} as const satisfies Record<string, readonly string[]>;

/** What Google's image of Debian has beside the packages that every Debian has, as far as our scripts and units need it. */
const imagePackages = ["systemd", "e2fsprogs", "iproute2", "procps", "unattended-upgrades"];

/** What tests and drills run beside the machines' own programs. */
const testPackages = [
  ...["gnupg", "mmdebstrap", "nftables", "python3", "shellcheck"],
  ...["prometheus", "rabbitmq-server"],
];

/** A Debian that tests run programs of: the release, and what is installed in it beside the packages that every Debian has. */
export interface DebianRoot {
  readonly release: string;
  readonly packages: readonly string[];
}

/** A machine as Google hands it over, before its boot script has run. */
export const imageRoot: DebianRoot = { release: versions.debian, packages: imagePackages };

/** All that tests and drills run. The packages of edge and database machines are the machines' own. */
export const engineRoot: DebianRoot = {
  release: versions.debian,
  packages: [
    ...new Set([...imagePackages, ...machinePackages.edge, ...machinePackages.database, ...testPackages]),
  ].sort(),
};
