#!/usr/bin/env bash
# Deploys what is synthesized: tools/deploy.sh DOMAIN COUNTRY ...
#
# The network, then one country after the other in the order given, then the monitoring. A stack is planned, the plan is
# reviewed, and exactly that plan is applied; one in which nothing changes is passed over. After each country everything
# waits until all countries that are done serve their users. Whatever fails ends it: what was applied stays.
# Exit code: 0 all deployed, 1 stopped at something, 2 the call is wrong.
set -euo pipefail
tools="$(dirname "$0")"

usage() { sed -n '2,8s/^# \?//p' "$0"; }
[[ ${1:-} != --help ]] || { usage && exit; }
(($# > 1)) || { usage >&2 && exit 2; }
cd "$tools/.."
tools=tools
domain="$1"
shift
[[ $domain =~ ^[a-z0-9-]+(\.[a-z0-9-]+)+$ ]] || {
  echo "\"$domain\" is no domain: tools/deploy.sh DOMAIN COUNTRY ... (tools/deploy.sh --help)" >&2
  exit 2
}
for stack in network "${@/#/region-}" monitoring; do
  [[ -f "cdktf.out/stacks/$stack/cdk.tf.json" ]] || missing+=" $stack"
done
if [[ -n ${missing:-} ]]; then
  echo "cdktf.out has no stack$missing: run npm run synth first, and give keys of countries (tools/deploy.sh --help)" >&2
  exit 2
fi

deploy() {
  "$tools/plan.sh" "$1" || return 1
  if [[ ! -s plans/changed ]]; then
    echo "$1: nothing changes"
    return
  fi
  npm run --silent plan-review -- "plans/$1.json" || return 1
  terraform -chdir="cdktf.out/stacks/$1" apply -input=false -no-color "$PWD/plans/$1.tfplan" || return 1
  echo "$1: deployed"
}

stop() {
  echo "stopped at $1, and nothing after it was touched: docs/runbooks/delivery.md" >&2
  exit 1
}

deploy network || stop network
done=()
for country; do
  deploy "region-$country" || stop "region-$country"
  done+=("$country")
  "$tools/health-gate.sh" "$domain" "${done[@]}" || stop "the health gate after $country"
done
deploy monitoring || stop monitoring
