#!/usr/bin/env bash
# Physical backups and binary logs of this node, in a bucket of another country.
#
#   galera-backup                       back up, if this is the synced node of the highest rank; a timer runs it
#   galera-backup --now                 back up whatever the others are
#   galera-backup ship                  close the binary log, send every closed one and delete it here; a timer runs it
#   galera-backup list [BUCKET]         the backups that are whole, oldest first
#   galera-backup newest                write the time of the newest one, whoever made it, where alerts look; a timer runs
#                                       it on every node, so that none is missed with the machine that made it
#   galera-backup restore BUCKET NAME FOLDER [MOMENT [NODE]]
#                                       fetch, verify and prepare one into an empty folder, ready to be a data directory;
#                                       with what was committed since, up to the second MOMENT, such as
#                                       2026-11-26T16:30:00Z, from the binary logs of NODE (default: the backup's)
#   galera-backup check                 restore the latest backup with all logs beside the data of this node, read every
#                                       table, and delete it; a timer runs it on the node of the lowest rank
#
# A backup is the object NAME.mbstream.zst and, written last, NAME.json with its size and SHA-256: without the second
# the first was cut off. A binary log is logs/NODE/CLOSED-FILE.zst: all that was committed until CLOSED. Both are taken
# while the node serves. To let a cluster begin from a backup: stop mariadb on all nodes, restore on one, put the folder in
# the place of /var/lib/database/mysql, 'galera-start --begin-cluster', start mariadb, then start the others.
#
# Exit codes:
#   0   done, or another node does it
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   4   the bucket could not be read or written, or does not hold what was asked for
#   5   the backup is not what was written: its SHA-256 differs, a log is missing, or a table is damaged
#   6   the folder is not empty, or the disk has no room
#   7   mariadb-backup, or a server, failed

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

# begin_upload NAME: prints the address that takes the pieces, or "there" when the object is there already.
begin_upload() {
  local bucket=$STORAGE_URL/upload/storage/v1/b/$DATABASE_BACKUP_BUCKET
  google POST "$bucket/o?uploadType=resumable&ifGenerationMatch=0&name=$(encoded "$1")" --data-binary '' \
    --output /dev/null --dump-header - | tr -d '\r' |
    awk 'NR == 1 && $2 == 412 { print "there" } tolower($1) == "location:" { print $2 }'
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
  [[ $url != there ]] || return 0
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

# began NAME: seconds since 1970 at the begin of a backup, NODE/2026-11-22T19-30-00Z.
began() {
  local time=${1##*/}
  date --date "${time:0:11}${time:11:2}:${time:14:2}:${time:17}" +%s
}

newest() {
  local name began
  name=$(list | tail --lines 1)
  if [[ -z $name ]]; then
    log "no backup is in $DATABASE_BACKUP_BUCKET"
    return 0
  fi
  began=$(began "$name") || return
  metric database_backup_newest_timestamp_seconds "$began" "Begin of the newest whole backup in the bucket." |
    put_metrics galera-backup-newest
}

# objects BUCKET GLOB: the names of all that match, in their order.
objects() {
  local page='' answer url
  while true; do
    url="$STORAGE_URL/storage/v1/b/$1/o?fields=items(name),nextPageToken&maxResults=1000&matchGlob=$(encoded "$2")"
    answer=$(google GET "$url${page:+&pageToken=$(encoded "$page")}" --fail) || return 4
    jq --raw-output '.items[]?.name' <<<"$answer"
    page=$(jq --raw-output '.nextPageToken // ""' <<<"$answer")
    [[ -n $page ]] || return 0
  done
}

list() {
  local names
  names=$(objects "${1:-$DATABASE_BACKUP_BUCKET}" '*/*.json') || stop 4 "the bucket could not be read"
  sed -n 's/\.json$//p' <<<"$names" | sort -t / -k 2
}

# Closes the log that is written, so that each run sends all that was committed before it.
ship() {
  local logs current file closed before
  before=$(date +%s)
  # LOCAL: without it, every node would do it.
  sql <<<'FLUSH LOCAL BINARY LOGS' || stop 7 "the server does not answer: nothing is sent"
  logs=$(sql <<<'SHOW BINARY LOGS' | cut -f 1)
  current=$(tail -n 1 <<<"$logs")
  open_work
  for file in $(head -n -1 <<<"$logs"); do
    closed=$(date --utc --reference "$DATA/$file" +%Y-%m-%dT%H-%M-%SZ)
    zstd --quiet --stdout "$DATA/$file" | upload "logs/$DATABASE_NODE/$closed-$file.zst" ||
      stop 4 "$file could not be written to $DATABASE_BACKUP_BUCKET: see the bucket's IAM policy and the network"
  done
  sql <<<"PURGE BINARY LOGS TO '$current'"
  metric database_log_shipped_timestamp_seconds "$before" \
    "What was committed before this time is in the bucket." | put_metrics galera-logs
}

# with_server FOLDER COMMAND...: runs a command beside a server of its own on that data, which nobody else reaches.
# The command finds its socket in `socket`.
with_server() {
  local folder=$1 socket=$1/alone.sock log=$1/alone.log server code=0
  mariadbd --no-defaults --user=mysql --datadir="$folder" --skip-networking --socket="$socket" --pid-file="$1/alone.pid" \
    --log-error="$log" --max-allowed-packet=1G --innodb-buffer-pool-size="${RESTORE_POOL:-1G}" --tmpdir="$DISK/tmp" &
  server=$!
  until mariadb-admin --no-defaults --socket="$socket" --silent ping >/dev/null 2>&1; do
    kill -0 "$server" 2>/dev/null || stop 7 "no server starts on $folder: see $log"
    sleep 0.2
  done
  "${@:2}" || code=$?
  mariadb-admin --no-defaults --socket="$socket" shutdown || stop 7 "see $log"
  wait "$server" || stop 7 "see $log"
  rm -f "$log"
  return "$code"
}

# logs_until BUCKET SINCE MOMENT NODE: the names of the logs that hold what was committed between; SINCE and MOMENT as in
# the names of objects, no MOMENT is the latest.
logs_until() {
  local names
  names=$(objects "$1" "logs/$4/*") || stop 4 "$1 could not be read"
  names=$(awk -F / -v since="$2" -v moment="$3" '
    done { next }
    substr($3, 1, 20) >= since { print; if (moment != "" && substr($3, 1, 20) > moment) done = 1 }' <<<"$names")
  [[ -n $names ]] || stop 4 "$1 has no binary log of $4 that was closed after $2: name another node"
  [[ -z $3 || $(tail -n 1 <<<"$names" | cut -d / -f 3 | cut -c 1-20) > $3 ]] ||
    stop 4 "the binary logs of $4 end before $3, with $(tail -n 1 <<<"$names"): name an earlier moment or another node"
  # What follows each other has the next number. A full copy, or a server's own deletion, breaks the row.
  awk -F '[.]' '{ number = $2 + 0; if (NR > 1 && number != last + 1) exit 1; last = number }' <<<"$names" ||
    stop 5 "a binary log of $4 is missing between $(head -n 1 <<<"$names") and $(tail -n 1 <<<"$names"): name another node"
  echo "$names"
}

# replay BUCKET NAME FOLDER MOMENT NODE: what was committed since the backup.
replay() {
  local bucket=$1 folder=$3 name names since=${2#*/} moment='' position until=()
  if [[ -n $4 ]]; then
    moment=$(date --utc --date "$4" +%Y-%m-%dT%H-%M-%SZ)
    until=(--stop-datetime="$(date --utc --date "$4" '+%Y-%m-%d %H:%M:%S')")
  fi
  names=$(logs_until "$bucket" "$since" "$moment" "$5") || exit
  mkdir "$folder.logs"
  for name in $names; do
    google GET "$(object_url "$bucket" "$name")?alt=media" --fail | zstd --decompress --quiet \
      -o "$folder.logs/$(basename "$name" .zst)" || stop 4 "$name could not be read from $bucket"
  done
  position=$(binlog_position "$folder")
  with_server "$folder" replay_logs "$folder.logs" "$position" "${until[@]}" || stop 5 "the logs do not continue $2"
  rm -r "$folder.logs"
  log "replayed $(wc -l <<<"$names") binary logs of $5 from $position to ${4:-the end of $(tail -n 1 <<<"$names")}"
}

# binlog_position FOLDER: the identifier of the last transaction that a prepared backup has.
binlog_position() { cut -f 3 "$1/mariadb_backup_binlog_info"; }

# replay_logs FOLDER POSITION OPTION...
replay_logs() {
  TZ=UTC mariadb-binlog --no-defaults --start-position="$2" "${@:3}" "$1"/* |
    mariadb --no-defaults --socket="$socket" --max-allowed-packet=1G --init-command='SET time_zone = "+00:00"'
}

# Reads all of every table and index; a damaged one is named.
check_tables() {
  local words
  words=$(mariadb-check --no-defaults --socket="$socket" --all-databases --check --silent 2>&1) || return 5
  [[ -z $words ]] || { log "$words"; return 5; }
}

check() {
  local name folder=$DISK/check started room now
  ((DATABASE_RANK == 0)) || { log "the node of the lowest rank checks"; return 0; }
  name=$(list | tail -n 1)
  [[ -n $name ]] || stop 4 "$DATABASE_BACKUP_BUCKET holds no backup that is whole"
  rm -rf "$folder" "$folder".*
  trap 'rm -rf "$DISK/check" "$DISK"/check.*' EXIT
  # A full disk would take the node out of the cluster: a backup is compressed, and both lie here for a while.
  room=$(df --output=avail --block-size=1 "$DISK" | tail -n 1)
  ((room > 2 * $(du --summarize --bytes "$DATA" | cut -f 1))) ||
    stop 6 "$DISK has only $room bytes left, less than twice the data: enlarge the disk (diskGb)"
  tick
  started=$now
  restore "$DATABASE_BACKUP_BUCKET" "$name" "$folder"
  replay "$DATABASE_BACKUP_BUCKET" "$name" "$folder" '' "${name%/*}"
  with_server "$folder" check_tables || stop 5 "a table of $name is damaged: see above"
  tick
  {
    metric database_backup_checked_timestamp_seconds "$(began "$name")" \
      "Begin of the latest backup that was restored and read."
    metric database_backup_check_seconds "$((now - started))" "How long that took, the binary logs since then included."
  } | put_metrics galera-check
  log "$name was restored, continued and read in $((now - started)) s"
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
"" | --now | ship | list | newest | check) ;;
restore)
  (($# >= 4 && $# <= 6)) || stop 2 "say restore BUCKET NAME FOLDER [MOMENT [NODE]]: see --help"
  if (($# > 4)) && { [[ $5 != *Z ]] || ! date --date "$5" >/dev/null; }; then
    stop 2 "$5 is no moment: say it in UTC, 2026-11-26T16:30:00Z"
  fi
  ;;
*) stop 2 "$1 is not known: see --help" ;;
esac
require_settings
case ${1:-} in
list) list "${2:-}" ;;
restore)
  restore "${@:2:3}"
  [[ -z ${5:-} ]] || replay "$2" "$3" "$4" "$5" "${6:-${3%/*}}"
  ;;
newest) newest ;;
check) check ;;
ship)
  ((EUID)) || exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
  ship
  ;;
*)
  # The account of mariadb-backup is open to the server's user alone.
  ((EUID)) || exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
  [[ ${1:-} == --now ]] || ! another_backs_up || exit 0
  back_up
  ;;
esac
