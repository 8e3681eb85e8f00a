#!/usr/bin/env bash
# Plans synthesized stacks, one after the other: tools/plan.sh STACK ...
#
# Leaves plans/STACK.tfplan, which can be applied, plans/STACK.json for npm run plan-review, and the names of the
# stacks in which something changes in plans/changed. A plan holds values of the state: give it to nobody.
# Exit code: 0 planned, whatever changes; 1 a stack could not be planned; 2 the call is wrong.
set -euo pipefail

usage() { sed -n '2,7s/^# \?//p' "$0"; }
[[ ${1:-} != --help ]] || { usage && exit; }
(($#)) || { usage >&2 && exit 2; }

umask 077
rm -rf plans
mkdir plans
: >plans/changed
for stack; do
  folder="cdktf.out/stacks/$stack"
  [[ -f "$folder/cdk.tf.json" ]] || {
    echo "there is no $folder: run npm run synth first" >&2
    exit 2
  }
  echo "planning $stack ..." >&2
  terraform -chdir="$folder" init -input=false -no-color >plans/log 2>&1 || {
    cat plans/log >&2
    exit 1
  }
  code=0
  terraform -chdir="$folder" plan -input=false -no-color -detailed-exitcode -out="$PWD/plans/$stack.tfplan" \
    >plans/log 2>&1 || code=$?
  case $code in
    0) ;;
    2) echo "$stack" >>plans/changed ;;
    *)
      # The plan itself is not printed: what it says is for the review, which masks it.
      sed -n '/Error:/,$p' plans/log >&2
      exit 1
      ;;
  esac
  terraform -chdir="$folder" show -json "$PWD/plans/$stack.tfplan" >"plans/$stack.json"
done
rm -f plans/log
