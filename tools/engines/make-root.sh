#!/usr/bin/env bash
# make-root.sh FOLDER RELEASE PACKAGE...: makes a root folder of a Debian release with packages in it, from the mirrors of
# this machine's own apt. Where there are none, DEBIAN_MIRRORS names them: addresses with a space between, the archive's
# first, that of the security updates second. An http_proxy of the environment or of apt is used.
#
# The folder is there when it is whole and not before. Two that make the same one at once make it once.

set -euo pipefail
umask 022

folder=$1 release=$2 packages=("${@:3}")
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

stop() {
  printf '%s\n' "$@" >&2
  exit 2
}

require_tools() {
  [[ $(id -u) == 0 ]] || stop "the engine root can be made and entered by root alone"
  command -v mmdebstrap >/dev/null && [[ -e $keyring ]] && return
  command -v apt-get >/dev/null ||
    stop "mmdebstrap and debian-archive-keyring are missing, and there is no apt-get to install them with"
  echo "installing mmdebstrap, which makes the engine root" >&2
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends mmdebstrap debian-archive-keyring >/dev/null
}

# Addresses of the mirrors that serve this machine's own release: the archive's, and that of its security updates.
mirrors_of_apt() {
  local release
  release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  # shellcheck disable=SC2016 # the dollars are apt's
  apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    awk -v release="$release" '$1 == release || $1 == release "-security" { print $1, $2 }' | sort -u |
    cut -d ' ' -f 2
}

use_proxy_of_apt() {
  local proxy=''
  [[ -z ${http_proxy:-} ]] || return 0
  eval "$(apt-config shell proxy Acquire::http::Proxy)"
  [[ -z $proxy ]] || export http_proxy=$proxy
}

require_tools
use_proxy_of_apt
mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
[[ ! -e $folder ]] || exit 0

if [[ -n ${DEBIAN_MIRRORS:-} ]]; then
  read -ra mirrors <<<"$DEBIAN_MIRRORS"
elif grep -q '^ID=debian$' /etc/os-release; then
  mapfile -t mirrors < <(mirrors_of_apt)
  # apt lists what it has fetched.
  ((${#mirrors[@]})) || { apt-get update -qq && mapfile -t mirrors < <(mirrors_of_apt); }
fi
((${#mirrors[@]})) || stop "this machine's apt names no mirror of Debian: set DEBIAN_MIRRORS, such as" \
  'DEBIAN_MIRRORS="http://MIRROR/debian http://MIRROR/debian-security" (https://www.debian.org/mirror/list)'
sources=("deb ${mirrors[0]} $release main" "deb ${mirrors[0]} $release-updates main")
[[ -z ${mirrors[1]:-} ]] || sources+=("deb ${mirrors[1]} $release-security main")

echo "making $folder, once: Debian $release with ${#packages[@]} packages, a minute or two" >&2
making=$folder.making
rm -rf --one-file-system "$making"
list=${packages[*]}
mmdebstrap --variant=minbase --include="${list// /,}" --keyring="$keyring" \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' "$release" "$making" "${sources[@]}" ||
  stop "Debian $release could not be had from ${mirrors[*]}: look at the words above. If they speak of a key, bring" \
    "debian-archive-keyring up to date; if of a connection, look at the proxy, or set DEBIAN_MIRRORS to other mirrors"
basename "$folder" >"$making/etc/debian-root"
mv -T "$making" "$folder"
