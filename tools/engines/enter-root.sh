#!/usr/bin/env bash
# enter-root.sh ROOT KEEP... -- COMMAND...: runs a command with the system of ROOT: its programs, libraries, users and
# settings. All else is this machine's: its other folders, devices, processes and network. KEEP are files and folders of
# this machine's system that the command sees all the same, /usr/local without writing to it. What it writes to the system
# is gone at its end. Only root may.
#
# The command is the process that was started here, so signals reach it as they are.

set -euo pipefail

if [[ $1 != --unshared ]]; then
  # Ends with the process that asked for it, in whatever way that one ends.
  exec setpriv --pdeathsig TERM unshare --mount --propagation private -- bash "$0" --unshared "$@"
fi
root=$2 keep=()
shift 2
while [[ $1 != -- ]]; do
  keep+=("$1")
  shift
done
shift

# Seen by this command alone, as all that is mounted here.
new=/run/root
resolver=$(cat /etc/resolv.conf)
mount -t tmpfs tmpfs /run
mkdir /run/root /run/written /run/work
mount -t overlay overlay -o "lowerdir=$root,upperdir=/run/written,workdir=/run/work" "$new"

# place PATH: the same file or folder at the same place in the new root.
place() {
  if [[ -L $1 ]]; then
    cp --no-dereference "$1" "$new$1"
  elif [[ -d $1 ]]; then
    mkdir -p "$new$1"
    mount --rbind "$1" "$new$1"
  elif [[ -e $1 ]]; then
    mkdir -p "$(dirname "$new$1")"
    touch "$new$1"
    mount --bind "$1" "$new$1"
  fi
}

for path in /*; do
  case $path in
  /bin | /sbin | /lib | /lib32 | /lib64 | /libx32 | /usr | /etc | /var | /run | /boot | /lost+found) ;;
  *) [[ ! -d $path ]] || place "$path" ;;
  esac
done
for path in "${keep[@]}"; do
  case $path in
  /usr/* | /etc/* | /var/*) place "$path" ;;
  esac
  [[ $path != /usr/local ]] || mount -o remount,bind,ro "$new/usr/local"
done
mount -t tmpfs tmpfs "$new/run"
mkdir /run/root/run/lock
echo "$resolver" >"$new/etc/resolv.conf"
cp /etc/hosts "$new/etc/hosts"

# Not every locale of this machine is there. Its own programs come after those of the root: Terraform, say.
export PATH=/usr/sbin:/usr/bin:$PATH LC_ALL=C.UTF-8
exec chroot "$new" env --chdir="$PWD" "$@"
