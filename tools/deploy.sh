#!/usr/bin/env bash
# Deploys what is synthesized: tools/deploy.sh [OPTION ...] DOMAIN COUNTRY ...
#
# The network, then one country after the other in the order given, then the monitoring. A stack is planned; the plan is
# reviewed together with everything that this run has applied; and exactly that plan is applied, if it does what somebody
# has agreed to: with --reviewed what was reviewed before, else what is typed at the terminal. A stack in which nothing
# changes is passed over. After the network and after each country all countries that are there must serve their users
# and reach every database node: nothing else is touched before that, so no second database node stops while one is away.
# Whatever fails ends it: what was applied stays.
#   --reviewed DIR   what was agreed to, as npm run plan-review -- --actions DIR wrote it
#   --only STACK     this stack alone
#   --down COUNTRY   is known not to serve, and is asked only after it is deployed itself; more than one: give it again
#   --no-gate        asks nobody: for the first deploy of all, before there are names and certificates
# Environment: PAGE that users open (/), ROUNDS, PAUSE, WITHIN as tools/health-gate.sh takes them.
# Exit code: 0 all deployed, 1 stopped at something, 2 the call is wrong.
set -euo pipefail
tools="$(dirname "$0")"

usage() { sed -n '2,17s/^# \?//p' "$0"; }
wrong() {
  echo "$1 (tools/deploy.sh --help)" >&2
  exit 2
}

reviewed="" only="" gate=yes down=()
while [[ ${1:-} == --* ]]; do
  case $1 in
    --help) usage && exit ;;
    --no-gate) gate=no && shift && continue ;;
    --reviewed | --only | --down) [[ -n ${2:-} ]] || wrong "$1 needs a value" ;;
    *) wrong "$1 is unknown" ;;
  esac
  case $1 in
    --reviewed) reviewed="$(cd "$2" 2>/dev/null && pwd)" || wrong "$2 is not a folder" ;;
    --only) only="$2" ;;
    --down) down+=("$2") ;;
  esac
  shift 2
done
(($# > 1)) || { usage >&2 && exit 2; }
cd "$tools/.."
tools=tools
domain="$1"
shift
[[ $domain =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] || wrong "\"$domain\" is not a domain: tools/deploy.sh DOMAIN COUNTRY ..."
for stack in network "${@/#/region-}" monitoring ${only:+"$only"}; do
  [[ -f "cdktf.out/stacks/$stack/cdk.tf.json" ]] || missing+=" $stack"
done
[[ -z ${missing:-} ]] || wrong "cdktf.out has no stack$missing: run npm run synth first, and give keys of countries"

# What this run has applied, and what each plan does. Plans hold values of the state.
umask 077
run="$(mktemp -d)"
trap 'rm -rf "$run"' EXIT
mkdir "$run/applied" "$run/actions"

stop() {
  echo "stopped at $1, and nothing after it was touched: docs/runbooks/delivery.md#a-deploy-stops-half-way" >&2
  exit 1
}

# agreed STACK: somebody has seen what this plan does.
agreed() {
  local answer
  if [[ -n $reviewed ]]; then
    diff -u --label "reviewed" --label "planned now" "$reviewed/$1.actions" "$run/actions/$1.actions" >&2 && return
    echo "$1: the plan does something else than what was reviewed, or nobody has reviewed one" >&2
  fi
  [[ -t 0 ]] || {
    echo "$1: nobody agrees to this plan here: review it again, and give --reviewed, or run this at a terminal" >&2
    return 1
  }
  read -rp "Apply the plan of $1 as reviewed above? Type its name: " answer
  [[ $answer == "$1" ]]
}

deploy() {
  "$tools/plan.sh" "$1" || return 1
  if [[ ! -s plans/changed ]]; then
    echo "$1: nothing changes"
    return
  fi
  local plans=()
  for plan in "$run"/applied/*.json; do [[ ! -f $plan ]] || plans+=("$plan"); done
  npm run --silent plan-review -- --actions "$run/actions" "${plans[@]}" "plans/$1.json" || return 1
  agreed "$1" || return 1
  # Before it is applied: what fails half way has touched something too.
  cp "plans/$1.json" "$run/applied/$1.json"
  terraform -chdir="cdktf.out/stacks/$1" apply -input=false -no-color "$PWD/plans/$1.tfplan" || return 1
  echo "$1: deployed"
}

# is_there COUNTRY: its stack has been applied at some time.
is_there() {
  local folder="cdktf.out/stacks/region-$1" found
  terraform -chdir="$folder" init -input=false -no-color >/dev/null || stop "the state of region-$1"
  found="$(terraform -chdir="$folder" state list)" || stop "the state of region-$1"
  [[ -n $found ]]
}

# gate AFTER: every country that is there serves, and reaches every database node.
gate() {
  [[ $gate == yes && ${#there[@]} -gt 0 ]] || return 0
  "$tools/health-gate.sh" "$domain" "${there[@]}" && return
  if [[ -z $(ls "$run/applied") ]]; then
    cat >&2 <<EOF
This run has applied nothing, and a country does not serve, or a database node is not reached. Mend it first
(docs/runbooks/edge.md, app.md, database.md). If this deploy is what mends it, run it again with --down COUNTRY.
EOF
  else
    cat >&2 <<EOF
After $1 a country does not serve, or a database node is not reached. Its users are led to the others, and nothing else
is changed until it is well. Either mend it (docs/runbooks/edge.md, app.md, database.md), and run this again: what is
deployed is passed over. Or go back to what ran before, reviewed the same way:
  tools/way-back.sh $1
EOF
  fi
  stop "the health gate after $1"
}

there=()
for country; do
  [[ " ${down[*]} " == *" $country "* ]] && continue
  [[ $gate == no ]] || ! is_there "$country" || there+=("$country")
done

if [[ -z $only || $only == network ]]; then
  deploy network || stop network
fi
# Also when nothing changed: the run before this one may have stopped a database node.
gate network
for country; do
  [[ -z $only || $only == "region-$country" ]] || continue
  deploy "region-$country" || stop "region-$country"
  [[ " ${there[*]} " == *" $country "* ]] || there+=("$country")
  gate "region-$country"
done
if [[ -z $only || $only == monitoring ]]; then
  deploy monitoring || stop monitoring
fi
