#!/usr/bin/env bash
# Writes what a pull request changes: comment.md, number, full.txt, diff.json and a SARIF file a stack.
#
# Takes no secret. STACKS are the stacks to compare, BASE_SHA the commit to compare with, PR_NUMBER the pull request, OUT the folder
# for the files. The plans of the base come from the artifact of that commit; where it is missing, `carebase` builds them.
# FAIL_ON, if set, is what must not pass (carebase diff --fail-on).
set -euo pipefail
: "${STACKS:?}" "${BASE_SHA:?}" "${PR_NUMBER:?}" "${OUT:?}"
carebase=${CAREBASE:-carebase}
mkdir -p "$OUT"

# published FOLDER: fetches the plans of the base that the workflow "plans" has published.
published() {
  local api=${GITHUB_API_URL:?}/repos/${GITHUB_REPOSITORY:?} id
  id=$(curl -fsS --retry 2 -H "Authorization: Bearer ${GITHUB_TOKEN:?}" "$api/actions/artifacts?name=plans-$BASE_SHA&per_page=1" |
    jq -r '[.artifacts[] | select(.expired | not)][0].id // empty')
  [[ -n $id ]] || return 1
  curl -fsSL --retry 2 -H "Authorization: Bearer $GITHUB_TOKEN" -o "$1.zip" "$api/actions/artifacts/$id/zip"
  unzip -q -o "$1.zip" -d "$1"
}

base=$BASE_SHA
plans=$(mktemp -d)
if [[ -n ${GITHUB_TOKEN:-} ]] && published "$plans/plans"; then
  complete=true
  for stack in $STACKS; do
    [[ -s $plans/plans/plan-$stack.json ]] || complete=false
  done
  [[ $complete == false ]] || base=$plans/plans/plan-{stack}.json
fi

# shellcheck disable=SC2086 # STACKS is a list
compare() { "$carebase" diff $STACKS --base "$base" "$@"; }
compare --format markdown --full "the artifact carebase-diff-full" --output "$OUT/comment.md"
compare --format text --output "$OUT/full.txt"
compare --format json --output "$OUT/diff.json"
printf '%s\n' "$PR_NUMBER" >"$OUT/number"

status=0
for stack in $STACKS; do
  "$carebase" audit "$stack" --format sarif --output "$OUT/$stack.sarif" || status=$?
done
if [[ -n ${FAIL_ON:-} ]]; then
  compare --format text --output "$OUT/full.txt" --fail-on "$FAIL_ON" || status=$?
fi
exit "$status"
