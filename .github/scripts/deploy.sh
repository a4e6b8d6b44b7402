#!/usr/bin/env bash
# deploy.sh preview STACK FILE: previews with the policy pack and keeps the plan of the update in FILE.
# deploy.sh up STACK FILE: carries out that plan and nothing else; Pulumi stops where reality asks for more.
set -euo pipefail
action=${1:?} stack=${2:?} file=${3:?}
case $action in
  preview) pulumi preview --non-interactive --stack "$stack" --policy-pack policy/pack --save-plan "$file" ;;
  up) pulumi up --non-interactive --yes --skip-preview --stack "$stack" --policy-pack policy/pack --plan "$file" ;;
  *)
    echo "deploy.sh preview|up STACK FILE" >&2
    exit 2
    ;;
esac
