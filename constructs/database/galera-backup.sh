#!/usr/bin/env bash
# Physical backups of this node to a bucket of another country.
#
#   galera-backup                       back up, if this is the synced node of the highest rank; a timer runs it
#   galera-backup --now                 back up whatever the others are
#   galera-backup list [BUCKET]         the backups that are whole, oldest first
#   galera-backup newest                write the time of the newest one, whoever made it, where alerts look; a timer runs
#                                       it on every node, so that none is missed with the machine that made it
#   galera-backup restore BUCKET NAME FOLDER
#                                       fetch, verify and prepare one into an empty folder, ready to be a data directory
#
# A backup is the object NAME.mbstream.zst and, written last, NAME.json with its size and SHA-256: without the second
# the first was cut off. It is taken while the node serves. To let a cluster begin from one: stop mariadb on all nodes,
# restore on one, put the folder in the place of /var/lib/database/mysql, 'galera-start --begin-cluster', start mariadb;
# then empty that folder on the others, because they know later writes, and start them.
#
# Exit codes:
#   0   done, or another node backs up
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   4   the bucket could not be read or written
#   5   the backup is not what was written: its SHA-256 differs
#   6   the folder is not empty
#   7   mariadb-backup failed

set -euo pipefail
umask 077

# shellcheck source=galera-lib.sh
. "${GALERA_LIB:-/usr/local/lib/galera-lib}"

# A multiple of 256 KiB, as resumable uploads need; also what a retry sends again.
PIECE_BYTES=${PIECE_BYTES:-$((64 * 1024 * 1024))}
GOOGLE_SECONDS=${GOOGLE_SECONDS:-300}

work=''

open_work() {
  work=$(mktemp -d "$DISK/tmp/backup.XXXXXX")
  trap 'rm -rf "$work"' EXIT
}

# Whether a node of a higher rank is there to do it: the order of the list of members, so all of them agree.
another_backs_up() {
  local member higher=0
  for member in $DATABASE_MEMBERS; do
    if [[ $member == "$DATABASE_ADDRESS" ]]; then
      higher=1
    elif ((higher)) && "${CURL[@]}" --fail --max-time 5 --output /dev/null \
      "http://$member:$DATABASE_HEALTH_PORT/" 2>/dev/null; then
      log "$member backs up"
      return 0
    fi
  done
  return 1
}

encoded() { jq --null-input --raw-output --arg text "$1" '$text | @uri'; }

object_url() { echo "$STORAGE_URL/storage/v1/b/$1/o/$(encoded "$2")"; }

# begin_upload NAME: prints the address that takes the pieces.
begin_upload() {
  local bucket=$STORAGE_URL/upload/storage/v1/b/$DATABASE_BACKUP_BUCKET
  google POST "$bucket/o?uploadType=resumable&ifGenerationMatch=0&name=$(encoded "$1")" --fail --data-binary '' --output /dev/null --dump-header - | tr -d '\r' | sed -n 's/^[Ll]ocation: *//p'
}

# send_piece URL RANGE FILE EXPECTED: what was received before a break is sent again whole, which the service allows.
send_piece() {
  local try status
  for try in 1 2 3 4 5; do
    status=$(google PUT "$1" --header "Content-Range: bytes $2" --upload-file "$3" --output /dev/null \
      --write-out '%{http_code}') || status=000
    [[ $status != "$4" ]] || return 0
    log "piece $2: HTTP status $status, attempt $try of 5"
    sleep $((try * ${RETRY_SECONDS:-2}))
  done
  return 4
}

# upload NAME: standard input becomes the object.
upload() {
  local url offset=0 size
  url=$(begin_upload "$1")
  [[ -n $url ]] || return 4
  while true; do
    head --bytes "$PIECE_BYTES" >"$work/piece"
    size=$(stat --format %s "$work/piece")
    if ((size == PIECE_BYTES)); then
      send_piece "$url" "$offset-$((offset + size - 1))/*" "$work/piece" 308 || return
      offset=$((offset + size))
    elif ((size > 0)); then
      send_piece "$url" "$offset-$((offset + size - 1))/$((offset + size))" "$work/piece" 200
      return
    else
      send_piece "$url" "*/$offset" /dev/null 200
      return
    fi
  done
}

back_up() {
  local name started
  started=$(date +%s)
  name="$DATABASE_NODE/$(date --utc --date "@$started" +%Y-%m-%dT%H-%M-%SZ)"
  open_work
  mkdir "$work/backup"
  # mariadb-backup's own process shows no password because there is none: the server knows the user by the socket.
  mariadb-backup --defaults-file="$CONFIG" --backup --stream=mbstream --galera-info --user="$(id --user --name)" \
    --socket="$RUNTIME/mysqld.sock" --target-dir="$work/backup" --parallel=2 2>"$work/log" |
    zstd --quiet --stdout - |
    tee >(sha256sum | cut -d ' ' -f 1 >"$work/sha256") >(wc --bytes >"$work/bytes") |
    upload "$name.mbstream.zst" || {
    local codes=("${PIPESTATUS[@]}")
    log "last words of mariadb-backup: $(tail -n 3 "$work/log")"
    ((codes[0] == 0)) || stop 7 "mariadb-backup failed: $name is not a backup"
    stop 4 "$name could not be written to $DATABASE_BACKUP_BUCKET: see the bucket's IAM policy and the network"
  }
  wait
  until [[ -s $work/sha256 && -s $work/bytes ]]; do sleep 0.1; done
  jq --null-input --arg sha256 "$(<"$work/sha256")" --argjson bytes "$(<"$work/bytes")" --arg node "$DATABASE_NODE" \
    --arg server "$(mariadbd --version)" --argjson seconds "$(($(date +%s) - started))" \
    '{$sha256, $bytes, $node, $server, $seconds}' >"$work/manifest"
  PIECE_BYTES=$((1024 * 1024)) upload "$name.json" <"$work/manifest" || stop 4 "$name.json could not be written"
  {
    metric database_backup_bytes "$(<"$work/bytes")" "Size of the last backup that this node made."
    metric database_backup_seconds "$(($(date +%s) - started))" "How long it took."
  } | put_metrics galera-backup
  newest || log "the bucket did not say which backup is the newest: galera-backup-newest.timer asks again"
  log "$name is in $DATABASE_BACKUP_BUCKET: $(<"$work/bytes") bytes, SHA-256 $(<"$work/sha256")"
}

newest() {
  local name began
  name=$(list | tail --lines 1)
  if [[ -z $name ]]; then
    log "no backup is in $DATABASE_BACKUP_BUCKET"
    return 0
  fi
  # NODE/2026-11-22T19-30-00Z
  began=${name##*/}
  began=$(date --date "${began:0:11}${began:11:2}:${began:14:2}:${began:17}" +%s)
  metric database_backup_newest_timestamp_seconds "$began" "Begin of the newest whole backup in the bucket." |
    put_metrics galera-backup-newest
}

list() {
  google GET "$STORAGE_URL/storage/v1/b/${1:-$DATABASE_BACKUP_BUCKET}/o?fields=items(name)&maxResults=1000" --fail |
    jq --raw-output '.items[]?.name | select(endswith(".json")) | rtrimstr(".json")' | sort -t / -k 2 ||
    stop 4 "the bucket could not be read"
}

# restore BUCKET NAME FOLDER
restore() {
  local bucket=$1 name=$2 folder=$3 manifest wanted got position
  mkdir -p "$folder"
  [[ -z $(ls -A "$folder") ]] || stop 6 "$folder is not empty: name an empty or a new folder"
  manifest=$(google GET "$(object_url "$bucket" "$name.json")?alt=media" --fail) ||
    stop 4 "$name.json is not in $bucket, so $name is not whole: see 'galera-backup list $bucket'"
  wanted=$(jq --exit-status --raw-output .sha256 <<<"$manifest")
  # Verified before it is unpacked, so beside the folder: as much room as the backup has bytes.
  GOOGLE_SECONDS=86400 google GET "$(object_url "$bucket" "$name.mbstream.zst")?alt=media" --fail \
    --output "$folder.download" || stop 4 "$name.mbstream.zst could not be read from $bucket"
  got=$(sha256sum <"$folder.download" | cut -d ' ' -f 1)
  [[ $got == "$wanted" ]] || {
    rm "$folder.download"
    stop 5 "$name is damaged: its SHA-256 is $got, it was written as $wanted. Restore another one"
  }
  zstd --decompress --quiet --stdout "$folder.download" | mbstream --extract --directory="$folder"
  rm "$folder.download"
  mariadb-backup --prepare --target-dir="$folder" 2>"$folder.log" ||
    stop 7 "mariadb-backup --prepare failed: see $folder.log"
  rm "$folder.log"
  position=$(cut -d ' ' -f 1 "$folder/mariadb_backup_galera_info")
  # What Galera would have written at a stop, so that a person can let a cluster begin from it.
  printf '# GALERA saved state\nversion: 2.1\nuuid: %s\nseqno: %s\nsafe_to_bootstrap: 0\n' \
    "${position%:*}" "${position##*:}" >"$folder/grastate.dat"
  chown -R --reference="$DISK" "$folder"
  log "$folder holds $name at $position"
}

case ${1:-} in
--help) help && exit 0 ;;
"" | --now | list | newest) ;;
restore) (($# == 4)) || stop 2 "say restore BUCKET NAME FOLDER: see --help" ;;
*) stop 2 "$1 is not known: see --help" ;;
esac
require_settings
case ${1:-} in
list) list "${2:-}" ;;
newest) newest ;;
restore) restore "${@:2}" ;;
*)
  # The account of mariadb-backup is open to the server's user alone.
  ((EUID)) || exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
  [[ ${1:-} == --now ]] || ! another_backs_up || exit 0
  back_up
  ;;
esac
