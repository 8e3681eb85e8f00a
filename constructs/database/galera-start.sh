#!/usr/bin/env bash
# Decides how this node starts and becomes mariadbd. There is never a second cluster: who can't know, waits.
#
#   galera-start                  decide and start; systemd's ExecStart, as user mysql
#   galera-start --position       print the last write set on this disk, to compare nodes; mariadb must be stopped
#   galera-start --begin-cluster  order this node to begin the cluster from its own data at its next start
#
# It waits while the data disk is nearly full. What is on the disk, in the order in which it is looked at:
#   a person's order             begins the cluster, unless a member serves. It gets a new identity, so that a disk with
#                                another history takes a full copy instead of the write sets after its number
#   nothing, or a copy cut off   joins a member that serves; the designated node (rank 0) begins the cluster, but only
#                                while the secret of initialization has no version and this disk no mark of an earlier initialization;
#                                joins others that wait for it because it was a member before the copy was cut off
#   initialization cut off           is put aside by the designated node and begun anew: nothing was acknowledged to an
#                                app, whose account comes after initialization is recorded
#   a crash                      starts from its recovered position; Galera re-forms the view that it had saved. Waits for
#                                a member that serves where others saved a later one without this node
#   data, but an empty or        the same: data is what InnoDB has, not what a small file says
#   unreadable grastate.dat
#   data that Galera disowned    takes a full copy of a member that serves, and is never taken for an empty disk
#   the last one of a full stop  begins the cluster when every other host answers that nobody serves; a host that is
#                                not seen may be a partition
#   a clean stop                 joins a member that serves
#
# Exit codes:
#   1   a step failed that nothing below describes; the log has its words
#   2   called wrongly, or a setting is missing
#   75  it waits: the log and the metric database_start_waiting say for what; systemd starts it again

set -euo pipefail
umask 027

# shellcheck source=galera-lib.sh
. "${GALERA_LIB:-/usr/local/lib/galera-lib}"

# How long a node with an empty disk looks for a member that serves before it decides without.
LOOK_SECONDS=${LOOK_SECONDS:-5}

NO_UUID=00000000-0000-0000-0000-000000000000
options=()

# decide WHAT REASON...: one line for the log, one for the metric.
decide() {
  log "$1: ${*:2}"
  printf '%s\t%s\n' "$1" "${*:2}" >"$RUNTIME/decision"
}

wait_for() {
  decide wait "$@"
  exit 75
}

# Sets what the other nodes are: `serving` has its client port open, so it runs and holds the data. One that has only
# the replication port open may be waiting for this one, so it is nobody to join.
look() {
  local member
  serving='' unseen=''
  for member in $DATABASE_MEMBERS; do
    [[ $member != "$DATABASE_ADDRESS" ]] || continue
    case $(port "$member" "$DATABASE_CLIENT_PORT") in
    open) serving=$member ;;
    unseen) unseen+=" $member" ;;
    esac
  done
}

# Whether a member looks for the others: then it has data.
somebody_searches() {
  local member
  for member in $DATABASE_MEMBERS; do
    [[ $member == "$DATABASE_ADDRESS" || $(port "$member" "$DATABASE_REPLICATION_PORT") != open ]] || return 0
  done
  return 1
}

# Sets `newest` to who has the newest of the saved views of data that belongs to HISTORY, `highest` to its number, and
# `is_in_newest` when this node is a member of that view. Galera forms a saved view anew once exactly its members are
# there: one that is missing keeps it from it, and so does one with an older view.
look_at_views() { # HISTORY
  local address number history members name own
  newest='' highest=-1 is_in_newest=''
  [[ -s $VIEW ]] || return 0
  member_name "$(awk '$1 == "my_uuid:" { print $2 }' "$VIEW")"
  own=$name
  while read -r address number history members; do
    [[ $number =~ ^[0-9]{1,18}$ && $history != "$NO_UUID" && ${1:-$history} == "$history" ]] || continue
    ((number >= highest)) || continue
    ((number == highest)) || highest=$number newest=$address is_in_newest=''
    [[ " $members " != *" $own "* ]] || is_in_newest=1
  done < <(
    for address in $DATABASE_MEMBERS; do
      if [[ $address == "$DATABASE_ADDRESS" ]]; then echo "$address $(saved_view)"; else view_of "$address" & fi
    done
    wait
  )
}

# What another node's galera-health says of its saved view.
view_of() {
  local view
  view=$(curl --silent --noproxy '*' --max-time 1 --output /dev/null --write-out '%header{galera-view}' \
    "http://$1:$DATABASE_HEALTH_PORT/") || view=''
  echo "$1 $view"
}

look_for_a_while() {
  local now deadline
  tick
  deadline=$((now + LOOK_SECONDS))
  while look && [[ -z $serving ]] && tick && ((now < deadline)); do sleep 1; done
}

# Whether Galera's own file says what this disk holds. A loss of power may leave it empty.
has_state() { [[ $(state uuid) =~ ^[0-9a-f-]{36}$ && $(state seqno) =~ ^-?[0-9]+$ ]]; }

# Galera writes no UUID when its data may differ from the others', or was killed in a statement that changes the schema.
disowned() { [[ $(state uuid) == "$NO_UUID" ]]; }

put_state() { # UUID NUMBER SAFE
  printf '# GALERA saved state\nversion: 2.1\nuuid:    %s\nseqno:   %s\nsafe_to_bootstrap: %s\n' "$@" >"$STATE.next"
  mv "$STATE.next" "$STATE"
}

# Sets `position` to the last write set on this disk, uuid:number. After a crash Galera's own file has no number; what
# InnoDB has committed then becomes an option of the server, without which it would need a full copy.
recover() {
  local words
  position="$(state uuid):$(state seqno)"
  [[ $position =~ :[0-9]+$ ]] && ! disowned && return 0
  words=$(mariadbd --defaults-file="$CONFIG" --wsrep-recover --disable-log-error 2>&1 >/dev/null) ||
    log "mariadbd --wsrep-recover failed, its last words: $(tail -n 3 <<<"$words")"
  position=$(sed -n 's/.*Recovered position: *//p' <<<"$words" | tail -n 1)
  [[ $position =~ ^[0-9a-f-]{36}:[0-9]+ && $position != "$NO_UUID"* ]] || position=''
  options+=(${position:+"--wsrep_start_position=$position"})
}

# For the others: whether this disk has anything that theirs lack. It stands while this node waits, start after start.
tell_position() {
  local number=${position%%,*}
  echo "${number##*:}" >"$RUNTIME/position.next"
  mv "$RUNTIME/position.next" "$RUNTIME/position"
  told=1
}

# Galera's own file again, from what InnoDB has committed.
repair_state() {
  local position
  recover
  options=()
  [[ -n $position ]] || wait_for "the data has no position in a cluster's history. A member has to be started, or" \
    "a person runs 'galera-start --begin-cluster' if this is the data to begin from"
  log "grastate.dat is empty or unreadable and is written anew: InnoDB has $position"
  put_state "${position%:*}" -1 0
}

begin_new() {
  local aside
  if [[ -n $(ls -A "$DATA") ]]; then
    aside=$DISK/aside-$(date +%s)
    mv "$DATA" "$aside"
    log "what an earlier initialization left is now in $aside"
    mkdir "$DATA"
  fi
  mariadb-install-db --defaults-file="$CONFIG" --skip-test-db --auth-root-authentication-method=socket \
    --auth-root-socket-user=root >/dev/null
  options+=(--wsrep-new-cluster)
}

# A new identity: whoever has another history, even one with the same beginning, is no continuation of this one.
begin_from_own_data() {
  rm -f "$VIEW" "$DATA/galera.cache"
  put_state "$NO_UUID" -1 1
  options=(--wsrep-new-cluster)
}

start_empty() {
  local initialized
  look_for_a_while
  if [[ -n $serving ]]; then
    decide join-by-full-copy "this disk has no data, $serving serves"
    return
  fi
  initialized=$(initialization)
  if may_be_first "$initialized"; then
    decide begin-new "this disk has no data, nobody serves, and the cluster was never initialized"
    begin_new
    return
  fi
  # With the same view it can only be formed together with the one that has data.
  if [[ $initialized == initialized ]] && look_at_views && [[ -n $is_in_newest && $(saved_view) == "$highest "* ]]; then
    decide rejoin-without-data "this disk has no data and nobody serves, but $newest waits for this node in its saved view"
    return
  fi
  wait_for "this disk has no data and nobody serves; initialization: $initialized, designated: $((DATABASE_RANK == 0))." \
    "A member has to be started. If none holds the data any more: restore a backup (galera-backup --help)"
}

may_be_first() {
  ((DATABASE_RANK == 0)) && [[ $1 == new && -z $serving && ! -e $INITIALIZED_MARK ]] && ! somebody_searches
}

# Its own data is put aside by nobody: a member's full copy takes its place, or a person decides.
start_disowned() {
  look_for_a_while
  [[ -n $serving ]] || wait_for "Galera disowned the data of this disk (a schema change was cut off, or it may differ from" \
    "the others'), and nobody serves. A member has to be started; if all wait: compare 'galera-start --position' of all" \
    "and run 'galera-start --begin-cluster' on the highest"
  decide join-by-full-copy "Galera disowned the data of this disk, $serving serves"
}

start_as_last() {
  look_for_a_while
  if [[ -n $serving ]]; then
    decide join "was the last one, but $serving serves"
  elif [[ -n $unseen ]]; then
    wait_for "was the last one, but$unseen can't be seen and may be serving behind a partition." \
      "If they are gone: compare 'galera-start --position' of all that are left and run" \
      "'galera-start --begin-cluster' on the highest"
  else
    decide begin-as-last "was the last one at ${position:-an unknown position}, and every other host says that nobody serves"
    options+=(--wsrep-new-cluster)
  fi
}

# It was not the last one, so somebody else has all that it has. Galera would wait for them as well, but what waits
# within Galera was seen to miss, for the 30 s after which it gives up, the one that begins.
start_stopped() {
  look
  [[ -n $serving ]] || wait_for "stopped cleanly, others went on, and nobody serves. The last one has to be started; if" \
    "all wait: compare 'galera-start --position' of all and run 'galera-start --begin-cluster' on the highest"
  decide join "stopped cleanly at $(state uuid):$(state seqno), $serving serves"
}

start_crashed() {
  local older=lost
  look_at_views "$(state uuid)"
  if [[ -z $is_in_newest ]]; then
    [[ -z $newest ]] || older="older than that of $newest"
    look_for_a_while
    [[ -n $serving ]] || wait_for "crashed, its saved view is $older and nobody serves. A member has to be started; if" \
      "all wait: compare 'galera-start --position' of all and run 'galera-start --begin-cluster' on the highest"
  fi
  decide rejoin "crashed at ${position:-an unknown position}, saved view: $([[ -s $VIEW ]] && echo yes || echo no)"
}

start_by_order() {
  look
  if [[ -n $serving ]]; then
    rm "$BEGIN_ORDER"
    decide join "was ordered to begin the cluster, but $serving serves"
    return
  fi
  recover
  decide begin-by-order "a person ordered it, at ${position:-an unknown position}"
  begin_from_own_data
  rm "$BEGIN_ORDER"
}

start() {
  local room told=''
  room=$(room_mb)
  ((room >= 2 * LEAST_ROOM_MB)) || wait_for "only $room MB are left on the data disk, $((2 * LEAST_ROOM_MB)) are needed." \
    "See what fills it, or enlarge it"
  mkdir -p "$DATA" "$DISK/tmp"
  find "$DISK/tmp" -mindepth 1 -delete
  if has_data && [[ -e $BEGIN_ORDER ]]; then
    start_by_order
  elif ! has_data; then
    start_empty
  elif ((DATABASE_RANK == 0)) && [[ ! -e $INITIALIZED_MARK ]] && look && may_be_first "$(initialization)"; then
    decide begin-new "an earlier initialization was cut off before it was recorded"
    begin_new
  elif disowned; then
    start_disowned
  else
    has_state || repair_state
    start_with_data
  fi
  [[ -n $told ]] || rm -f "$RUNTIME/position"
  exec mariadbd --defaults-file="$CONFIG" "${options[@]}"
}

start_with_data() {
  recover
  tell_position
  if [[ $(state seqno) == -1 && -s $VIEW ]]; then
    # Before the next one: who crashed while it was alone restores its view of one without having to see the others.
    start_crashed
  elif [[ $(state safe_to_bootstrap) == 1 ]]; then
    start_as_last
  elif [[ $(state seqno) == -1 ]]; then
    start_crashed
  else
    start_stopped
  fi
}

print_position() {
  has_data || stop 1 "this disk has no data"
  recover
  echo "${position:-unknown}"
}

order_to_begin() {
  has_data || stop 1 "this disk has no data to begin from"
  touch "$BEGIN_ORDER"
  log "at its next start this node begins the cluster, unless a member serves"
}

case ${1:-} in
--help) help && exit 0 ;;
"" | --position | --begin-cluster) ;;
*) stop 2 "$1 is no option: see --help" ;;
esac
require_settings
# A person runs it as root; what it leaves behind must belong to the server's user.
((EUID)) || exec setpriv --reuid=mysql --regid=mysql --init-groups "$0" "$@"
case ${1:-} in
"") start ;;
--position) print_position ;;
--begin-cluster) order_to_begin ;;
esac
