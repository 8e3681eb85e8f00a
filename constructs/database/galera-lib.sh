# shellcheck shell=bash
# What the scripts of a database machine share. Sourced, never run.

# Tests and drills run the scripts in a scratch directory, and against stand-ins.
MACHINE_ROOT=${MACHINE_ROOT:-}
METADATA_URL=${METADATA_URL:-http://metadata.google.internal/computeMetadata/v1}
SECRETS_URL=${SECRETS_URL:-https://secretmanager.googleapis.com/v1}
STORAGE_URL=${STORAGE_URL:-https://storage.googleapis.com}

# shellcheck disable=SC2034 # each script uses some of these
{
  DISK=$MACHINE_ROOT/var/lib/database
  DATA=$DISK/mysql
  # Galera's own files on it: its place in the history of writes, and the last group with a quorum that it was in.
  STATE=$DATA/grastate.dat
  VIEW=$DATA/gvwstate.dat
  RUNTIME=$MACHINE_ROOT/run/mysqld
  CONFIG=$MACHINE_ROOT/etc/database/my.cnf
  TLS=$MACHINE_ROOT/etc/database/tls
  # Where the node exporter looks for files that others write (Debian's default).
  METRICS=$MACHINE_ROOT/var/lib/prometheus/node-exporter
  # Stands on the data disk once its node has been a synced member of the cluster that was initialized.
  INITIALIZED_MARK=$DISK/initialized
  # A person's order to this node to begin the cluster anew from its own data.
  BEGIN_ORDER=$DISK/begin-cluster
  # With less on its data disk a node leaves the cluster while all others serve, and starts again with twice as much. On a full
  # disk the server would wait for room in the middle of a commit, and by flow control all countries with it.
  LEAST_ROOM_MB=${LEAST_ROOM_MB:-512}
}

if [[ -r $MACHINE_ROOT/etc/default/database ]]; then
  # shellcheck source=/dev/null
  . "$MACHINE_ROOT/etc/default/database"
fi

CURL=(curl --silent --show-error --noproxy '*' --connect-timeout 2)
CURL+=(--retry "${FETCH_RETRIES:-2}" --retry-delay 1 --retry-connrefused)

log() { printf '%s\n' "$*" >&2; }

# Sets `now`, seconds since the machine started. SECONDS follows the machine's clock, which may be set at any moment: forward,
# and all that is waited for is over; back, and nothing is.
tick() {
  read -r now _ </proc/uptime
  now=${now%%.*}
}

stop() {
  log "${@:2}"
  exit "$1"
}

require_settings() {
  local name
  for name in NODE ADDRESS RANK MEMBERS HOSTS CLIENT_PORT REPLICATION_PORT HEALTH_PORT SCHEMA APP_USER APP_CONNECTIONS BACKUP_BUCKET \
    SECRET_INITIALIZED SECRET_CA SECRET_CA_CERTIFICATE SECRET_APP_PASSWORD; do
    name=DATABASE_$name
    [[ -n ${!name:-} ]] || stop 2 "$name is not set: the boot script writes it to /etc/default/database"
  done
}

# The comment at the top of a script is its help.
help() { sed -n '2,/^$/s/^# \{0,1\}//p' "$0"; }

# put MODE GROUP PATH: standard input becomes the file, whole or not at all; an equal file is not touched.
put() {
  local next
  next=$(mktemp "$3.XXXXXX")
  cat >"$next"
  chgrp "$2" "$next"
  chmod "$1" "$next"
  if cmp --silent "$next" "$3"; then rm "$next"; else mv "$next" "$3"; fi
}

# metric NAME VALUE HELP [LABELS]
metric() { printf '# HELP %s %s\n# TYPE %s gauge\n%s%s %s\n' "$1" "$3" "$1" "$1" "${4:-}" "$2"; }

# put_metrics NAME: standard input becomes a file that the node exporter reads.
put_metrics() (
  umask 022
  [[ -d $METRICS ]] || mkdir -p "$METRICS"
  next=$METRICS/.$1.$BASHPID
  cat >"$next"
  mv "$next" "$METRICS/$1.prom"
)

# Runs statements from standard input, so that none stands in the arguments of a process. The account is that of the
# host's user, whom the server knows by the socket.
sql() {
  timeout "${SQL_SECONDS:-10}" mariadb --no-defaults --socket="$RUNTIME/mysqld.sock" --user="$(id --user --name)" \
    --connect-timeout=2 --batch --skip-column-names
}

# state KEY: what Galera's own file says: uuid, seqno or safe_to_bootstrap.
state() {
  local key value
  [[ -e $STATE ]] || return 0
  while read -r key value; do
    [[ $key != "$1:" ]] || echo "$value"
  done <"$STATE"
}

# Sets `name`: the parts of a member's name that stay; the fourth one counts its starts.
member_name() { name=${1:0:18}${1:23}; }

# What InnoDB has says whether there is data. A copy that was cut off is none.
has_data() { [[ -e $DATA/ibdata1 && -d $DATA/mysql && ! -e $DATA/sst_in_progress ]]; }

# The saved view: "NUMBER HISTORY MEMBER...", "- HISTORY" when there is only data, nothing for a disk without either.
saved_view() {
  local key first rest name number='' members=''
  if [[ ! -s $VIEW ]]; then
    ! has_data || echo "- $(state uuid)"
    return 0
  fi
  while read -r key first rest; do
    case $key in
    view_id:) number=${rest##* } ;;
    member:) member_name "$first" && members+=" $name" ;;
    esac
  done <"$VIEW"
  echo "$number $(state uuid)$members"
}

# MB that are left on the data disk.
room_mb() {
  local blocks size
  read -r blocks size < <(stat --file-system --format='%a %S' "$DISK")
  echo $((blocks * size / 1048576))
}

# port ADDRESS PORT: "open", "closed" (the host answers that nobody listens) or "unseen" (nothing is known).
port() {
  local words
  if words=$(LC_ALL=C timeout "${PROBE_SECONDS:-2}" bash -c "exec 3<>/dev/tcp/$1/$2" 2>&1); then
    echo open
  elif [[ $words == *refused* ]]; then
    echo closed
  else
    echo unseen
  fi
}

# google METHOD URL [CURL OPTION...]: prints what curl prints. The token goes through standard input, because every
# process of the machine can read the arguments of another.
google() {
  local token
  token=$("${CURL[@]}" --fail --max-time 5 --header 'Metadata-Flavor: Google' \
    "$METADATA_URL/instance/service-accounts/default/token" | jq --exit-status --raw-output .access_token) || return 1
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    "${CURL[@]}" --config - --max-time "${GOOGLE_SECONDS:-10}" --request "$1" "${@:3}" "$2"
}

# read_secret RESOURCE VERSION FILE: the HTTP status is printed, the value becomes the file.
read_secret() {
  local answer=$3.answer status
  status=$(google GET "$SECRETS_URL/$1/versions/$2:access" --output "$answer" --write-out '%{http_code}') || status=000
  if [[ $status == 200 ]]; then
    # Without its end, a value that was cut off would pass.
    jq --exit-status --raw-output .payload.data "$answer" 2>/dev/null | base64 --decode >"$3" || status=000
    jq --raw-output '.name // "" | split("/") | last' "$answer" >"$3.version"
  fi
  rm -f "$answer"
  echo "$status"
}

# add_secret RESOURCE: standard input becomes a new version.
add_secret() {
  local status
  status=$(base64 --wrap 0 | jq --raw-input '{payload: {data: .}}' |
    # A file descriptor, because standard input carries the token.
    google POST "$SECRETS_URL/$1:addVersion" --header 'Content-Type: application/json' --data-binary @/dev/fd/8 \
      --output /dev/null --write-out '%{http_code}' 8<&0) || status=000
  [[ $status == 200 ]] || {
    log "a version of $1 could not be added (HTTP status $status): see its IAM policy and the network"
    return 1
  }
}

# Initialized or not: "initialized", "new" or "unknown". By number, because `latest` is eventually consistent and a number is not
# (cloud.google.com/secret-manager/docs/reference/consistency). A version that was destroyed answers 400, not 404.
initialization() {
  local work status
  work=$(mktemp -d)
  status=$(read_secret "$DATABASE_SECRET_INITIALIZED" 1 "$work/initialized")
  rm -r "$work"
  case $status in
  200) echo initialized ;;
  404) echo new ;;
  *) echo unknown ;;
  esac
}
