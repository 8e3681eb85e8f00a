#!/usr/bin/env bash
# Makes this machine a VPN host: package sources, data disk, MongoDB, Pritunl, and a guard for what clients may reach.
# Runs at every boot and changes only what differs. A new machine that is given the old one's disk is the old one:
# users, servers and this host's id lie on it, and Pritunl starts again the servers that were online.
#
# Run by hand ('google_metadata_script_runner startup') it restarts Pritunl when something changed: tunnels are cut for
# some seconds.

set -euo pipefail
umask 022

# In the metadata the library's text stands here in place of the line that sources it, and PACKAGES after it.
# shellcheck source=../machine/boot-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../machine/boot-lib.sh"

# Fingerprints of the keys that sign packages. MongoDB's is what Docker's official image of 8.0 checks
# (github.com/docker-library/mongo), Pritunl's is that of the file below (github.com/pritunl/pgp). Read 2026-11-22.
MONGODB_KEY=${MONGODB_KEY:-4B0752C1BCA238C0B4EE14DC41DE058A4E7DCA05}
PRITUNL_KEY=${PRITUNL_KEY:-7568D9BB55FF9E5287D586017AE645C0CF8E292A}
MONGODB_KEY_URL=https://pgp.mongodb.com/server-8.0.asc
PRITUNL_KEY_URL=https://raw.githubusercontent.com/pritunl/pgp/master/pritunl_repo_pub.asc

# Stand before the packages are installed: what a package starts finds its config, and without the disk does nothing.
write_server_units() {
  put 0644 /etc/systemd/system/mongod.service.d/vpn.conf <<'UNIT'
[Unit]
RequiresMountsFor=/var/lib/vpn
ConditionPathIsMountPoint=/var/lib/vpn
StartLimitIntervalSec=0

[Service]
ExecStart=
ExecStart=/usr/bin/mongod --config /etc/vpn/mongod.conf
Restart=always
RestartSec=2s
UNIT
  put 0644 /etc/systemd/system/pritunl.service.d/vpn.conf <<'UNIT'
[Unit]
Wants=mongod.service network-online.target
# A host without its guard opens no tunnel.
Requires=vpn-guard.service
After=mongod.service vpn-guard.service network-online.target
RequiresMountsFor=/var/lib/vpn
ConditionPathIsMountPoint=/var/lib/vpn
StartLimitIntervalSec=0

[Service]
Restart=always
RestartSec=5s
UNIT
}

# Seen from the VPC, clients have this host's address. What they may reach is the firewall's table; the guard keeps them
# from what no firewall of the VPC sees: this host itself, its metadata server with the token, and the internet.
write_guard() {
  put 0644 /etc/vpn/guard.nft <<RULES
table inet vpn-guard
delete table inet vpn-guard
table inet vpn-guard {
  chain input {
    type filter hook input priority filter; policy accept;
    iifname { "tun*", "tap*", "wg*" } jump from_client
  }
  chain from_client {
    ct state established,related accept
    meta l4proto { tcp, udp } th dport $DNS_PORT accept
    icmp type echo-request accept
    counter drop
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname { "tun*", "tap*", "wg*" } jump through_tunnel
  }
  chain through_tunnel {
    # The site's firewall lets this host append its logs, and cannot tell its clients from it.
    tcp dport $ELASTICSEARCH_PORT drop
    ip daddr 10.0.0.0/8 accept
    ip daddr 169.254.169.254 meta l4proto { tcp, udp } th dport $DNS_PORT accept
    counter drop
  }
}
RULES
  put 0644 /etc/systemd/system/vpn-guard.service <<'UNIT'
[Unit]
Description=VPN: what clients may not reach

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft --file /etc/vpn/guard.nft
ExecReload=/usr/sbin/nft --file /etc/vpn/guard.nft

[Install]
WantedBy=multi-user.target
UNIT
}

# The database has no accounts: it listens to this host alone, and who has a shell here has the VPN anyway.
write_configs() {
  local address
  address=$(metadata network-interfaces/0/ip)
  put 0644 /etc/vpn/mongod.conf <<'CONFIG'
storage:
  dbPath: /var/lib/vpn/mongodb
  wiredTiger:
    engineConfig:
      cacheSizeGB: 0.25
net:
  bindIp: 127.0.0.1
  port: 27017
CONFIG
  # Pritunl would ask for the database in its console, by a setup key; with the address written here it asks nobody.
  # IAP and administrators both arrive at the internal address, so the console listens to no other.
  put 0600 /etc/pritunl.conf <<CONFIG
{
    "mongodb_uri": "mongodb://127.0.0.1:27017/pritunl",
    "bind_addr": "$address",
    "port": $CONSOLE_PORT,
    "uuid_path": "/var/lib/vpn/pritunl/pritunl.uuid",
    "setup_key_path": "/var/lib/vpn/pritunl/setup_key",
    "log_path": "/var/log/pritunl.log",
    "temp_path": "/tmp/pritunl_%r",
    "local_address_interface": "auto"
}
CONFIG
}

# Each source may serve what it is there for and nothing else; a new major version comes by a changed line here.
write_sources() {
  put 0644 /etc/apt/sources.list.d/vpn.list <<'LIST'
deb [arch=amd64 signed-by=/etc/apt/keyrings/mongodb.asc] https://repo.mongodb.org/apt/ubuntu noble/mongodb-org/8.0 multiverse
deb [arch=amd64 signed-by=/etc/apt/keyrings/pritunl.asc] https://repo.pritunl.com/stable/apt noble main
LIST
  put 0644 /etc/apt/preferences.d/vpn <<'PINS'
Package: *
Pin: origin repo.mongodb.org
Pin-Priority: -1

Package: *
Pin: origin repo.pritunl.com
Pin-Priority: -1

Package: mongodb-org-server
Pin: version 8.0.*
Pin-Priority: 600

Package: pritunl
Pin: version 1.*
Pin-Priority: 600
PINS
  # Ubuntu's security fixes, kernel and OpenVPN among them, by themselves; Pritunl and MongoDB by people.
  put 0644 /etc/apt/apt.conf.d/60vpn <<'RULE'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "true";
// UTC: 03:00 in Jakarta. Tunnels come back with the host.
Unattended-Upgrade::Automatic-Reboot-Time "20:00";
RULE
}

# Fingerprints of the primary keys in a file, one a line. GnuPG wants a home even to look; a boot may have none.
fingerprints() {
  local home
  home=$(mktemp -d)
  gpg --homedir "$home" --batch --no-options --show-keys --with-colons "$1" 2>/dev/null |
    awk -F: '$1 == "pub" { primary = 1 } $1 == "fpr" && primary { print $10; primary = 0 }' || true
  rm -rf "$home"
}

# keyring NAME FINGERPRINT URL: a file with that key and no other. apt trusts all keys of a keyring, so one that holds a
# second key is refused too.
keyring() {
  local file=$MACHINE_ROOT/etc/apt/keyrings/$1.asc offered found
  [[ -e $file && $(fingerprints "$file") == "$2" ]] && return
  offered=$(mktemp)
  fetch --location --proto =https --output "$offered" "$3"
  found=$(fingerprints "$offered")
  if [[ $found != "$2" ]]; then
    rm "$offered"
    log "$3 holds ${found:-no key} instead of $2: nothing is installed from there." \
      "Ask the publisher which key is right before you change the script"
    return 1
  fi
  put 0644 "/etc/apt/keyrings/$1.asc" <"$offered"
  rm "$offered"
}

start_units() {
  local start=start
  ((changed == 0)) || start=restart
  systemctl daemon-reload
  systemctl enable --now var-lib-vpn.mount
  install -d -m 0700 "$MACHINE_ROOT/var/lib/vpn/mongodb" "$MACHINE_ROOT/var/lib/vpn/pritunl"
  # Packages number their users by machine: on the disk of another one MongoDB's files may belong to a stranger.
  chown --recursive mongodb:mongodb "$MACHINE_ROOT/var/lib/vpn/mongodb"
  systemctl enable vpn-guard.service mongod.service pritunl.service
  systemctl "$start" vpn-guard.service mongod.service pritunl.service
}

write_mount_unit /var/lib/vpn "VPN: the data disk"
write_server_units
write_guard
write_configs
write_sources
systemctl daemon-reload
keyring mongodb "$MONGODB_KEY" "$MONGODB_KEY_URL"
keyring pritunl "$PRITUNL_KEY" "$PRITUNL_KEY_URL"
install_packages
prepare_disk vpn
start_units
ship_logs pritunl.service mongod.service
