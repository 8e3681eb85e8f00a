#!/usr/bin/env bash
# Plans synthesized stacks, one after the other: tools/plan.sh [--keep-going] STACK ...
#
# Works in the project's folder, from wherever it is called.
# Leaves plans/STACK.tfplan, which can be applied, plans/STACK.json for npm run plan-review, and the names of the
# stacks in which something changes in plans/changed. A plan holds values of the state: give it to nobody.
# With --keep-going a stack that cannot be planned is named in plans/failed, and the next one is planned.
# Exit code: 0 planned, whatever changes; 1 a stack could not be planned; 2 the call is wrong.
set -euo pipefail

usage() { sed -n '2,9s/^# \?//p' "$0"; }
[[ ${1:-} != --help ]] || { usage && exit; }
keep_going=no
if [[ ${1:-} == --keep-going ]]; then
  keep_going=yes
  shift
fi
(($#)) || { usage >&2 && exit 2; }
cd "$(dirname "$0")/.."

# Everything is checked before the plans of before are taken away.
missing=()
for stack; do
  [[ $stack =~ ^[a-z0-9-]+$ && -f "cdktf.out/stacks/$stack/cdk.tf.json" ]] || missing+=("$stack")
done
if ((${#missing[@]})); then
  echo "cdktf.out has no stack ${missing[*]}: run npm run synth first, and give names of stacks (tools/plan.sh --help)" >&2
  exit 2
fi

umask 077
rm -rf plans
mkdir plans
: >plans/changed
plan() {
  local folder="cdktf.out/stacks/$1" code=0
  echo "planning $1 ..." >&2
  terraform -chdir="$folder" init -input=false -no-color >plans/log 2>&1 || {
    cat plans/log >&2
    return 1
  }
  terraform -chdir="$folder" plan -input=false -no-color -detailed-exitcode -out="$PWD/plans/$1.tfplan" \
    >plans/log 2>&1 || code=$?
  case $code in
    0) ;;
    2) echo "$1" >>plans/changed ;;
    *)
      # The plan itself is not printed: what it says is for the review, which masks it.
      sed -n '/Error:/,$p' plans/log >&2
      return 1
      ;;
  esac
  terraform -chdir="$folder" show -json "$PWD/plans/$1.tfplan" >"plans/$1.json"
}

failed=0
for stack; do
  plan "$stack" || {
    failed=1
    rm -f "plans/$stack.json" "plans/$stack.tfplan"
    [[ $keep_going == yes ]] || exit 1
    echo "$stack" >>plans/failed
  }
done
rm -f plans/log
exit "$failed"
