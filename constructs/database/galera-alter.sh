#!/usr/bin/env bash
# Changes a table of the app's schema without stopping the writes of all countries.
#
#   galera-alter instant TABLE CHANGE   on one node, for all: a change that touches no row, such as ADD COLUMN. The server
#                                       refuses any other
#   galera-alter here TABLE CHANGE      on this node alone: ADD INDEX NAME (COLUMNS) or DROP INDEX NAME. Run it on one node
#                                       after another. Apps are led to the next country meanwhile, and this node catches up
#                                       before they come back
#
# A plain ALTER TABLE holds up every write in every country for as long as it takes. What neither of the two does, such as
# a column of another type, needs a copy of the table: see the runbook.
#
# Exit codes:
#   0   done, or there already
#   1   the server refused it; its words are in the log
#   2   called wrongly, or a setting is missing
#   75  not now: the cluster is not whole, or another node is out of it for a change

set -euo pipefail

# shellcheck source=galera-lib.sh
. "${GALERA_LIB:-/usr/local/lib/galera-lib}"

# A proxy has asked twice by then: every 2 s, and 0.5 s after the first answer that is not 200.
NOTICED_SECONDS=${NOTICED_SECONDS:-5}
DRAIN_SECONDS=${DRAIN_SECONDS:-10}
CATCH_UP_SECONDS=${CATCH_UP_SECONDS:-3600}

alter() { SQL_SECONDS=${ALTER_SECONDS:-86400} sql; }

instant() {
  alter <<<"ALTER TABLE \`$DATABASE_SCHEMA\`.\`$1\` $2, ALGORITHM=INSTANT, LOCK=NONE" ||
    stop 1 "this change was refused, nothing is changed: one that touches rows is 'here', or a copy"
  log "$1 is changed on every node: $2"
}

status() { sql <<<"SHOW GLOBAL STATUS LIKE 'wsrep_$1'" | cut -f 2; }

require_whole() {
  local member members answer
  read -ra members <<<"$DATABASE_MEMBERS"
  [[ $(status cluster_size) == "${#members[@]}" && $(status local_state_comment) == Synced ]] ||
    stop 75 "the cluster is not whole: a change takes one more node out of service"
  for member in "${members[@]}"; do
    answer=$("${CURL[@]}" --max-time 5 "http://$member:$DATABASE_HEALTH_PORT/") || answer="no answer"
    [[ $answer == *" synced" ]] || stop 75 "$member is not in service ($answer): wait until it is"
  done
}

app_connections() {
  sql <<<"SELECT COUNT(*) FROM information_schema.processlist WHERE user = '$DATABASE_APP_USER'"
}

# Health checks answer 503 for a server that takes no writes, so every proxy closes its sessions and leads them elsewhere.
leave_service() {
  local now deadline
  tick
  deadline=$((now + NOTICED_SECONDS + DRAIN_SECONDS))
  trap return_to_service EXIT
  sql <<<'SET GLOBAL read_only = ON'
  log "this node takes no more writes; apps are led elsewhere"
  sleep "$NOTICED_SECONDS"
  until tick && (($(app_connections) == 0 || now >= deadline)); do sleep 0.5; done
}

return_to_service() {
  local now deadline
  tick
  deadline=$((now + CATCH_UP_SECONDS))
  until [[ $(status local_state_comment) == Synced && $(status local_recv_queue) == 0 ]] || ((now >= deadline)); do
    sleep 0.5
    tick
  done
  sql <<<'SET GLOBAL read_only = OFF'
  log "this node takes writes again"
}

here() {
  local table=$1 change=$2 count wanted=0
  # What nodes with and without it can both apply. A unique index decides which rows are accepted, a column is part of them.
  [[ $change =~ ^(ADD|DROP)\ INDEX\ ([A-Za-z0-9_]+)(\ \([A-Za-z0-9_,\ ]+\))?$ ]] ||
    stop 2 "$change may be done on all nodes at once only: here are ADD INDEX NAME (COLUMNS) and DROP INDEX NAME"
  [[ $change == DROP* ]] || wanted=1
  count=$(sql <<<"SELECT COUNT(DISTINCT index_name) FROM information_schema.statistics
    WHERE table_schema = '$DATABASE_SCHEMA' AND table_name = '$table' AND index_name = '${BASH_REMATCH[2]}'")
  ((count != wanted)) || { log "there already: $change"; return 0; }
  require_whole
  leave_service
  # Not in the binary log: another node's log must continue this one's backup.
  alter <<<"SET SESSION wsrep_OSU_method = 'RSU'; SET SESSION sql_log_bin = 0;
    ALTER TABLE \`$DATABASE_SCHEMA\`.\`$table\` $change, ALGORITHM=NOCOPY, LOCK=NONE" ||
    stop 1 "this change was refused, nothing is changed"
  log "$table is changed on this node alone: now the next one"
}

case ${1:-} in
--help) help && exit 0 ;;
instant | here) (($# == 3)) || stop 2 "say $1 TABLE CHANGE: see --help" ;;
*) stop 2 "say instant or here: see --help" ;;
esac
require_settings
[[ $2 =~ ^[A-Za-z0-9_]+$ ]] || stop 2 "$2 is no name of a table"
# The server knows root by the socket; no other account may do this.
((EUID == 0)) || stop 2 "run it as root"
"$@"
