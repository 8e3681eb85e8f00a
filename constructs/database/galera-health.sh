#!/usr/bin/env bash
# Says whether this node can be written to, and keeps it in the group.
#
#   galera-health watch   asks the server once a second over one connection that it keeps, and answers every health
#                         check with the last result; restarts a server that only a restart mends; writes the metrics.
#                         It never ends
#   galera-health answer  prints that result for a person; exit code 0 when the node can be written to, 1 when not
#
# Every answer has the reason, the position of the last start and this node's saved view in headers, for other nodes.
# An answer is 200 for a member of the primary component that takes writes, also while it hands a full copy to another
# node, and 503 with the reason otherwise. A server that is slow, or whose connections are all taken, is not dead: the
# answer stays what it was.
#
# What a restart mends, and waiting does not:
#   out of the group     Galera gave up
#   no answer            it holds up the whole cluster by flow control
#   stuck                it waits for a quorum although others serve, or although every node is up and nobody serves:
#                        each looks for the others, or waits for those of a later view and has nothing that they lack.
#                        Then one that restarts alone is drawn into the same state again by the others, so each answers
#                        "stuck", and restarts its server once all of them do. Each restart doubles the time until the
#                        next one: a start that is only slow is not broken off for ever
#   kept out             it looks for those that serve, and none of them has it in its view: Galera was refused, as for a
#                        certificate of a wrong clock, and does not try again. One that takes a copy is in their view
#   the disk is nearly   a server without room waits for it in the middle of a commit, and holds up all by flow control.
#   full                 Only while all others serve: galera-start waits until there is room
# A member that never stopped begins by itself, without a restart, when a lost disk, or a member that stopped in order, keeps
# it from its quorum for good: all other nodes answer, none serves, and none saved a newer view. So it has every write that
# was acknowledged.
# A node whose peers are down or out of sight waits for them: it comes back by itself.

set -euo pipefail
umask 022

# shellcheck source=galera-lib.sh
. "${GALERA_LIB:-/usr/local/lib/galera-lib}"

# A server that is busy answers late. The others go on without one that is silent for 3 s (evs.suspect_timeout).
SLOW_SECONDS=${SLOW_SECONDS:-5}
HANG_SECONDS=${HANG_SECONDS:-30}
OUT_OF_GROUP_SECONDS=${OUT_OF_GROUP_SECONDS:-10}
# All of them together find each other within 10 s of their start.
STUCK_SECONDS=${STUCK_SECONDS:-20}
# Between the restarts of one that is kept out: so late may it notice that its clock is right again.
LONGEST_STUCK_SECONDS=600
# The others see what this one says within 2 s, also after its server is gone.
AGREED_SECONDS=10
WATCH_SECONDS=${WATCH_SECONDS:-1}
# The user of the host that answers the network.
HEALTH_ACCOUNT=${HEALTH_ACCOUNT:-galera-health}

RESULT=$MACHINE_ROOT/run/galera-health
# SHOW works when other statements are refused for want of a quorum.
QUESTION="SHOW GLOBAL STATUS LIKE 'wsrep_%'; SHOW GLOBAL VARIABLES LIKE 'read_only'; SELECT 'end';"

# One connection for the life of the server: it is in when all others are taken, and costs neither a shell nor a client
# per check. As root, who has the slot beyond max_connections should it have to connect while the server is full.
connect() {
  coproc CLIENT {
    exec mariadb --no-defaults --socket="$RUNTIME/mysqld.sock" --user=root --batch --unbuffered --skip-column-names \
      --skip-reconnect 2>&1
  }
  client=$CLIENT_PID
  exec {to}>&"${CLIENT[1]}" {from}<&"${CLIENT[0]}"
  asked='' part='' greeted=''
}

disconnect() {
  [[ -n $client ]] || return 0
  kill -KILL "$client" 2>/dev/null || true
  wait "$client" 2>/dev/null || true
  exec {to}>&- {from}<&-
  client='' asked=''
}

# Sets `reason`, which is nothing for a node that can be written to. Waits at most WATCH_SECONDS.
probe() {
  local line code
  [[ -n $client ]] || connect
  if [[ -z $asked ]]; then
    tick
    asked=$now answer='' asked_view=$(saved_view)
    # One that has ended is found by its answer.
    printf '%s\n' "$QUESTION" >&"$to" || true
  fi
  while true; do
    code=0
    IFS= read -r -t "$WATCH_SECONDS" -u "$from" line || code=$?
    line=$part$line part=''
    if ((code > 128)); then # not yet
      part=$line
      tick
      # A server that starts has a socket, and greets nobody before it has caught up.
      ((now - asked < SLOW_SECONDS)) || reason=$([[ -n $greeted ]] && echo hangs || echo down)
      return 0
    elif ((code)); then # the client has ended
      disconnect
      if [[ $answer$line != *ERROR\ 1040* && $answer$line != *ERROR\ 1226* ]]; then
        reason=down
      elif [[ $reason == unknown || $reason == down || $reason == hangs ]]; then
        reason='' healthy=full
      fi
      return 0
    elif [[ $line == end ]]; then
      asked='' greeted=1
      judge
      return 0
    fi
    answer+=$line$'\n'
  done
}

judge() {
  local name value state='' status='' connected='' ready='' read_only=''
  while IFS=$'\t' read -r name value; do
    case $name in
    wsrep_local_state_comment) state=$value ;;
    wsrep_cluster_status) status=$value ;;
    wsrep_cluster_size) size=$value ;;
    wsrep_connected) connected=$value ;;
    wsrep_ready) ready=$value ;;
    wsrep_flow_control_paused) flow_paused=$value ;;
    wsrep_local_recv_queue) queue=$value ;;
    wsrep_last_committed) committed=$value ;;
    read_only) read_only=$value ;;
    esac
  done <<<"$answer"
  if [[ $connected != ON ]]; then
    reason=out-of-group
  elif [[ $status != Primary ]]; then
    reason=no-quorum
  elif [[ $ready != ON ]]; then
    reason=not-synced
  elif [[ $read_only != OFF ]]; then
    reason=read-only
  else
    # A donor takes writes like any other: mariadb-backup does not block them.
    reason='' healthy=synced served_view=$asked_view
    [[ $state == Synced ]] || healthy=${state,,}
  fi
}

# The last write set on this disk when its server was started, for one that has not served since.
position() {
  local number=''
  [[ ! -r $RUNTIME/position ]] || read -r number <"$RUNTIME/position" || true
  echo "${number:--}"
}

# The whole HTTP response is a file, so that answering costs nothing.
put_answer() {
  local body code='200 OK'
  [[ -z $reason ]] || code='503 Service Unavailable'
  body="$DATABASE_NODE ${reason:-$healthy}"$'\n'
  ! says_stuck || body="$DATABASE_NODE stuck"$'\n'
  printf 'HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nCache-Control: no-store\r\nGalera-State: %s\r\nGalera-Position: %s\r\nGalera-View: %s\r\nConnection: close\r\n\r\n%s' \
    "$code" "${#body}" "${reason:-$healthy}" "$(position)" "$(saved_view)" "$body" >"$RESULT/next"
  mv "$RESULT/next" "$RESULT/answer"
}

# Ends with this process, so nobody is given an answer that has grown old.
listen() {
  local address="TCP-LISTEN:$DATABASE_HEALTH_PORT,bind=$DATABASE_ADDRESS,reuseaddr,fork,max-children=64,backlog=64"
  setpriv --reuid="$HEALTH_ACCOUNT" --regid="$(id --group "$HEALTH_ACCOUNT")" --clear-groups --pdeathsig KILL \
    socat -t 1 "$address" "OPEN:$RESULT/answer,rdonly!!OPEN:/dev/null,wronly" &
  listener=$!
}

says_stuck() { [[ -n $reason ]] && { [[ -n $stuck_told ]] || ((now < stuck_until)); }; }

# see MEMBER: what another one is, its address, and what its headers say.
see() {
  local answer kind=missing
  answer=$(curl --silent --noproxy '*' --max-time 1 \
    --write-out '%{http_code} %header{galera-state} p%header{galera-position} %header{galera-view}' \
    "http://$1:$DATABASE_HEALTH_PORT/") || answer=''
  if [[ ${answer##*$'\n'} == 200* ]]; then
    kind=serves
  elif [[ $answer == *" stuck"* ]]; then
    kind=stuck
  elif [[ $(PROBE_SECONDS=1 port "$1" "$DATABASE_REPLICATION_PORT") == open ]]; then
    kind=searches
  fi
  answer=${answer##*$'\n'}
  echo "$kind $1 ${answer#* }"
}

# Sets `served` when another member serves, `all_serve` when all others do, `complete` when nobody is missing, and `agreed`
# when all others say that they are stuck, but for those that wait for them.
look_around() {
  local member found
  found=$(
    for member in $DATABASE_MEMBERS; do
      if [[ $member != "$DATABASE_ADDRESS" ]]; then
        see "$member" &
      elif [[ $(PROBE_SECONDS=1 port "$member" "$DATABASE_REPLICATION_PORT") != open ]]; then
        echo missing
      fi
    done
    wait
  )
  others=$(who_waits <<<"$found")
  served='' all_serve='' complete=1 agreed=1
  [[ $others != *serves* ]] || served=1
  [[ $others != *missing* ]] || complete=''
  [[ $others != *searches* && $others != *missing* ]] || agreed=''
  [[ -z $served || -z $agreed || $others == *stuck* || $others == *waits* ]] || all_serve=1
}

# Of the nodes that are missing, those that galera-start lets wait for the members of this one's view: all of these look
# for each other, the missing one saved an older view, and had nothing at its start that none of them had.
who_waits() {
  local lines line kind address state position view history own_view own_history members highest present=1
  read -r own_view own_history members < <(saved_view) || true
  highest=$(position)
  mapfile -t lines
  for line in "${lines[@]}"; do
    read -r kind address state position line <<<"$line"
    [[ $kind == stuck || $kind == searches ]] || continue
    present=$((present + 1))
    position=${position#p}
    ! is_number "$position" || { is_number "$highest" && ((position <= highest)); } || highest=$position
  done
  for line in "${lines[@]}"; do
    read -r kind address state position line <<<"$line"
    position=${position#p}
    read -r view history _ <<<"$line"
    if [[ $kind$state == missingdown && $reason == down && $history == "$own_history" ]] &&
      is_number "$own_view" && is_number "$highest" && is_number "$position" && ((position <= highest)) &&
      { [[ $view == - ]] || { is_number "$view" && ((view < own_view)); }; } &&
      ((present >= $(wc -w <<<"$members"))); then
      kind=waits
    fi
    echo "$kind $address $state ${position:--} $line"
  done
}

is_number() { [[ $1 =~ ^[0-9]{1,18}$ ]]; }

# Whether this server runs since it served in the newest view there is: then it has all that was acknowledged, and nobody
# can serve without it. No other node saved a newer view, and those that cannot say which one they were in are too few to
# have gone on alone: an empty disk, and a server that stopped in order, for whom Galera keeps no view, with nothing that this
# one lacks. It is these that do not come back into the view, so that it cannot be formed anew. One that was still catching up
# in it has not served in it.
may_begin() {
  local number history members kind address state position theirs its_history rest gone=0
  [[ $reason == no-quorum && -z $served && $(saved_view) == "$served_view" ]] || return 1
  read -r number history members <<<"$served_view"
  is_number "$number" || return 1
  while read -r kind address state position theirs its_history rest; do
    if [[ -z $theirs ]]; then
      gone=$((gone + 1))
    elif [[ $state$theirs$its_history == "down-$history" ]]; then
      is_number "$position" && is_number "$committed" && ((position <= committed)) || return 1
      gone=$((gone + 1))
    elif ! is_number "$theirs" || ((theirs > number)); then
      return 1
    fi
    case $state in
    down) ;;
    # Of two that never stopped, the first.
    no-quorum) ((theirs < number)) || [[ " $DATABASE_MEMBERS " == *" $DATABASE_ADDRESS "*" $address "* ]] || return 1 ;;
    *) return 1 ;;
    esac
  done <<<"$others"
  ((gone > 0 && 2 * gone <= $(wc -w <<<"$members")))
}

# Whether the views of all that serve have nobody else in them, while this server listens for other members.
kept_out() {
  local kind address state position view history members serving sizes
  serving=$(grep -c '^serves ' <<<"$others")
  sizes=$(while read -r kind address state position view history members; do
    [[ $kind != serves ]] || wc -w <<<"$members"
  done <<<"$others" | sort -u)
  [[ $sizes == "$serving" && $(PROBE_SECONDS=1 port "$DATABASE_ADDRESS" "$DATABASE_REPLICATION_PORT") == open ]]
}

stuck() {
  [[ $reason == down || $reason == no-quorum ]] || return 1
  look_around
  if [[ -n $served ]]; then
    # Without an answer it may be taking a full copy, and then it is in their view.
    [[ $reason == no-quorum ]] || kept_out
  else
    [[ -n $complete ]] || may_begin
  fi
}

metrics() {
  local writable=0 is_stuck=0 waiting=0 decision='' each value
  [[ -n $reason ]] || writable=1
  # One that is kept out is only not writable.
  [[ -z $stuck_since || $served$reason == 1down ]] || is_stuck=1
  [[ ! -e $RUNTIME/decision ]] || read -r decision _ <"$RUNTIME/decision" || true
  [[ $decision != wait ]] || waiting=1
  metric database_writable "$writable" "The node is a primary member and takes writes."
  printf '# HELP database_not_writable Why the node takes no writes.\n# TYPE database_not_writable gauge\n'
  for each in hangs down out-of-group no-quorum not-synced read-only; do
    value=0
    [[ $reason != "$each" ]] || value=1
    printf 'database_not_writable{reason="%s"} %d\n' "$each" "$value"
  done
  metric database_stuck "$is_stuck" "The server waits for a quorum although nothing is missing; it is restarted."
  metric database_cluster_size "$size" "Members that this node sees."
  metric database_flow_control_paused_ratio "$flow_paused" "Share of time that replication stood still for a slow member."
  metric database_receive_queue "$queue" "Write sets that wait to be applied."
  metric database_watch_restarts_total "$restarts" "Times that this script ended a server to have it started again."
  metric database_start_waiting "$waiting" \
    "The node can't know whether it may start and waits; why is in the log of mariadb.service."
  [[ -z $decision ]] || metric database_start_decision_info 1 "How the node started last." "{decision=\"$decision\"}"
}

# Killed, not stopped: what hangs does not stop, and a crash is recovered from the same way as a stop.
restart_server() {
  log "$1: the server is killed, systemd starts it again"
  systemctl kill --signal=SIGKILL mariadb.service || log "systemctl kill failed"
  restarts=$((restarts + 1)) out_since='' stuck_since='' stuck_told=''
  disconnect
}

# mend_stuck SECONDS: at once when others serve, and together when nobody does. Alone after a long time: the others may be
# unable to say what they are.
mend_stuck() {
  if [[ -n $served ]]; then
    restart_server "$reason for $1 s although others serve"
  elif may_begin; then
    log "no quorum for $1 s for want of a lost disk or of a member that stopped, and no other node has anything newer: this one begins"
    sql <<<"SET GLOBAL wsrep_provider_pc_bootstrap = ON" || log "the server refused to begin"
  elif [[ -n $agreed ]] || (($1 >= 4 * stuck_limit)); then
    restart_server "$reason for $1 s although all nodes are up and none serves"
    stuck_until=$((now + AGREED_SECONDS))
  else
    stuck_told=1
    return
  fi
  stuck_limit=$((2 * stuck_limit))
  # Those that serve go on, whatever this one does.
  [[ -z $served ]] || ((stuck_limit <= LONGEST_STUCK_SECONDS)) || stuck_limit=$LONGEST_STUCK_SECONDS
}

# Not the last but one: the others would be left without a quorum.
leave_without_room() {
  local room
  [[ $reason != down && $reason != unknown ]] || return 0
  room=$(room_mb)
  ((room < LEAST_ROOM_MB)) || return 0
  look_around
  [[ -z $all_serve ]] || restart_server "only $room MB are left on the data disk"
}

mend() {
  tick
  if [[ $reason == out-of-group ]]; then
    out_since=${out_since:-$now}
    ((now - out_since < OUT_OF_GROUP_SECONDS)) || restart_server "out of the group for $OUT_OF_GROUP_SECONDS s"
  else
    out_since=''
  fi
  if [[ -n $asked && -n $greeted ]] && ((now - asked >= HANG_SECONDS)); then restart_server "no answer for $HANG_SECONDS s"; fi
  leave_without_room
  if stuck; then
    tick
    stuck_since=${stuck_since:-$now}
    if ((now - stuck_since >= stuck_limit)); then mend_stuck $((now - stuck_since)); fi
  else
    stuck_since='' stuck_told=''
  fi
  [[ -n $reason ]] || stuck_limit=$STUCK_SECONDS
}

watch_server() {
  local client='' to='' from='' asked='' part='' answer='' greeted='' listener=''
  local reason=unknown healthy=full size=0 flow_paused=0 queue=0 committed=''
  local out_since='' stuck_since='' stuck_limit=$STUCK_SECONDS restarts=0 served='' all_serve='' complete='' agreed=''
  local stuck_told='' stuck_until=0 others='' asked_view='' served_view='' now=0
  trap '' PIPE
  trap 'kill "$listener" "$client" 2>/dev/null' EXIT
  trap 'exit 143' TERM
  mkdir -p "$RESULT"
  while true; do
    probe
    [[ $reason == unknown ]] || put_answer
    # Also starts it anew, should it have ended.
    kill -0 "${listener:-none}" 2>/dev/null || listen
    mend
    metrics | put_metrics galera-health
    [[ -z ${NOTIFY_SOCKET:-} ]] || systemd-notify WATCHDOG=1
    [[ -n $asked ]] || sleep "$WATCH_SECONDS"
  done
}

print_answer() {
  [[ -r $RESULT/answer ]] || stop 1 "there is no answer: galera-watch.service does not run"
  tail -n 1 "$RESULT/answer"
  head -n 1 "$RESULT/answer" | grep --quiet ' 200 '
}

case ${1:-} in
--help) help && exit 0 ;;
answer | watch) ;;
*) stop 2 "say answer or watch: see --help" ;;
esac
require_settings
case $1 in
answer) print_answer ;;
watch) watch_server ;;
esac
