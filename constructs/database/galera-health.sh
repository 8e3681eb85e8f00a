#!/usr/bin/env bash
# Says whether this node can be written to, and keeps it in the group.
#
#   galera-health answer  one HTTP request from standard input: 200 when the node is a synced member of the primary
#                         component and takes writes, 503 with the reason otherwise
#   galera-health watch   once a second: restarts a server that is alive but out of the group, or hangs, and writes
#                         the metrics; it never ends
#
# A node without a quorum is not restarted: it comes back by itself when it sees the others.

set -euo pipefail
umask 022

# shellcheck source=galera-lib.sh
. "${GALERA_LIB:-/usr/local/lib/galera-lib}"

# A server that hangs must not hold up who asks.
SQL_SECONDS=${SQL_SECONDS:-2}
# Alive, but out of the group: Galera gave up, which only a restart mends.
OUT_OF_GROUP_SECONDS=${OUT_OF_GROUP_SECONDS:-10}
# A server that answers nothing holds up the whole cluster by flow control.
HANG_SECONDS=${HANG_SECONDS:-30}

# Sets `reason`, which is nothing for a node that can be written to, and the values that it follows from. SHOW works
# when other statements are refused for want of a quorum.
probe() {
  local answer code=0 name value
  state='' status='' connected='' ready='' read_only='' size=0 flow_paused=0 queue=0
  answer=$(sql 2>&1 <<<"SHOW GLOBAL STATUS LIKE 'wsrep_%'; SHOW GLOBAL VARIABLES LIKE 'read_only'") || code=$?
  case $code in
  0) ;;
  124) reason=hangs && return ;;
  *) reason=down && return ;;
  esac
  while IFS=$'\t' read -r name value; do
    case $name in
    wsrep_local_state_comment) state=$value ;;
    wsrep_cluster_status) status=$value ;;
    wsrep_cluster_size) size=$value ;;
    wsrep_connected) connected=$value ;;
    wsrep_ready) ready=$value ;;
    wsrep_flow_control_paused) flow_paused=$value ;;
    wsrep_local_recv_queue) queue=$value ;;
    read_only) read_only=$value ;;
    esac
  done <<<"$answer"
  if [[ $connected != ON ]]; then
    reason=out-of-group
  elif [[ $status != Primary ]]; then
    reason=no-quorum
  elif [[ $state != Synced ]]; then
    reason=not-synced
  elif [[ $ready != ON ]]; then
    reason=not-ready
  elif [[ $read_only != OFF ]]; then
    reason=read-only
  else
    reason=''
  fi
}

answer() {
  local line body code='200 OK'
  # An answer that leaves part of the request unread may be lost.
  while IFS= read -r -t 2 line && [[ -n ${line%$'\r'} ]]; do :; done
  probe
  [[ -z $reason ]] || code='503 Service Unavailable'
  body="$DATABASE_NODE ${reason:-synced}"$'\n'
  printf 'HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n%s' \
    "$code" "${#body}" "$body"
}

metrics() {
  local decision='' each
  metric database_writable "$([[ -z $reason ]] && echo 1 || echo 0)" "The node is a synced, primary member and takes writes."
  printf '# HELP database_not_writable Why the node takes no writes.\n# TYPE database_not_writable gauge\n'
  for each in hangs down out-of-group no-quorum not-synced not-ready read-only; do
    printf 'database_not_writable{reason="%s"} %d\n' "$each" "$([[ $reason == "$each" ]] && echo 1 || echo 0)"
  done
  metric database_cluster_size "$size" "Members that this node sees."
  metric database_flow_control_paused_ratio "$flow_paused" "Share of time that replication stood still for a slow member."
  metric database_receive_queue "$queue" "Write sets that wait to be applied."
  metric database_watch_restarts_total "$restarts" "Times that this script ended a server to have it started again."
  [[ ! -e $RUNTIME/decision ]] || decision=$(cut -f 1 "$RUNTIME/decision")
  metric database_start_waiting "$([[ $decision == wait ]] && echo 1 || echo 0)" \
    "The node can't know whether it may start and waits; why is in the log of mariadb.service."
  [[ -z $decision ]] || metric database_start_decision_info 1 "How the node started last." "{decision=\"$decision\"}"
}

# Killed, not stopped: what hangs does not stop, and a crash is recovered from the same way as a stop.
restart_server() {
  log "$1: the server is killed, systemd starts it again"
  systemctl kill --signal=SIGKILL mariadb.service || log "systemctl kill failed"
  restarts=$((restarts + 1)) out_since='' hang_since=''
}

watch_server() {
  local out_since='' hang_since='' restarts=0 reason
  while true; do
    probe
    if [[ $reason == out-of-group ]]; then
      out_since=${out_since:-$SECONDS}
      ((SECONDS - out_since < OUT_OF_GROUP_SECONDS)) || restart_server "out of the group for $OUT_OF_GROUP_SECONDS s"
    else
      out_since=''
    fi
    if [[ $reason == hangs ]]; then
      hang_since=${hang_since:-$SECONDS}
      ((SECONDS - hang_since < HANG_SECONDS)) || restart_server "no answer for $HANG_SECONDS s"
    else
      hang_since=''
    fi
    metrics | put_metrics galera-health
    sleep "${WATCH_SECONDS:-1}"
  done
}

case ${1:-} in
--help) help && exit 0 ;;
answer | watch) ;;
*) stop 2 "say answer or watch: see --help" ;;
esac
require_settings
case $1 in
answer) answer ;;
watch) watch_server ;;
esac
