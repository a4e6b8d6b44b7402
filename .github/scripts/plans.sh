#!/usr/bin/env bash
# Writes the plan of every stack in STACKS to the folder OUT, and its settings, which tell what secrets and exceptions it had. The pull requests that begin at this commit compare with them.
set -euo pipefail
: "${STACKS:?}" "${OUT:?}"
mkdir -p "$OUT"
for stack in $STACKS; do
  "${CAREBASE:-carebase}" plan "$stack" --json >"$OUT/plan-$stack.json"
  cp "Pulumi.$stack.yaml" "$OUT/plan-$stack.settings.yaml"
done
