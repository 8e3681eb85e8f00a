#!/usr/bin/env bash
# Takes what this machine logs to the country's Elasticsearch and to the archive. rsyslogd (machine-logs.service) reads
# the journal and the log files, keeps what waits for Elasticsearch in a queue on disk, and writes everything to a file
# for each quarter of an hour. Here is what it does not do itself:
#
#   machine-logs deliver     rsyslogd's output: each transaction of standard input becomes one bulk request, which is
#                            confirmed when Elasticsearch has every line. Anything else lets rsyslogd keep them and
#                            try again; a line that was there already counts as delivered
#   machine-logs sync        fetch the user of Elasticsearch, archive the files of quarters that are over, and write
#                            metrics; a timer runs it
#   machine-logs catch-up    wait until rsyslogd has read all that was logged until now; before it is stopped
#   machine-logs archive     archive every file; after it was stopped, so that a machine that is deleted takes nothing
#                            with it, whether or not Elasticsearch answers
#
# Exit codes:
#   0   done
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   4   Secret Manager, or the bucket, was not reached: the files stay, and the next run tries again

set -euo pipefail
umask 077

# rsyslogd starts it with an empty environment.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [[ -r /etc/default/machine-logs ]]; then
  # shellcheck source=/dev/null
  . /etc/default/machine-logs
fi

METADATA_URL=${METADATA_URL:-http://metadata.google.internal/computeMetadata/v1}
SECRETS_URL=${SECRETS_URL:-https://secretmanager.googleapis.com/v1}
STORAGE_URL=${STORAGE_URL:-https://storage.googleapis.com}
LOGS_HOME=${LOGS_HOME:-/var/lib/machine-logs}
# Where the node exporter looks for files that others write (Debian's default).
METRICS_FILE=${METRICS_FILE:-/var/lib/prometheus/node-exporter/machine-logs.prom}
CATCH_UP_SECONDS=${CATCH_UP_SECONDS:-15}
# Between two tries of a bulk request; rsyslogd ends who is silent for a minute.
MAX_PAUSE_SECONDS=${MAX_PAUSE_SECONDS:-16}

CURL=(curl --silent --show-error --noproxy '*' --connect-timeout 2)

log() { printf '%s\n' "$*" >&2; }

stop() {
  log "${@:2}"
  exit "$1"
}

require_settings() {
  local name
  for name in LOGS_ELASTICSEARCH LOGS_SECRET LOGS_BUCKET; do
    [[ -n ${!name:-} ]] || stop 2 "$name is not set: the boot script writes it to /etc/default/machine-logs"
  done
}

# google METHOD URL [CURL OPTION...]: prints the HTTP status. The token goes through standard input, because every process
# of the machine can read the arguments of another.
google() {
  local token
  token=$("${CURL[@]}" --fail --max-time 5 --header 'Metadata-Flavor: Google' \
    "$METADATA_URL/instance/service-accounts/default/token" | jq --exit-status --raw-output .access_token) || return 1
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    "${CURL[@]}" --config - --request "$1" --write-out '%{http_code}' "${@:3}" "$2"
}

# The user of Elasticsearch: {"username", "password", "ca.crt"}. Without it, or with an old one, lines wait.
fetch_user() {
  local status work=$LOGS_HOME/user.new
  status=$(google GET "$SECRETS_URL/$LOGS_SECRET/versions/latest:access" --max-time 10 --output "$work") || status=000
  if [[ $status != 200 ]]; then
    rm -f "$work"
    log "$LOGS_SECRET could not be read (HTTP status $status): the last user stays. The site's Elasticsearch writes the" \
      "first version; see the secret's readers and the network"
    return 4
  fi
  jq --exit-status --raw-output .payload.data "$work" | base64 --decode >"$work.json"
  rm "$work"
  jq --exit-status --raw-output '."ca.crt"' "$work.json" >"$work.crt"
  mv "$work.crt" "$LOGS_HOME/ca.crt"
  mv "$work.json" "$LOGS_HOME/user.json"
}

# bulk FILE: prints why not all of its lines are in Elasticsearch; nothing when they are. A line that it refuses for what
# stands in it would be refused for ever: the journal of this machine says so, and the archive has it.
bulk() {
  local answer=$LOGS_HOME/answer.json status verdict
  [[ -e $LOGS_HOME/user.json ]] || { echo "there is no user yet" && return; }
  status=$(jq --raw-output '"user = " + ("\(.username):\(.password)" | @json)' "$LOGS_HOME/user.json" |
    "${CURL[@]}" --config - --cacert "$LOGS_HOME/ca.crt" --max-time 30 --header 'Content-Type: application/x-ndjson' \
      --data-binary "@$1" --output "$answer" --write-out '%{http_code}' \
      "$LOGS_ELASTICSEARCH/_bulk?filter_path=errors,items.*.status,items.*.error.reason" 2>"$LOGS_HOME/words") ||
    { head -c 300 "$LOGS_HOME/words" | tr '\n' ' ' && return; }
  [[ $status == 200 ]] || { echo "HTTP status $status" && return; }
  verdict=$(jq --raw-output '
    [.items[].create] | (map(select(.status == 400)) | length) as $refused
    | map(select(.status >= 300 and .status != 400 and .status != 409)) as $again
    | if $again != [] then "\($again | length) of \(length) lines: \($again[0].status) \($again[0].error.reason)"
      elif $refused > 0 then "REFUSED \($refused) \(map(select(.status == 400))[0].error.reason)"
      else "" end' "$answer" 2>/dev/null) || verdict="its answer is no JSON"
  [[ $verdict != REFUSED* ]] || { log "Elasticsearch refuses ${verdict#REFUSED }" && verdict=''; }
  echo "$verdict"
}

# What omprog says and wants to hear: www.rsyslog.com/doc/configuration/modules/omprog.html
deliver() {
  local line fault pause=1 body=$LOGS_HOME/bulk.ndjson
  require_settings
  echo OK
  while IFS= read -r line; do
    case $line in
    'BEGIN TRANSACTION') : >"$body" && echo OK ;;
    'COMMIT TRANSACTION')
      fault=$(bulk "$body")
      if [[ -z $fault ]]; then
        pause=1
      else
        # rsyslogd takes a transaction that failed up again at once.
        sleep "$pause"
        pause=$((pause < MAX_PAUSE_SECONDS ? 2 * pause : pause))
      fi
      echo "${fault:-OK}"
      ;;
    *)
      printf '{"create":{"_id":"%s"}}\n%s\n' "${line%% *}" "${line#* }" >>"$body"
      echo DEFER_COMMIT
      ;;
    esac
  done
}

# archive_file FILE: FILE is DATE_HOUR_QUARTER.ndjson. Its time makes the object's name unique, and the same at each try.
archive_file() {
  local base date hour quarter object status
  base=$(basename "$1" .ndjson)
  IFS=_ read -r date hour quarter <<<"$base"
  object="namespace=machines/date=$date/hour=$hour/$(hostname)-$quarter-$(stat --format %Y "$1").ndjson.gz"
  gzip --stdout "$1" >"$LOGS_HOME/upload.gz"
  status=$(google POST "$STORAGE_URL/upload/storage/v1/b/$LOGS_BUCKET/o?uploadType=media&ifGenerationMatch=0&name=$(jq --null-input --raw-output --arg text "$object" '$text | @uri')" \
    --max-time 120 --header 'Content-Type: application/x-ndjson' --data-binary "@$LOGS_HOME/upload.gz" --output /dev/null) || status=000
  rm "$LOGS_HOME/upload.gz"
  # 412: an earlier try arrived, though its answer did not.
  [[ $status == 200 || $status == 412 ]] || {
    log "$base could not be archived in $LOGS_BUCKET (HTTP status $status): see the bucket's IAM policy and the network"
    return 4
  }
  rm "$1"
}

# archive [--closed]
archive() {
  local file current failed=0
  exec 9>"$LOGS_HOME/lock"
  flock --wait 150 9 || stop 4 "another run has archived for minutes"
  current=$(date --utc +%Y-%m-%d_%H)_$(printf %02d $((10#$(date --utc +%M) / 15)))
  for file in "$LOGS_HOME"/archive/*.ndjson; do
    [[ -e $file ]] || continue
    [[ ${1:-} != --closed || $(basename "$file" .ndjson) != "$current" ]] || continue
    archive_file "$file" || failed=4
  done
  return "$failed"
}

# metric NAME VALUE HELP
metric() { printf '# HELP %s %s\n# TYPE %s gauge\n%s %s\n' "$1" "$3" "$1" "$1" "$2"; }

write_metrics() {
  local stats=$LOGS_HOME/stats.json oldest
  oldest=$(find "$LOGS_HOME/archive" -name '*.ndjson' -printf '%T@\n' 2>/dev/null | sort -n | head -n 1)
  mkdir -p "$(dirname "$METRICS_FILE")"
  {
    metric machine_logs_waiting_lines "$(jq --null-input --raw-input '
      [inputs | sub("^[^{]*"; "") | fromjson? | select(.name == "elasticsearch queue") | .size] | last // 0' "$stats" 2>/dev/null || echo 0)" \
      "Log lines that wait for Elasticsearch in the queue on disk."
    metric machine_logs_oldest_file_timestamp_seconds "${oldest:-$(date +%s)}" \
      "When the oldest file that is not archived yet was written last."
  } >"$METRICS_FILE.new"
  chmod 0644 "$METRICS_FILE.new"
  mv "$METRICS_FILE.new" "$METRICS_FILE"
  # rsyslogd only ever appends to it.
  [[ ! -e $stats ]] || : >"$stats"
}

sync() {
  local failed=0
  require_settings
  fetch_user || failed=$?
  archive --closed || failed=$?
  write_metrics
  return "$failed"
}

# rsyslogd reads in order: when it has a line that is written now, it has all before.
catch_up() {
  local mark try
  mark="machine-logs is stopped: $(cat /proc/sys/kernel/random/uuid)"
  systemd-cat --identifier=machine-logs echo "$mark"
  for ((try = 0; try < CATCH_UP_SECONDS * 10; try++)); do
    grep --quiet --recursive --fixed-strings "$mark" "$LOGS_HOME/archive" && return
    sleep 0.1
  done
  log "rsyslogd did not read all of the journal within $CATCH_UP_SECONDS s: it goes on there at its next start"
}

case $* in
deliver) deliver ;;
sync) sync ;;
catch-up) catch_up ;;
archive) require_settings && archive ;;
--help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" ;;
*) stop 2 "'$*' is not known: see machine-logs --help" ;;
esac
