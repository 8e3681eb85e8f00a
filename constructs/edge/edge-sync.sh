#!/usr/bin/env bash
# Brings this machine to the config in its metadata and the certificate in Secret Manager. A timer runs it every
# 30 seconds; by hand: systemctl start edge-sync.
#
# HAProxy is only ever given a release, releases/<sha256>/{haproxy.cfg,site.pem}, that `haproxy -c` accepts. One that
# makes it unready is taken back. What is refused stays refused until it changes or its mark is deleted.
#
# Exit codes:
#   0   the machine runs what it should, or waits for its zone's turn
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   3   metadata server not reached: the last config stays
#   4   Secret Manager not reached: the last certificate stays
#   5   config refused, by HAProxy's check or because it was not ready with it: the last good one stays
#   6   certificate refused: the last good one stays
#   7   HAProxy does not run
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
status=0 refused=0 pending=0 metadata_unreachable=0 secret_unreachable=0

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

sha() { cat -- "$@" | sha256sum | cut -d ' ' -f 1; }

# point LINK RELEASE: by rename, because a link that is removed and made again is missing in between.
point() {
  ln -s "releases/$2" "$work/link"
  mv -T "$work/link" "$EDGE_HOME/$1"
}

good() { [[ -e $EDGE_HOME/last-good/haproxy.cfg ]]; }

release_of() { basename "$(readlink "$EDGE_HOME/$1")"; }

require_settings() {
  local name
  for name in EDGE_ADDRESS EDGE_ZONE EDGE_CERTIFICATE_SECRET EDGE_HOSTS EDGE_STAND_IN EDGE_ZONES EDGE_HEALTH_PORT; do
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
  mkdir "$work"
  # A run that was killed between its swap and its verdict leaves a config nobody vouches for.
  if good && [[ $(release_of current) != "$(release_of last-good)" ]]; then
    log "the last run ended half way: back to $(release_of last-good)"
    switch_to "$(release_of last-good)" || true # keep_running says it when HAProxy is down
  fi
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
  good || exit "$status"
  cp "$EDGE_HOME/last-good/haproxy.cfg" "$work/haproxy.cfg"
}

# Prints the HTTP status; the answer is in secret.json. The token goes through standard input, because every
# process of the machine can read the arguments of another.
access_secret() {
  local token
  token=$(metadata instance/service-accounts/default/token | jq --exit-status --raw-output .access_token) || return 0
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    "${CURL[@]}" --config - --output "$work/secret.json" --write-out '%{http_code}' \
      "$SECRETS_URL/$EDGE_CERTIFICATE_SECRET/versions/latest:access" || true
}

fetch_certificate() {
  local answer
  answer=$(access_secret)
  if [[ $answer == 200 ]]; then
    accept_certificate
  # Not found is how a secret without any version answers: the certificate has yet to be issued.
  elif [[ $answer != 404 || -e $EDGE_HOME/certificate.pem ]]; then
    secret_unreachable=1
    problem 4 "$EDGE_CERTIFICATE_SECRET could not be read (HTTP status ${answer:-unknown, no token}):" \
      "the last good certificate stays; look at the secret's versions, its readers and the network"
  fi
  if [[ -e $EDGE_HOME/certificate.pem ]]; then
    cp "$EDGE_HOME/certificate.pem" "$work/site.pem"
  else
    [[ -e $EDGE_HOME/stand-in.pem ]] || make_stand_in
    cp "$EDGE_HOME/stand-in.pem" "$work/site.pem"
  fi
}

accept_certificate() {
  local offered=$work/certificate.pem fault
  jq --raw-output .payload.data "$work/secret.json" 2>/dev/null | base64 --decode >"$offered" 2>/dev/null || true
  cmp --silent "$offered" "$EDGE_HOME/certificate.pem" && return
  fault=$(certificate_fault "$offered")
  if [[ -n $fault ]]; then
    problem 6 "the latest version of $EDGE_CERTIFICATE_SECRET is refused, it $fault:" \
      "add a version that holds the chain, leaf first, and the key in PEM"
  else
    log "new certificate from $EDGE_CERTIFICATE_SECRET, $(openssl x509 -in "$offered" -noout -enddate)"
    mv "$offered" "$EDGE_HOME/certificate.pem"
  fi
}

# Why a file cannot be served; nothing when it can. OpenSSL's own words stay out of the log: they may quote the file.
certificate_fault() {
  local key host=${EDGE_HOSTS%% *}
  if ! openssl x509 -in "$1" -noout 2>/dev/null; then
    echo "holds no certificate"
  elif ! key=$(openssl pkey -in "$1" -passin pass: -pubout 2>/dev/null); then
    echo "holds no private key that can be read without a password"
  elif [[ $key != "$(openssl x509 -in "$1" -noout -pubkey)" ]]; then
    echo "holds a key that does not belong to its first certificate"
  elif ! openssl x509 -in "$1" -noout -checkend 0 >/dev/null; then
    echo "has expired"
  elif [[ $(openssl x509 -in "$1" -noout -checkhost "$host") != *"does match"* ]]; then
    echo "is not made out to $host"
  fi
}

make_stand_in() {
  # Ten years: only a real certificate replaces it, and edge_certificate_stand_in says that it is there.
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=$EDGE_STAND_IN" \
    -addext "subjectAltName=DNS:${EDGE_HOSTS// /,DNS:}" -keyout "$work/key.pem" -out "$work/chain.pem" 2>/dev/null
  cat "$work/chain.pem" "$work/key.pem" >"$work/stand-in.pem"
  mv "$work/stand-in.pem" "$EDGE_HOME/stand-in.pem"
  log "no certificate yet: a self-signed stand-in is served; add a version to $EDGE_CERTIFICATE_SECRET"
}

# Sets `release`. A config that is refused or has to wait must not hold up a renewed certificate: that one is
# then released with the config that runs.
choose_release() {
  release=$(sha "$work/haproxy.cfg" "$work/site.pem")
  if [[ -e $EDGE_HOME/refused/$release ]]; then
    refused=1
    problem 5 "release $release stays refused: change the config or the certificate," \
      "or delete $EDGE_HOME/refused/$release to try it again"
  elif must_wait; then
    pending=1
  else
    return 0
  fi
  good || exit "$status"
  cp "$EDGE_HOME/last-good/haproxy.cfg" "$work/haproxy.cfg"
  release=$(sha "$work/haproxy.cfg" "$work/site.pem")
  [[ ! -e $EDGE_HOME/refused/$release ]] || release=$(release_of last-good)
}

# Whether other zones are first. Only a changed config on a machine that serves waits: there is nothing to lose
# on one that does not.
must_wait() {
  local config first_seen=() position=0 zone
  if ! good || cmp --silent "$work/haproxy.cfg" "$EDGE_HOME/last-good/haproxy.cfg" ||
    ! systemctl is-active --quiet "$UNIT"; then
    rm -f "$EDGE_HOME/first-seen"
    return 1
  fi
  config=$(sha "$work/haproxy.cfg")
  for zone in $EDGE_ZONES; do
    # shellcheck disable=SC2153 # not a slip for EDGE_ZONES, the loop's list
    [[ $zone != "$EDGE_ZONE" ]] || break
    position=$((position + 1))
  done
  [[ ! -e $EDGE_HOME/first-seen ]] || read -ra first_seen <"$EDGE_HOME/first-seen"
  if [[ ${first_seen[0]:-} != "$config" ]]; then
    first_seen=("$config" "$(date +%s)")
    echo "${first_seen[@]}" >"$work/first-seen"
    mv "$work/first-seen" "$EDGE_HOME/first-seen"
    log "new config $config: $EDGE_ZONE takes it in $((position * STAGGER_SECONDS)) s"
  fi
  (($(date +%s) < first_seen[1] + position * STAGGER_SECONDS))
}

refuse() {
  refused=1
  echo "$1" >"$work/reason"
  mv "$work/reason" "$EDGE_HOME/refused/$release"
}

# Puts the release in place when HAProxy accepts it; it is not in use yet.
stage() {
  local words next=$work/release
  mkdir "$next"
  cp "$work/haproxy.cfg" "$work/site.pem" "$next"
  chgrp -R "$EDGE_GROUP" "$next"
  chmod 0640 "$next"/*
  chmod 0750 "$next"
  if ! words=$(timeout 20 haproxy -c -f "$next/haproxy.cfg" 2>&1); then
    refuse "haproxy -c: $words"
    problem 5 "release $release is refused, the last good one stays: correct the config. HAProxy says:" "$words"
    return 1
  fi
  sync "$next"/*
  rm -rf "$EDGE_HOME/releases/$release"
  mv -T "$next" "$EDGE_HOME/releases/$release"
}

run_haproxy() {
  if systemctl is-active --quiet "$UNIT"; then systemctl reload "$UNIT"; else systemctl start "$UNIT"; fi
}

workers() { pgrep --parent "$(systemctl show --property MainPID --value "$UNIT")" || true; }

answers() { curl --silent --fail --noproxy '*' --max-time 2 --output /dev/null "$HEALTH_URL/$1"; }

# within SECONDS COMMAND...: asks again until the command succeeds.
within() {
  local deadline=$((SECONDS + $1))
  until "${@:2}"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

# A master that fails to reload keeps its old workers, which answer as ever: one that was not there must be.
reloaded() { workers | grep -qvxF -e "$1" && answers livez; }

# switch_to RELEASE [WAS_READY...]: succeeds when HAProxy serves with it, and every path answers that did before.
switch_to() {
  local old_workers
  old_workers=$(workers)
  point current "$1"
  run_haproxy && within "$VERIFY_SECONDS" reloaded "$old_workers" || return 1
  (($# > 1)) || return 0
  sleep "$SETTLE_SECONDS"
  local path
  for path in "${@:2}"; do within "$VERIFY_SECONDS" answers "$path" || return 1; done
}

activate() {
  local path was_ready=()
  for path in readyz readyz/database; do ! answers "$path" || was_ready+=("$path"); done
  if switch_to "$release" "${was_ready[@]}"; then
    point last-good "$release"
    log "release $release serves"
    return
  fi
  # Without a release to go back to it stays: systemd goes on trying, and so does the next run.
  good || stop 7 "HAProxy does not serve with its first release $release: see 'journalctl -u haproxy'"
  refuse unready
  problem 5 "release $release is refused, HAProxy was not ready with it within $VERIFY_SECONDS s;" \
    "back to $(release_of last-good): correct the config, see 'journalctl -u haproxy'"
  switch_to "$(release_of last-good)" || problem 7 "HAProxy does not serve with that either: see 'journalctl -u haproxy'"
  rm -rf "$EDGE_HOME/releases/$release"
}

keep_running() {
  systemctl is-active --quiet "$UNIT" && return
  log "HAProxy does not run: it is started"
  systemctl start "$UNIT" || problem 7 "HAProxy does not start: see 'journalctl -u haproxy'"
}

# The three newest releases are kept, so that the last two can be looked at or linked by hand.
prune() {
  local old
  find "$EDGE_HOME/releases" -mindepth 1 -maxdepth 1 -printf '%T@ %f\n' | sort -rn | tail -n +4 | cut -d ' ' -f 2 |
    while read -r old; do
      [[ $old == "$(release_of last-good)" ]] || rm -rf "${EDGE_HOME:?}/releases/$old"
    done
}

# metric NAME VALUE HELP [LABELS]
metric() { printf '# HELP %s %s\n# TYPE %s gauge\n%s%s %s\n' "$1" "$3" "$1" "$1" "${4:-}" "$2"; }

metrics() {
  local expiry stand_in=0 running=$EDGE_HOME/last-good
  metric edge_config_refused "$refused" "The wanted config is refused and an older one runs."
  metric edge_config_pending "$pending" "The wanted config waits for other zones."
  metric edge_sync_source_unreachable "$metadata_unreachable" "A source could not be read." '{source="metadata"}'
  printf 'edge_sync_source_unreachable{source="secret"} %s\n' "$secret_unreachable"
  [[ ! -e $EDGE_HOME/last-success ]] ||
    metric edge_sync_last_success_timestamp_seconds "$(<"$EDGE_HOME/last-success")" "Last run that ended with 0."
  good || return 0
  ! cmp --silent "$running/site.pem" "$EDGE_HOME/stand-in.pem" || stand_in=1
  expiry=$(openssl x509 -in "$running/site.pem" -noout -enddate)
  metric edge_certificate_stand_in "$stand_in" "The certificate that is served is self-signed."
  metric edge_certificate_expiry_timestamp_seconds "$(date -d "${expiry#*=}" +%s)" "End of that certificate."
  metric edge_config_info 1 "SHA-256 of the config that runs." "{sha=\"$(sha "$running/haproxy.cfg")\"}"
}

finish() {
  local code=$?
  ((code)) || code=$status
  ((code)) || date +%s >"$EDGE_HOME/last-success"
  mkdir -p "$(dirname "$METRICS_FILE")"
  metrics >"$METRICS_FILE.next"
  chmod 0644 "$METRICS_FILE.next"
  mv "$METRICS_FILE.next" "$METRICS_FILE"
  rm -rf "$work"
  exit "$code"
}

main() {
  local release
  case ${1:-} in
    "") ;;
    --help) sed -n '2,/^$/s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) stop 2 "$1 is no option: use --help or none" ;;
  esac
  require_settings
  open_home
  fetch_config
  fetch_certificate
  choose_release
  if good && [[ $(release_of last-good) == "$release" ]]; then
    keep_running
  elif stage; then
    activate
    prune
  fi
}

main "$@"
