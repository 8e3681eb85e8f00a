#!/usr/bin/env bash
# Installs what the tests run for real. Nothing happens when all of it is there.
#
#   install-engines.sh            for npm test
#   install-engines.sh database   for npm run test:database as well, which runs whole MariaDB servers
set -euo pipefail

# command -> Debian package
declare -A packages=(
  [haproxy]=haproxy
  [shellcheck]=shellcheck
  [openssl]=openssl
  [jq]=jq
  [curl]=curl
  [nft]=nftables
  [ip]=iproute2
  [unshare]=util-linux
  [flock]=util-linux
  # The server's program without its service.
  [mariadbd]=mariadb-server-core
)
# Galera is a library, not a command.
[[ -e /usr/lib/galera/libgalera_smm.so ]] || packages+=([galera]=galera-4)
if [[ ${1:-} == database ]]; then
  packages+=([mariadbd-safe]=mariadb-server [mariabackup]=mariadb-backup [socat]=socat [zstd]=zstd)
fi

PATH="$PATH:/usr/sbin:/sbin"
missing=()
for command in "${!packages[@]}"; do
  command -v "$command" >/dev/null || missing+=("${packages[$command]}")
done
((${#missing[@]})) || exit 0

if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
  echo "installing for the tests: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "the tests need ${missing[*]}: install them, on Debian or Ubuntu with" >&2
  echo "  sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
