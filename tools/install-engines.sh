#!/usr/bin/env bash
# Installs what the tests and drills run for real; with --live also what the live tests do. Nothing happens when all of it
# is there.
set -euo pipefail

# command -> Debian package
declare -A packages=(
  [haproxy]=haproxy
  [promtool]=prometheus
  [shellcheck]=shellcheck
  [openssl]=openssl
  [jq]=jq
  [curl]=curl
  [gpg]=gnupg
  [python3]=python3
  [nft]=nftables
  [ip]=iproute2
  [sysctl]=procps
  [unshare]=util-linux
  [flock]=util-linux
  [mariadbd]=mariadb-server
  [mariadbd-safe]=mariadb-server
  [mariabackup]=mariadb-backup
  [socat]=socat
  [zstd]=zstd
)
[[ ${1:-} != --live ]] || packages+=(
  [rabbitmq-server]=rabbitmq-server
  [prometheus-node-exporter]=prometheus-node-exporter
  [prometheus-mysqld-exporter]=prometheus-mysqld-exporter
)
# Galera is a library, not a command.
[[ -e /usr/lib/galera/libgalera_smm.so ]] || packages+=([galera]=galera-4)

PATH="$PATH:/usr/sbin:/sbin"
declare -A missing=()
for command in "${!packages[@]}"; do
  command -v "$command" >/dev/null || missing[${packages[$command]}]=1
done
((${#missing[@]})) || exit 0

if [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null; then
  echo "the tests need ${!missing[*]}: install them, on Debian or Ubuntu with" >&2
  echo "  sudo apt-get install ${!missing[*]}" >&2
  exit 1
fi

# The programs are wanted, not the services that Debian starts with them. Who has a policy of his own keeps it.
policy=/usr/sbin/policy-rc.d
if [[ ! -e $policy ]]; then
  trap 'rm -f "$policy"' EXIT
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 0755 "$policy"
fi
echo "installing for the tests: ${!missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "${!missing[@]}" >/dev/null
