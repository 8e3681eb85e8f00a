#!/usr/bin/env bash
# Brings this machine to the config in its metadata and the certificate in Secret Manager. A timer runs it every
# 30 seconds; by hand: systemctl start edge-sync.
#
# HAProxy is only ever given a release, releases/<sha256>/{haproxy.cfg,site.pem}, that `haproxy -c` accepts. Config and
# certificate change one at a time, zone after zone; the one with which the machine does not serve as before is taken
# back, and stays refused until it changes or its mark is deleted. A machine that has never served takes an older
# certificate, or a self-signed stand-in, rather than none, and without a config that it may run serves a page that says so.
#
# Exit codes:
#   0   the machine runs what it should, or waits for its zone's turn
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   3   metadata server not reached: the last config stays
#   4   Secret Manager not reached: the last certificate stays
#   5   config refused, by HAProxy's check or because it was not ready with it: the last good one stays
#   6   certificate refused, by the checks below or because users were not served with it: the last good one stays
#   7   HAProxy does not run
#   8   the disk is full: HAProxy goes on with what it has
#   75  another run has not ended

set -euo pipefail
umask 077

METADATA_URL=${METADATA_URL:-http://metadata.google.internal/computeMetadata/v1}
SECRETS_URL=${SECRETS_URL:-https://secretmanager.googleapis.com/v1}
HEALTH_URL=http://127.0.0.1:${EDGE_HEALTH_PORT:-}
EDGE_HOME=${EDGE_HOME:-/var/lib/edge}
EDGE_GROUP=${EDGE_GROUP:-haproxy}
# Where the node exporter looks for files that others write (Debian's default).
METRICS_FILE=${METRICS_FILE:-/var/lib/prometheus/node-exporter/edge.prom}
# What a zone's machines wait longer than those of the zone before: some runs of the timer and one verification.
STAGGER_SECONDS=${STAGGER_SECONDS:-90}
# A worker counts every server as up until its first checks have ended, so an earlier answer of readyz says nothing.
SETTLE_SECONDS=${SETTLE_SECONDS:-5}
VERIFY_SECONDS=${VERIFY_SECONDS:-20}
# The config names its admin socket after it; systemd sets it for HAProxy, the check below needs it too.
export RUNTIME_DIRECTORY=${RUNTIME_DIRECTORY:-/run/haproxy}

CURL=(curl --silent --show-error --noproxy '*' --connect-timeout 2 --max-time 5)
CURL+=(--retry "${FETCH_RETRIES:-2}" --retry-delay 1 --retry-connrefused)
UNIT=haproxy.service

work=$EDGE_HOME/work
status=0 metadata_unreachable=0 secret_unreachable=0
# Of each part of a release.
declare -A refused=([config]=0 [certificate]=0) pending=([config]=0 [certificate]=0)
declare -A REFUSAL=([config]=5 [certificate]=6)

log() { printf '%s\n' "$*" >&2; }

# problem CODE MESSAGE...: the first problem decides the exit code, the run goes on with what it has.
problem() {
  log "${@:2}"
  ((status)) || status=$1
}

stop() {
  log "${@:2}"
  exit "$1"
}

sha() {
  local sum
  sum=$(cat -- "$@" | sha256sum)
  echo "${sum%% *}"
}

# point LINK RELEASE: by rename, because a link that is removed and made again is missing in between.
point() {
  ln -s "releases/$2" "$work/link"
  mv -T "$work/link" "$EDGE_HOME/$1"
}

good() { [[ -e $EDGE_HOME/last-good/haproxy.cfg ]]; }

is_stand_in() { cmp --silent "$1" "$EDGE_HOME/stand-in.pem"; }

# Whether a certificate of the secret is served.
serves_issued() { good && ! is_stand_in "$EDGE_HOME/last-good/site.pem"; }

release_of() {
  local link
  link=$(readlink "$EDGE_HOME/$1")
  echo "${link##*/}"
}

require_settings() {
  local name
  for name in EDGE_ADDRESS EDGE_ZONE EDGE_CERTIFICATE_SECRET EDGE_HOSTS EDGE_STAND_IN EDGE_ZONES EDGE_HEALTH_PORT \
    EDGE_HTTPS_PORT; do
    [[ -n ${!name:-} ]] ||
      stop 2 "$name is not set: start it with 'systemctl start edge-sync', which reads /etc/default/edge*"
  done
}

open_home() {
  mkdir -p "$EDGE_HOME/releases" "$EDGE_HOME/refused"
  chgrp "$EDGE_GROUP" "$EDGE_HOME" "$EDGE_HOME/releases"
  chmod 0750 "$EDGE_HOME" "$EDGE_HOME/releases"
  exec 9>"$EDGE_HOME/lock"
  flock --wait 60 9 || stop 75 "another edge-sync has run for a minute: see 'systemctl status edge-sync'"
  trap finish EXIT
  rm -rf "$work"
  make_room
  # A run that was killed between its swap and its verdict leaves a config nobody vouches for.
  if good && [[ $(release_of current) != "$(release_of last-good)" ]]; then
    log "the last run ended half way: back to $(release_of last-good)"
    switch_to "$(release_of last-good)" || true # keep_running says it when HAProxy is down
  fi
}

# Without room every later step would fail with words about something else. All that a run writes is less than 1 MB.
make_room() {
  local words
  words=$({ mkdir "$work" && head -c 1M /dev/zero >"$work/room"; } 2>&1) || {
    keep_running
    [[ $words == *"No space left"* ]] || stop 1 "$EDGE_HOME cannot be written to: $words"
    stop 8 "the disk is full: $EDGE_HOME has no room for 1 MB, so nothing new is taken. Make room:" \
      "'journalctl --vacuum-size=100M', 'apt-get clean', and see 'du -xh / | sort -h | tail'"
  }
  rm "$work/room"
}

metadata() { "${CURL[@]}" --fail --header 'Metadata-Flavor: Google' "$METADATA_URL/$1"; }

fetch_config() {
  if metadata instance/attributes/haproxy-cfg >"$work/haproxy.cfg"; then
    # HAProxy refuses a last line without a line feed; curl has already refused a text that was cut off.
    # shellcheck disable=SC1003 # the backslash is sed's: append nothing, which ends the last line
    sed -i -e '$a\' "$work/haproxy.cfg"
    return
  fi
  metadata_unreachable=1
  problem 3 "haproxy-cfg could not be read from $METADATA_URL: the last good config stays;" \
    "look at the metadata server and the instance's metadata"
  if good; then cp "$EDGE_HOME/last-good/haproxy.cfg" "$work"; else rm -f "$work/haproxy.cfg"; fi
}

# access_secret VERSION: prints the HTTP status; the answer is in secret.json. The token goes through standard input,
# because every process of the machine can read the arguments of another.
access_secret() {
  local token
  token=$(metadata instance/service-accounts/default/token | jq --exit-status --raw-output .access_token) || return 0
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    "${CURL[@]}" --config - --output "$work/secret.json" --write-out '%{http_code}' \
      "$SECRETS_URL/$EDGE_CERTIFICATE_SECRET/versions/$1:access" || true
}

# Leaves in site.pem what should be served.
fetch_certificate() {
  local answer version
  if good; then
    cp "$EDGE_HOME/last-good/site.pem" "$work"
  else
    [[ -e $EDGE_HOME/stand-in.pem ]] || make_stand_in
    cp "$EDGE_HOME/stand-in.pem" "$work/site.pem"
  fi
  answer=$(access_secret latest)
  if [[ $answer == 200 ]]; then
    version=$(jq --raw-output '.name // "latest" | sub(".*/"; "")' "$work/secret.json" 2>/dev/null) || version=latest
    accept_certificate "$version" || serves_issued || accept_earlier "$version"
  # Not found is how a secret without any version answers: the certificate has yet to be issued.
  elif [[ $answer != 404 ]] || serves_issued; then
    secret_unreachable=1
    problem 4 "$EDGE_CERTIFICATE_SECRET could not be read (HTTP status ${answer:-unknown, no token}):" \
      "the last good certificate stays; look at the secret's versions, its readers and the network"
  fi
  ! is_stand_in "$work/site.pem" || good || log "a self-signed stand-in is served;" \
    "add a version to $EDGE_CERTIFICATE_SECRET that holds the chain, leaf first, and the key in PEM"
}

# accept_certificate VERSION: of what secret.json holds.
accept_certificate() {
  local offered=$work/offered.pem fault
  jq --raw-output .payload.data "$work/secret.json" 2>/dev/null | base64 --decode >"$offered" 2>/dev/null || true
  cmp --silent "$offered" "$work/site.pem" && return
  fault=$(certificate_fault "$offered")
  if [[ -n $fault ]]; then
    problem 6 "the certificate in version $1 of $EDGE_CERTIFICATE_SECRET is refused, it ${fault//$'\n'/; it }:" \
      "add a version that holds the chain, leaf first, and the key in PEM"
    return 1
  fi
  mv "$offered" "$work/site.pem"
}

# A machine that has none of its own serves what the others were given before.
accept_earlier() {
  local version
  # An answer without a version's number tells of none before it.
  [[ $1 =~ ^[0-9]+$ ]] || return 0
  for ((version = $1 - 1; version > 0 && version >= $1 - 5; version--)); do
    if [[ $(access_secret "$version") == 200 ]] && accept_certificate "$version"; then
      log "version $version is served in its place"
      return
    fi
  done
}

# Why a file cannot be served; nothing when it can. OpenSSL's own words stay out of the log: they may quote the file.
certificate_fault() {
  local facts start end key host words
  if ! facts=$(openssl x509 -in "$1" -noout -startdate -enddate -pubkey 2>/dev/null); then
    echo "holds no certificate"
    return
  fi
  { IFS='=' read -r _ start && IFS='=' read -r _ end; } <<<"$facts"
  if ! key=$(openssl pkey -in "$1" -passin pass: -pubout 2>/dev/null); then
    echo "holds no private key that can be read without a password"
  elif [[ $facts != *$'\n'"$key" ]]; then
    echo "holds a key that does not belong to its first certificate"
  elif (($(date -d "$end" +%s) <= EPOCHSECONDS)); then
    echo "has expired"
  fi
  (($(date -d "$start" +%s) <= EPOCHSECONDS)) || echo "is not valid before $start"
  for host in $EDGE_HOSTS; do
    [[ $(openssl x509 -in "$1" -noout -checkhost "$host") == *"does match"* ]] || echo "is not made out to $host"
  done
  words=$(loads "$1") || echo "is not loaded by HAProxy ($words)"
  # Nobody can ask of a private CA that this machine knows it; but what browsers trusted they must trust.
  ! serves_issued || ! trusted "$EDGE_HOME/last-good/site.pem" || trusted "$1" ||
    echo "is trusted by no CA, as the one that is served is; its chain may lack a certificate"
}

trusted() { openssl verify -purpose sslserver -untrusted "$1" "$1" >/dev/null 2>&1; }

# Whether HAProxy loads a certificate, with the config that runs; what it says against it.
loads() {
  rm -rf "$work/trial"
  mkdir "$work/trial"
  if good; then cp "$EDGE_HOME/last-good/haproxy.cfg" "$work/trial"; else holding_config >"$work/trial/haproxy.cfg"; fi
  cp "$1" "$work/trial/site.pem"
  timeout 20 haproxy -c -f "$work/trial/haproxy.cfg" 2>&1 | sed -n 's/^\[ALERT\] *([0-9]*) *: *//p' | tr '\n' ' '
}

make_stand_in() {
  # Ten years: only a real certificate replaces it, and edge_certificate_stand_in says that it is there.
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$EDGE_STAND_IN" \
    -addext "subjectAltName=DNS:${EDGE_HOSTS// /,DNS:}" -keyout "$work/key.pem" -out "$work/chain.pem" 2>/dev/null
  cat "$work/chain.pem" "$work/key.pem" >"$work/stand-in.pem"
  mv "$work/stand-in.pem" "$EDGE_HOME/stand-in.pem"
}

# take PART: brings the config or the certificate to what it should be, when it is this zone's turn.
take() {
  local part=$1 file=$work/site.pem wanted release
  [[ $part == certificate ]] || file=$work/haproxy.cfg
  if cmp --silent "$file" "$EDGE_HOME/last-good/${file##*/}"; then
    rm -f "$EDGE_HOME/first-seen-$part"
    return
  fi
  wanted=$(sha "$file")
  if [[ -e $EDGE_HOME/refused/$wanted ]]; then
    refused[$part]=1
    problem "${REFUSAL[$part]}" "$part $wanted stays refused: change it," \
      "or delete $EDGE_HOME/refused/$wanted to try it again"
  elif must_wait; then
    pending[$part]=1
  else
    mkdir "$work/$part"
    cp "$EDGE_HOME/last-good/haproxy.cfg" "$EDGE_HOME/last-good/site.pem" "$work/$part"
    cp "$file" "$work/$part"
    if stage "$work/$part"; then activate; fi
  fi
}

# The first release of a machine: no other to go back to, and nobody to wait for.
begin() {
  local part=config wanted release
  if [[ -e $work/haproxy.cfg ]]; then
    wanted=$(sha "$work/haproxy.cfg")
    if [[ -e $EDGE_HOME/refused/$wanted ]]; then
      refused[config]=1
      problem 5 "config $wanted stays refused: change it, or delete $EDGE_HOME/refused/$wanted to try it again"
    else
      mkdir "$work/first"
      cp "$work/haproxy.cfg" "$work/site.pem" "$work/first"
      if stage "$work/first"; then activate; fi
    fi
  fi
  good || hold
}

# A config that is always accepted. The group must not take such a machine for well, or it would go on to replace the
# others: only users are answered.
holding_config() {
  cat <<CONFIG
global
    default-path config
defaults
    mode http
    timeout client 10s
    timeout server 10s
    timeout connect 1s
frontend holding
    bind :$EDGE_HTTPS_PORT,[::]:$EDGE_HTTPS_PORT v6only ssl crt site.pem
    bind :$EDGE_HEALTH_PORT
    http-request return status 503 content-type text/plain string "Please try again shortly." hdr Retry-After 15
CONFIG
}

hold() {
  local part=config wanted=holding release
  if systemctl is-active --quiet "$UNIT" && [[ $(release_of current) == holding ]]; then return; fi
  mkdir "$work/holding"
  holding_config >"$work/holding/haproxy.cfg"
  cp "$work/site.pem" "$work/holding"
  if ! stage "$work/holding"; then return; fi
  point current "$release"
  run_haproxy || problem 7 "HAProxy does not start: see 'journalctl -u haproxy'"
  log "nothing that the shop could be served with: users get a page that asks them to come back"
}

# Whether other zones are first. Only a machine that serves waits: there is nothing to lose on one that does not.
must_wait() {
  local first_seen=() position=0 zone
  systemctl is-active --quiet "$UNIT" || return 1
  [[ $part == config ]] || serves_valid || return 1
  for zone in $EDGE_ZONES; do
    # shellcheck disable=SC2153 # not a slip for EDGE_ZONES, the loop's list
    [[ $zone != "$EDGE_ZONE" ]] || break
    position=$((position + 1))
  done
  [[ ! -e $EDGE_HOME/first-seen-$part ]] || read -ra first_seen <"$EDGE_HOME/first-seen-$part"
  if [[ ${first_seen[0]:-} != "$wanted" ]]; then
    first_seen=("$wanted" "$EPOCHSECONDS")
    echo "${first_seen[@]}" >"$work/first-seen"
    mv "$work/first-seen" "$EDGE_HOME/first-seen-$part"
    log "new $part $wanted: $EDGE_ZONE takes it in $((position * STAGGER_SECONDS)) s"
  fi
  ((EPOCHSECONDS < first_seen[1] + position * STAGGER_SECONDS))
}

# Whether users are served a certificate that browsers may accept.
serves_valid() {
  serves_issued && openssl x509 -in "$EDGE_HOME/last-good/site.pem" -noout -checkend 0 >/dev/null
}

# refuse WHY: this part, until it changes or its mark is deleted.
refuse() {
  refused[$part]=1
  echo "$1" >"$work/reason"
  mv "$work/reason" "$EDGE_HOME/refused/$wanted"
}

# stage DIRECTORY: puts a release in place when HAProxy accepts it, and sets `release`; it is not in use yet.
stage() {
  local words
  release=$(sha "$1/haproxy.cfg" "$1/site.pem")
  [[ $wanted != holding ]] || release=holding
  # The config tells the load balancer by it that browsers would refuse this machine.
  ! is_stand_in "$1/site.pem" || echo stand-in >"$1/certificate.state"
  chgrp -R "$EDGE_GROUP" "$1"
  chmod 0640 "$1"/*
  chmod 0750 "$1"
  if ! words=$(timeout 20 haproxy -c -f "$1/haproxy.cfg" 2>&1); then
    refuse "haproxy -c: $words"
    problem 5 "$part $wanted is refused, the last good one stays: correct it. HAProxy says:" "$words"
    return 1
  fi
  sync "$1"/*
  rm -rf "$EDGE_HOME/releases/$release"
  mv -T "$1" "$EDGE_HOME/releases/$release"
}

run_haproxy() {
  if systemctl is-active --quiet "$UNIT"; then systemctl reload "$UNIT"; else systemctl start "$UNIT"; fi
}

workers() { pgrep --parent "$(systemctl show --property MainPID --value "$UNIT")" || true; }

# answers PATH...: whether each of them is ready.
answers() {
  local path requests=()
  for path in "$@"; do requests+=(--output /dev/null "$HEALTH_URL/$path"); done
  curl --silent --fail --fail-early --noproxy '*' --max-time 2 "${requests[@]}"
}

# within LIMIT COMMAND...: asks again until the command succeeds, for LIMIT seconds. The machine's clock may be set meanwhile, and
# SECONDS would follow it.
within() {
  local now deadline
  read -r now _ </proc/uptime
  deadline=$((${now%.*} + $1))
  until "${@:2}"; do
    read -r now _ </proc/uptime
    ((${now%.*} < deadline)) || return 1
    sleep 0.2
  done
}

# A master that fails to reload keeps its old workers, which answer as ever: one that was not there must be.
reloaded() { workers | grep -qvxF -e "$1" && answers livez; }

# What users of each host are answered, in one line: a status, "slow" for none in time, or "none" without a connection
# or TLS. Over IPv4 first, then over IPv6 where that is served.
ask_as_users() {
  local address host requests=() answer answers=()
  for address in 127.0.0.1 '[::1]'; do
    for host in $EDGE_HOSTS; do
      requests+=(--next --silent --insecure --noproxy '*' --max-time 5 --output /dev/null)
      requests+=(--connect-to "::$address:" --write-out "$address %{http_code} %{time_appconnect}\n")
      requests+=(--header "Host: $host" "https://$host:$EDGE_HTTPS_PORT/")
    done
  done
  while read -r answer; do
    case $answer in
      "[::1] 000 0.000000") ;;
      *" 000 0.000000") answers+=(none) ;;
      *" 000 "*) answers+=(slow) ;;
      *) read -r _ answer _ <<<"$answer" && answers+=("$answer") ;;
    esac
  done < <(curl "${requests[@]:1}")
  echo "${answers[*]}"
}

# as_before BEFORE [WAS_READY...]: whether every path is ready, and every host served, that was. 421 is HAProxy's word for
# a host that it does not serve.
as_before() {
  local before=() now=() index is
  (($# == 1)) || answers "${@:2}" || return 1
  read -ra before <<<"$1"
  read -ra now < <(ask_as_users)
  for ((index = 0; index < ${#before[@]} || index < ${#now[@]}; index++)); do
    is=${now[index]:-none}
    case ${before[index]:-} in
      2* | 3*) [[ $is == [23]* ]] || return 1 ;;
      4*) [[ $is == [234]* ]] || return 1 ;;
    esac
    [[ $is != none && $is != 421 ]] || return 1
  done
}

# switch_to RELEASE [BEFORE [WAS_READY...]]: succeeds when HAProxy serves with it, and as before.
switch_to() {
  local old_workers
  old_workers=$(workers)
  point current "$1"
  run_haproxy && within "$VERIFY_SECONDS" reloaded "$old_workers" || return 1
  (($# > 1)) || return 0
  ! good || sleep "$SETTLE_SECONDS"
  within "$VERIFY_SECONDS" as_before "${@:2}"
}

activate() {
  local path was_ready=() before
  for path in readyz readyz/database; do ! answers "$path" || was_ready+=("$path"); done
  before=$(ask_as_users)
  if switch_to "$release" "$before" "${was_ready[@]}"; then
    point last-good "$release"
    log "release $release serves"
    return
  fi
  if good; then
    refuse unready
    problem "${REFUSAL[$part]}" "$part $wanted is refused: HAProxy was not ready with it within $VERIFY_SECONDS s, or" \
      "users were not answered as before ($before); back to $(release_of last-good): correct it, see 'journalctl -u haproxy'"
    switch_to "$(release_of last-good)" || problem 7 "HAProxy does not serve with that either: see 'journalctl -u haproxy'"
  else
    # One that lives, and serves nobody, would be taken for well. One that does not may yet come.
    ! answers livez || refuse "serves nobody"
    problem 7 "HAProxy does not serve with its first release $release: see 'journalctl -u haproxy'"
  fi
  rm -rf "$EDGE_HOME/releases/$release"
}

keep_running() {
  systemctl is-active --quiet "$UNIT" && return
  log "HAProxy does not run: it is started"
  systemctl start "$UNIT" || problem 7 "HAProxy does not start: see 'journalctl -u haproxy'"
}

# The three newest releases are kept, so that the last two can be looked at or linked by hand.
prune() {
  local releases=("$EDGE_HOME"/releases/*) old
  ((${#releases[@]} > 3)) || return 0
  find "$EDGE_HOME/releases" -mindepth 1 -maxdepth 1 -printf '%T@ %f\n' | sort -rn | tail -n +4 | cut -d ' ' -f 2 |
    while read -r old; do
      [[ $old == "$(release_of last-good)" ]] || rm -rf "${EDGE_HOME:?}/releases/$old"
    done
}

# metric NAME VALUE HELP [LABELS]
metric() { printf '# HELP %s %s\n# TYPE %s gauge\n%s%s %s\n' "$1" "$3" "$1" "$1" "${4:-}" "$2"; }

metrics() {
  local expiry stand_in=0 running=$EDGE_HOME/last-good
  metric edge_config_refused "${refused[config]}" "The wanted config is refused and an older one runs."
  metric edge_config_pending "${pending[config]}" "The wanted config waits for other zones."
  metric edge_sync_source_unreachable "$metadata_unreachable" "A source could not be read." '{source="metadata"}'
  printf 'edge_sync_source_unreachable{source="secret"} %s\n' "$secret_unreachable"
  [[ ! -e $EDGE_HOME/last-success ]] ||
    metric edge_sync_last_success_timestamp_seconds "$(<"$EDGE_HOME/last-success")" "Last run that ended with 0."
  good || return 0
  ! is_stand_in "$running/site.pem" || stand_in=1
  expiry=$(openssl x509 -in "$running/site.pem" -noout -enddate)
  metric edge_certificate_stand_in "$stand_in" "The certificate that is served is self-signed."
  # A stand-in's end is ten years away: the certificate that replaces it would look like one that is older.
  ((stand_in)) ||
    metric edge_certificate_expiry_timestamp_seconds "$(date -d "${expiry#*=}" +%s)" "End of that certificate."
  metric edge_config_info 1 "SHA-256 of the config that runs." "{sha=\"$(sha "$running/haproxy.cfg")\"}"
}

finish() {
  local code=$?
  ((code)) || code=$status
  ((code)) || echo "$EPOCHSECONDS" >"$EDGE_HOME/last-success"
  rm -rf "$work"
  mkdir -p "${METRICS_FILE%/*}"
  if metrics >"$METRICS_FILE.next"; then
    chmod 0644 "$METRICS_FILE.next"
    mv "$METRICS_FILE.next" "$METRICS_FILE"
  fi
  exit "$code"
}

main() {
  case ${1:-} in
    "") ;;
    --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) stop 2 "$1 is no option: use --help or none" ;;
  esac
  require_settings
  open_home
  fetch_config
  fetch_certificate
  if good; then
    take certificate
    take config
    keep_running
  else
    begin
  fi
  prune
}

main "$@"
