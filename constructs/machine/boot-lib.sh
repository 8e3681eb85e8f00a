# shellcheck shell=bash
# What the boot scripts of all machines share. Sourced, never run; startup-script.ts puts what follows this comment into
# each machine's startup script, and after it PACKAGES, the names of what
# install_packages installs, and the ports that the script writes into units and configs.

# Tests and drills run the boot scripts in a scratch directory, and against stand-ins.
MACHINE_ROOT=${MACHINE_ROOT:-}
DATA_DEVICE=${DATA_DEVICE:-/dev/disk/by-id/google-data}
METADATA_URL=${METADATA_URL:-http://metadata.google.internal/computeMetadata/v1}
RETRY_SECONDS=${RETRY_SECONDS:-10}

# Whether a file was written that a running program has read before.
changed=0

log() { printf '%s\n' "$*" >&2; }

# put MODE PATH: standard input becomes the file, whole or not at all; an equal file is not touched.
put() {
  local path=$MACHINE_ROOT$2 next
  mkdir -p "$(dirname "$path")"
  next=$(mktemp "$path.XXXXXX")
  cat >"$next"
  chmod "$1" "$next"
  if cmp --silent "$next" "$path"; then
    rm "$next"
  else
    mv "$next" "$path"
    # shellcheck disable=SC2034 # not every machine asks
    changed=1
  fi
}

missing_packages() {
  local package
  for package in "${PACKAGES[@]}"; do
    # shellcheck disable=SC2016 # the dollar is dpkg's
    [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || echo "$package"
  done
}

# A config that stands here before its package stays.
apt() {
  DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 \
    -o Dpkg::Options::=--force-confold "$@"
}

install_packages() {
  local missing try
  mapfile -t missing < <(missing_packages)
  ((${#missing[@]})) || return 0
  for try in 1 2 3 4 5; do
    # A boot that was cut off may have left packages half configured.
    if dpkg --configure -a && apt update && apt install --no-install-recommends "${missing[@]}"; then
      return 0
    fi
    log "attempt $try of 5 to install ${missing[*]} failed: look at the way to the internet and at apt's words above"
    sleep "$RETRY_SECONDS"
  done
  return 1
}

# upgraded_by_people PATTERN...: packages, by the beginnings of their names, that unattended-upgrades leaves alone: their
# upgrade restarts a server, and the timer would do so on all machines of all countries on the same day.
upgraded_by_people() {
  local patterns
  patterns=$(printf ' "%s";' "$@")
  put 0644 /etc/apt/apt.conf.d/60by-people <<<"Unattended-Upgrade::Package-Blacklist {$patterns };"
}

# fetch [CURL OPTION...] URL
fetch() {
  curl --silent --show-error --fail --noproxy '*' --connect-timeout 2 --max-time 5 --retry 10 --retry-delay 2 \
    --retry-connrefused "$@"
}

# metadata PATH: what the metadata server says about this machine.
metadata() { fetch --header 'Metadata-Flavor: Google' "$METADATA_URL/instance/$1"; }

# prepare_disk LABEL: a disk is formatted when it surely is blank. wipefs fails, and so does the boot, when it can't read
# the disk.
prepare_disk() {
  local found
  found=$(wipefs --no-act --noheadings --output TYPE "$DATA_DEVICE" | tr -d ' ' | paste -sd ,)
  case $found in
  "")
    log "$DATA_DEVICE is blank: it gets a filesystem"
    mkfs.ext4 -q -m 1 -L "$1" -E lazy_itable_init=1,discard "$DATA_DEVICE"
    ;;
  ext4) ;;
  *)
    log "$DATA_DEVICE holds $found, not ext4: it is left as it is, nothing is started. Attach the right disk"
    return 1
    ;;
  esac
}

# write_mount_unit WHERE DESCRIPTION: systemd wants a mount unit named after its path, which has no dash of its own here.
write_mount_unit() {
  local name=${1#/}
  put 0644 "/etc/systemd/system/${name//\//-}.mount" <<UNIT
[Unit]
Description=$2

[Mount]
What=$DATA_DEVICE
Where=$1
Type=ext4
# A larger disk is taken in use at the next boot.
Options=noatime,nodev,nosuid,noexec,x-systemd.growfs

[Install]
WantedBy=multi-user.target
UNIT
}

# put_timer NAME DESCRIPTION: when the service of that name runs. Standard input: the lines of its [Timer].
put_timer() {
  put 0644 "/etc/systemd/system/$1.timer" <<UNIT
[Unit]
Description=$2

[Timer]
$(cat)

[Install]
WantedBy=timers.target
UNIT
}

# ship_logs UNIT...: what this machine logs leaves it. The units are what logs most, and are stopped before what sends it
# on. Last in a boot script: a machine serves before it tells.
ship_logs() {
  local script settings config
  changed=0
  script=$(metadata attributes/machine-logs)
  settings=$(metadata attributes/machine-logs-environment)
  config=$(metadata attributes/machine-logs-rsyslog)
  put 0755 /usr/local/sbin/machine-logs <<<"$script"
  put 0644 /etc/default/machine-logs <<<"$settings"
  put 0644 /etc/machine-logs/rsyslog.conf <<<"$config"
  write_log_shipping_units "$*"
  systemctl daemon-reload
  # The package's own would write everything to this disk a second time.
  systemctl disable --now rsyslog.service
  systemctl enable machine-logs.service machine-logs-sync.timer
  if ((changed)); then
    systemctl restart --no-block machine-logs.service
  else
    systemctl start --no-block machine-logs.service
  fi
  systemctl start machine-logs-sync.timer
}

write_log_shipping_units() {
  put 0644 /etc/systemd/system/machine-logs.service <<UNIT
[Unit]
Description=Machine: what it logs, to the country's Elasticsearch and archive
Wants=network-online.target
After=network-online.target
Before=$1
StartLimitIntervalSec=0

[Service]
Type=notify
StateDirectory=machine-logs
StateDirectoryMode=0700
ExecStart=/usr/sbin/rsyslogd -n -f /etc/machine-logs/rsyslog.conf -i /run/machine-logs.pid
ExecStop=/usr/local/sbin/machine-logs catch-up
ExecStopPost=/usr/local/sbin/machine-logs archive
# Google takes the machine away 90 seconds after it was told to end.
TimeoutStopSec=60s
Restart=always
RestartSec=5s
StandardOutput=null
# Ubuntu's profile of rsyslogd lets it start no other program.
AppArmorProfile=-unconfined
NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectControlGroups=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6

[Install]
WantedBy=multi-user.target
UNIT
  put 0644 /etc/systemd/system/machine-logs-sync.service <<'UNIT'
[Unit]
Description=Machine: user of Elasticsearch, archive and metrics of what is logged
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
StateDirectory=machine-logs
StateDirectoryMode=0700
ExecStart=/usr/local/sbin/machine-logs sync
TimeoutStartSec=10min
NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
UNIT
  put_timer machine-logs-sync "Machine: machine-logs sync every minute" <<'TIMER'
OnBootSec=10s
OnUnitInactiveSec=60s
TIMER
}
