#!/usr/bin/env bash
# Makes this machine a database node: packages, data disk, units, and scripts and settings from metadata. Runs at every
# boot and changes only what differs. A node that was set up once starts without it, and without a network but its own.
#
# Changed metadata comes with the next run: 'google_metadata_script_runner startup' on one node after another, and
# 'systemctl restart mariadb' when the config changed. It never restarts a server that runs.

set -euo pipefail
umask 022

# In the metadata the library's text stands here in place of the line that sources it, and PACKAGES after it.
# shellcheck source=../machine/boot-lib.sh
. "$(dirname "${BASH_SOURCE[0]}")/../machine/boot-lib.sh"

SCRIPTS=(galera-start galera-credentials galera-health galera-backup galera-alter)

# Stands before the package is installed: a unit in /etc hides the package's, so Debian's own instance never runs; and
# without the config from metadata, or without the data disk, the start that the package asks for does nothing.
write_server_unit() {
  put 0644 /etc/systemd/system/mariadb.service <<'UNIT'
[Unit]
Description=Database: MariaDB, a node of the Galera cluster
Wants=network-online.target
After=network-online.target
RequiresMountsFor=/var/lib/database
ConditionPathIsMountPoint=/var/lib/database
ConditionPathExists=/etc/database/my.cnf
# A node never gives up: whatever it waits for may come.
StartLimitIntervalSec=0

[Service]
Type=notify
User=mysql
Group=mysql
ExecStartPre=+/usr/local/sbin/galera-credentials files
ExecStart=/usr/local/sbin/galera-start
# What fails here is tried again by galera-credentials.timer.
ExecStartPost=-+/usr/local/sbin/galera-credentials accounts
RuntimeDirectory=mysqld
RuntimeDirectoryPreserve=yes
LogsDirectory=mysql
Restart=always
RestartSec=2s
# A full copy comes before the server is ready: 500 GB at 100 MB/s take 85 minutes.
TimeoutStartSec=2h
# Changed pages are written at a stop. One that takes longer, or hangs, is killed and recovers at its start: nothing is
# lost either way.
TimeoutStopSec=60s
LimitNOFILE=32768
LimitMEMLOCK=524288
TasksMax=infinity
OOMScoreAdjust=-600
UMask=0027

AmbientCapabilities=CAP_IPC_LOCK
CapabilityBoundingSet=CAP_IPC_LOCK
NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
ProtectControlGroups=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectKernelLogs=yes
ProtectClock=yes
PrivateTmp=yes
PrivateDevices=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes

[Install]
WantedBy=multi-user.target
UNIT
}

write_watch_units() {
  put 0644 /etc/systemd/system/galera-watch.service <<'UNIT'
[Unit]
Description=Database: answers health checks, restarts a server that left the group, and writes metrics
ConditionPathExists=/etc/default/database
StartLimitIntervalSec=0

[Service]
ExecStart=/usr/local/sbin/galera-health watch
Restart=always
# HAProxy gives a node up after two checks without an answer, 500 ms apart.
RestartSec=100ms
# Says that it lives once a second: an answer must not grow old.
NotifyAccess=all
WatchdogSec=15s
RuntimeDirectory=galera-health
# The last answer stands until the next one.
RuntimeDirectoryPreserve=restart
ProtectSystem=strict
ReadWritePaths=/var/lib/prometheus/node-exporter
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes

[Install]
WantedBy=multi-user.target
UNIT
}

# put_job NAME DESCRIPTION COMMAND WRITABLE: a service that runs once each time, while the data's disk is mounted.
# Standard input: what else its [Service] holds.
put_job() {
  put 0644 "/etc/systemd/system/$1.service" <<UNIT
[Unit]
Description=Database: $2
Wants=network-online.target
After=network-online.target
ConditionPathIsMountPoint=/var/lib/database

[Service]
Type=oneshot
ExecStart=$3
$(cat)
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=$4 /var/lib/prometheus/node-exporter
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
UNIT
}

write_credentials_units() {
  put_job galera-credentials "certificate and accounts as Secret Manager holds them" \
    "/usr/local/sbin/galera-credentials sync" "/etc/database /var/lib/database" <<'SERVICE'
TimeoutStartSec=120s
SERVICE
  put_timer galera-credentials "Database: galera-credentials every minute" <<'TIMER'
OnBootSec=60s
OnUnitInactiveSec=60s
AccuracySec=1s
# Three nodes that see a new password at once would all apply it.
RandomizedDelaySec=15s
TIMER
}

write_backup_units() {
  put_job galera-backup "physical backup to another country" /usr/local/sbin/galera-backup /var/lib/database <<'SERVICE'
User=mysql
TimeoutStartSec=12h
# A slow node would slow the cluster.
Nice=10
IOSchedulingClass=idle
SERVICE
  put_timer galera-backup "Database: a backup every night" <<'TIMER'
# 02:30 in Jakarta.
OnCalendar=*-*-* 19:30:00 UTC
Persistent=yes
TIMER
}

# Whoever made it: the machine that did may be gone.
write_newest_backup_units() {
  put_job galera-backup-newest "time of the newest backup in the bucket" "/usr/local/sbin/galera-backup newest" "" <<'SERVICE'
User=mysql
TimeoutStartSec=60s
SERVICE
  put_timer galera-backup-newest "Database: ask for the newest backup every hour" <<'TIMER'
OnBootSec=5min
OnUnitInactiveSec=1h
RandomizedDelaySec=5min
TIMER
}

write_log_units() {
  put_job galera-logs "binary logs to another country" "/usr/local/sbin/galera-backup ship" /var/lib/database <<'SERVICE'
User=mysql
TimeoutStartSec=1h
SERVICE
  put_timer galera-logs "Database: binary logs every two minutes" <<'TIMER'
# What is not sent is lost with all disks. Five minutes are promised: one run may fail.
OnBootSec=120s
OnUnitInactiveSec=120s
AccuracySec=1s
TIMER
}

write_check_units() {
  put_job galera-check "restores the latest backup and reads every table" "/usr/local/sbin/galera-backup check" /var/lib/database <<'SERVICE'
TimeoutStartSec=12h
# A slow node would slow the cluster.
Nice=15
IOSchedulingClass=idle
OOMScoreAdjust=500
SERVICE
  put_timer galera-check "Database: the backup is read back every night" <<'TIMER'
# Four hours after the backup.
OnCalendar=*-*-* 23:30:00 UTC
Persistent=yes
TIMER
}

# The exporter's account is open to processes of its user, so it needs no password.
write_exporter_unit() {
  put 0644 /etc/database/exporter.cnf <<'CONFIG'
[client]
user = prometheus
socket = /run/mysqld/mysqld.sock
CONFIG
  put 0644 /etc/systemd/system/prometheus-mysqld-exporter.service.d/database.conf <<UNIT
[Unit]
StartLimitIntervalSec=0

[Service]
EnvironmentFile=
ExecStart=
ExecStart=/usr/bin/prometheus-mysqld-exporter --config.my-cnf=/etc/database/exporter.cnf --web.listen-address=:$METRICS_PORT
Restart=always
RestartSec=5s
UNIT
}

add_user() {
  getent passwd galera-health >/dev/null ||
    useradd --system --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin galera-health
}

# Everything is fetched before the first file is written, so that a fetch that fails leaves all as it was.
write_from_metadata() {
  local script config settings lib
  local -A texts
  for script in "${SCRIPTS[@]}"; do texts[$script]=$(metadata "attributes/$script"); done
  lib=$(metadata attributes/galera-lib)
  settings=$(metadata attributes/database-environment)
  config=$(metadata attributes/mariadb-cnf)
  for script in "${SCRIPTS[@]}"; do put 0755 "/usr/local/sbin/$script" <<<"${texts[$script]}"; done
  put 0644 /usr/local/lib/galera-lib <<<"$lib"
  put 0644 /etc/default/database <<<"$settings"
  put 0644 /etc/database/my.cnf <<<"$config"
}

start_units() {
  systemctl daemon-reload
  systemctl enable --now var-lib-database.mount
  # systemd wants to find what the units may write to; the node exporter reads what the server's user writes.
  install -d -m 0750 -o mysql -g mysql "$MACHINE_ROOT/var/lib/database" "$MACHINE_ROOT/var/log/mysql"
  # Packages number their users by machine: on the disk of another one the server's files may belong to a stranger.
  local data=$MACHINE_ROOT/var/lib/database/mysql
  [[ ! -e $data || $(stat --format %U:%G "$data") == mysql:mysql ]] ||
    chown --recursive mysql:mysql "$MACHINE_ROOT/var/lib/database"
  install -d -m 0775 -g mysql "$MACHINE_ROOT/var/lib/prometheus/node-exporter"
  systemctl enable mariadb.service galera-watch.service galera-credentials.timer \
    galera-backup.timer galera-backup-newest.timer galera-logs.timer galera-check.timer prometheus-mysqld-exporter.service
  # A node may wait for the others for hours: this script does not wait with it.
  systemctl start --no-block mariadb.service
  systemctl start galera-watch.service galera-credentials.timer galera-backup.timer \
    galera-backup-newest.timer galera-logs.timer galera-check.timer
  systemctl restart prometheus-mysqld-exporter.service
}

write_server_unit
write_mount_unit /var/lib/database "Database: the data disk"
write_watch_units
write_credentials_units
write_backup_units
write_newest_backup_units
write_log_units
write_check_units
write_exporter_unit
upgraded_by_people mariadb- libmariadb galera-
systemctl daemon-reload
install_packages
add_user
prepare_disk database
write_from_metadata
start_units
ship_logs mariadb.service
