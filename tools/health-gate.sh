#!/usr/bin/env bash
# Waits until countries serve their own users, and go on doing so: tools/health-gate.sh DOMAIN COUNTRY ...
#
# Asked is each country's edge, as users ask it: by the shop's name, with its certificate verified. A country serves when
# its edge is well, answers without an error, and by its own app; that another country answers is failover, not health.
# Environment: ROUNDS that all must serve in a row (20), PAUSE between them in seconds (6), WITHIN seconds in all (900).
# Exit code: 0 they serve, 1 not within the time, 2 the call is wrong.
set -euo pipefail

usage() { sed -n '2,7s/^# \?//p' "$0"; }
[[ ${1:-} != --help ]] || { usage && exit; }
(($# > 1)) || { usage >&2 && exit 2; }
domain="$1"
shift
[[ $domain =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] || {
  echo "\"$domain\" is no domain: tools/health-gate.sh DOMAIN COUNTRY ... (tools/health-gate.sh --help)" >&2
  exit 2
}
for country; do
  [[ $country =~ ^[a-z][a-z0-9-]*$ ]] || {
    echo "\"$country\" is no country (tools/health-gate.sh --help)" >&2
    exit 2
  }
done
for number in ROUNDS PAUSE WITHIN; do
  [[ ${!number:-1} =~ ^[0-9]+$ ]] || {
    echo "$number=${!number} is no whole number" >&2
    exit 2
  }
done
rounds="${ROUNDS:-20}" pause="${PAUSE:-6}" deadline=$((SECONDS + ${WITHIN:-900})) port="${EDGE_PORT:-443}"

# ask COUNTRY PATH: "STATUS SERVED_BY"
ask() {
  curl --silent --output /dev/null --max-time 5 --connect-to "$domain:443:$1.edge.$domain:$port" \
    --write-out '%{http_code} %header{x-served-by}' "https://$domain$2" || true
}

# Why a country does not serve; nothing when it does.
trouble() {
  local edge shop
  edge="$(ask "$1" /healthz/edge)"
  [[ $edge == 200* ]] || {
    echo "$1: its edge answers ${edge% *} to /healthz/edge"
    return
  }
  shop="$(ask "$1" /)"
  [[ $shop =~ ^[1-4][0-9][0-9]\ $1$ ]] || echo "$1: the shop answers ${shop%% *}, served by ${shop#* }"
}

well=0 last=""
while ((well < rounds)); do
  found="$(for country; do trouble "$country"; done)"
  if [[ -z $found ]]; then
    well=$((well + 1))
  else
    well=0
    [[ $found == "$last" ]] || echo "$found" >&2
  fi
  last="$found"
  ((well == rounds)) && break
  if ((SECONDS + pause > deadline)); then
    echo "not healthy within ${WITHIN:-900} s: $*" >&2
    exit 1
  fi
  sleep "$pause"
done
echo "healthy $rounds times in a row: $*"
