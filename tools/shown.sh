#!/usr/bin/env bash
# Whether somebody sees what a deploy is about to do: tools/shown.sh ENVIRONMENT REVIEWED
#
# Either the pull request that was merged showed it: all actions in REVIEWED, a folder that npm run plan-review --
# --actions wrote, are among those that its plan left. Or GitHub asks people before it deploys to the environment, and
# they see this run's review. What only the pull request had is done already, and no matter.
# Environment: GITHUB_REPOSITORY, GITHUB_SHA that was merged, GH_TOKEN for gh.
# Exit code: 0 somebody does, 1 nobody does, 2 the call is wrong, or GitHub could not be asked.
set -euo pipefail

usage() { sed -n '2,8s/^# \?//p' "$0"; }
[[ ${1:-} != --help ]] || { usage && exit; }
(($# == 2)) || { usage >&2 && exit 2; }
environment="$1" reviewed="$2" repository="${GITHUB_REPOSITORY:-}" commit="${GITHUB_SHA:-}"
[[ -d $reviewed && -n $repository && -n $commit ]] || {
  echo "$reviewed is not a folder, or GITHUB_REPOSITORY or GITHUB_SHA is empty (tools/shown.sh --help)" >&2
  exit 2
}
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# asks ARGUMENT ...: what GitHub answers.
asks() {
  gh "$@" || {
    echo "GitHub could not be asked: gh $*" >&2
    exit 2
  }
}

# actions FOLDER: one a line, with its stack.
actions() {
  local file
  for file in "$1"/*.actions; do
    [[ ! -f $file ]] || sed "s|^|$(basename "$file" .actions): |" "$file"
  done | sort -u
}

mkdir "$scratch/shown"
head="$(asks api "repos/$repository/commits/$commit/pulls" --jq '.[0].head.sha // empty')"
if [[ -n $head ]]; then
  run="$(asks run list --repo "$repository" --workflow plan.yml --commit "$head" --status success --limit 1 \
    --json databaseId --jq '.[0].databaseId // empty')"
  # Without one, or when it was too long ago, it showed nothing.
  [[ -z $run ]] || gh run download "$run" --repo "$repository" --name "reviewed-$environment" --dir "$scratch/shown" || true
fi
actions "$scratch/shown" >"$scratch/before"
actions "$reviewed" >"$scratch/now"
comm -13 "$scratch/before" "$scratch/now" >"$scratch/unseen"
if [[ ! -s $scratch/unseen ]]; then
  echo "The pull request showed everything that this deploy does in $environment."
  exit
fi
printf 'No pull request showed this, which the deploy would do in %s:\n\n' "$environment"
sed 's/^/    /' "$scratch/unseen"
echo
asked="$(asks api "repos/$repository/environments/$environment" \
  --jq '[.protection_rules[]? | select(.type == "required_reviewers")] | length')"
if ((asked > 0)); then
  echo "Those who must agree to a deploy to $environment see it in the review above."
  exit
fi
echo "Nobody is asked before a deploy to $environment. Deploy by hand, at a terminal (tools/deploy.sh), or give the environment required reviewers at GitHub, and run this again."
exit 1
