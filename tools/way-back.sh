#!/usr/bin/env bash
# Plans and reviews the way back of one stack: tools/way-back.sh STACK [COMMIT]
#
# What COMMIT (default: the one before the checked out one) makes of the stack takes the place of what is synthesized in
# cdktf.out; the rest of cdktf.out stays. Then the stack is planned and reviewed like every other change. Nothing is
# applied: the last line says how, with the same review, agreement and health gate as every deploy.
# Exit code: 0 planned, 1 the review refuses it or it could not be planned, 2 the call is wrong.
set -euo pipefail

usage() { sed -n '2,8s/^# \?//p' "$0"; }
[[ ${1:-} != --help ]] || { usage && exit; }
(($# == 1 || $# == 2)) || { usage >&2 && exit 2; }
cd "$(dirname "$0")/.."
stack="$1" commit="${2:-HEAD^1}"
[[ $stack =~ ^[a-z0-9-]+$ && -f "cdktf.out/stacks/$stack/cdk.tf.json" ]] || {
  echo "cdktf.out has no stack \"$stack\": run npm run synth first (tools/way-back.sh --help)" >&2
  exit 2
}
git rev-parse --quiet --verify "$commit^{commit}" >/dev/null || {
  echo "$commit is not a commit that is here: git fetch --deepen 50, or name another (tools/way-back.sh --help)" >&2
  exit 2
}

before="$(mktemp -d)"
trap 'git worktree remove --force "$before" >/dev/null 2>&1 || true; rm -rf "$before"' EXIT
git worktree add --quiet --detach "$before" "$commit"
echo "synthesizing $stack of $(git log -1 --format='%h %s' "$commit") ..." >&2
(cd "$before" && npm ci --silent && npm run --silent synth >/dev/null)
[[ -d "$before/cdktf.out/stacks/$stack" ]] || {
  echo "$commit has no stack \"$stack\": there is no way back but to destroy it" >&2
  exit 1
}
rm -rf "cdktf.out/stacks/$stack"
cp -R "$before/cdktf.out/stacks/$stack" "cdktf.out/stacks/$stack"

tools/plan.sh "$stack"
if [[ ! -s plans/changed ]]; then
  echo "$stack is as $commit made it already: nothing to go back to"
  exit
fi
npm run --silent plan-review -- "plans/$stack.json"
echo "to apply this: tools/deploy.sh --only $stack DOMAIN COUNTRY ... (--down COUNTRY for the one that does not serve)"
