#!/usr/bin/env bash
# Makes this machine an edge: packages, units and edge-sync, which brings config and certificate. Runs at every
# boot and changes only what differs. With an image that has the packages it needs no network but the metadata server.
#
# A machine takes a new haproxy-cfg while it runs. A new startup-script, edge-sync or edge-environment comes with the
# next boot: 'gcloud compute instance-groups managed rolling-action replace'.

set -euo pipefail
umask 022

# In the metadata the library's text stands here in place of the line that sources it, and PACKAGES after it.
# shellcheck source=../machine/boot-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../machine/boot-lib.sh"

# Stands before the package is installed, for two reasons: a unit in /etc hides the package's, so Debian's own
# config is never served; and while there is no release yet the start that the package asks for does nothing.
write_haproxy_unit() {
  put 0644 /etc/systemd/system/haproxy.service <<'UNIT'
[Unit]
Description=Edge: HAProxy with the release that edge-sync chose
Wants=network-online.target
After=network-online.target
ConditionPathExists=/var/lib/edge/current/haproxy.cfg
# An edge never gives up: whatever kept it from starting may end.
StartLimitIntervalSec=0

[Service]
Type=notify
User=haproxy
Group=haproxy
EnvironmentFile=/etc/default/edge-machine
RuntimeDirectory=haproxy
ExecStart=/usr/sbin/haproxy -Ws -f /var/lib/edge/current/haproxy.cfg
ExecReload=/usr/sbin/haproxy -c -q -f /var/lib/edge/current/haproxy.cfg
ExecReload=/bin/kill -USR2 $MAINPID
TimeoutStartSec=30s
KillMode=mixed
SuccessExitStatus=143
Restart=always
RestartSec=1s
# Two per connection (maxconn 20000), and some.
LimitNOFILE=65536
# The journal drops what exceeds 10,000 lines in 30 s; each request is a line.
LogRateLimitIntervalSec=0

AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
ProtectProc=invisible
ProtectClock=yes
ProtectHostname=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
UNIT
}

write_sync_units() {
  put 0644 /etc/systemd/system/edge-sync.service <<'UNIT'
[Unit]
Description=Edge: fetch config and certificate, check them and take them in use
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
EnvironmentFile=/etc/default/edge
EnvironmentFile=/etc/default/edge-machine
ExecStart=/usr/local/sbin/edge-sync
# Fetches with their retries; for certificate and config a reload that hangs, a verification, and the way back.
TimeoutStartSec=300s
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/var/lib/edge /var/lib/prometheus/node-exporter
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
UNIT
  put_timer edge-sync "Edge: edge-sync every 30 seconds" <<'TIMER'
OnBootSec=30s
OnUnitInactiveSec=30s
AccuracySec=1s
TIMER
}

# The one place that has clients' whole addresses (docs/decisions/0034-logs.md). Whole files are deleted: one a day.
limit_journal() {
  put 0644 /etc/systemd/journald.conf.d/clients.conf <<'CONF'
[Journal]
Storage=persistent
MaxRetentionSec=14day
MaxFileSec=1day
CONF
}

# What the machine itself begins over IPv6 is denied: without this, its programs would try that first.
prefer_ipv4() {
  put 0644 /etc/gai.conf <<<"precedence ::ffff:0:0/96 100"
}

# By way of variables, so that a fetch that fails ends the script and leaves the file as it was.
write_from_metadata() {
  local sync settings address zone
  sync=$(metadata attributes/edge-sync)
  settings=$(metadata attributes/edge-environment)
  address=$(metadata network-interfaces/0/ip)
  zone=$(metadata zone)
  put 0755 /usr/local/sbin/edge-sync <<<"$sync"
  put 0644 /etc/default/edge <<<"$settings"
  put 0644 /etc/default/edge-machine <<<"EDGE_ADDRESS=\"$address\"
EDGE_ZONE=\"${zone##*/}\""
}

load_units() {
  stale=$(systemctl show --property NeedDaemonReload --value haproxy.service)
  systemctl daemon-reload
}

start_units() {
  systemctl try-restart systemd-journald.service
  # edge-sync may write to these alone, and systemd wants them to exist.
  mkdir -p "$MACHINE_ROOT/var/lib/edge" "$MACHINE_ROOT/var/lib/prometheus/node-exporter"
  systemctl enable haproxy.service edge-sync.timer
  # Started at this boot by an older unit than the one written above.
  [[ $stale != yes ]] || systemctl try-restart haproxy.service
  # The timer tries again what this run could not do.
  systemctl start edge-sync.service || log "the first edge-sync failed: see 'journalctl -u edge-sync'"
  systemctl start edge-sync.timer
}

write_haproxy_unit
write_sync_units
limit_journal
prefer_ipv4
upgraded_by_people haproxy
load_units
install_packages
write_from_metadata
start_units
ship_logs haproxy.service
