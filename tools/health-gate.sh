#!/usr/bin/env bash
# Waits until countries serve their own users, and go on doing so: tools/health-gate.sh DOMAIN COUNTRY ...
#
# Asked is each country's edge, as users ask it: by the shop's name, with its certificate verified. A country serves when
# its edge is well and reaches every database node, and when users get the page from its own app, not an error (2xx or
# 3xx); that another country answers is failover, not health. By default it watches for longer than an edge takes to
# bring a new config to its last zone.
# Environment: PAGE that users open (/), ROUNDS that all must serve in a row (45), PAUSE between them in seconds (6),
# WITHIN seconds in all (1500).
# Exit code: 0 they serve, 1 not within the time, 2 the call is wrong.
set -euo pipefail

usage() { sed -n '2,10s/^# \?//p' "$0"; }
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
page="${PAGE:-/}"
[[ $page == /* ]] || {
  echo "PAGE=$page is no path: write it as /watches" >&2
  exit 2
}
rounds="${ROUNDS:-45}" pause="${PAUSE:-6}" within="${WITHIN:-1500}" port="${EDGE_PORT:-443}"
deadline=$((SECONDS + within))

# ask COUNTRY PATH: "STATUS SERVED_BY"
ask() {
  curl --silent --output /dev/null --max-time 5 --connect-to "$domain:443:$1.edge.$domain:$port" \
    --write-out '%{http_code} %header{x-served-by}' "https://$domain$2" || true
}

# Why a country does not serve; nothing when it does.
trouble() {
  local answer path
  for path in /healthz/edge /healthz/database; do
    answer="$(ask "$1" "$path")"
    [[ $answer == 200* ]] || {
      echo "$1: its edge answers ${answer% *} to $path"
      return
    }
  done
  answer="$(ask "$1" "$page")"
  [[ $answer =~ ^[23][0-9][0-9]\ $1$ ]] || echo "$1: $page is answered with ${answer%% *}, served by ${answer#* }"
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
    echo "not healthy within $within s: $*" >&2
    exit 1
  fi
  sleep "$pause"
done
echo "healthy $rounds times in a row: $*"
