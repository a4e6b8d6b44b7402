#!/usr/bin/env bash
# Deploys the stack local, CareConnect at its smallest, on an emulator of AWS on this machine, and takes it away again.
#
#   infra/local.sh up | down        (make local-up, make local-down)
#   eval "$(infra/local.sh env)"    the stack's backend, passphrase and emulator, for pulumi and carebase in state/local/project
#
# The emulator is the first of these:
#   1. AWS_ENDPOINT_URL: one that runs already
#   2. AWS_EMULATOR: a command that answers `start DIR`, `env DIR` (exports for a shell) and `stop DIR`
#   3. moto_server on PATH
#   4. localstack on PATH
# AWS itself is never used. docs/operations.md says what an emulator has to have.
set -euo pipefail
cd "$(dirname "$0")/.."

state=$PWD/state/local
stack=(--stack local --non-interactive)

fail() { printf 'local: %s\n' "$*" >&2; exit 1; }

case ${1:-} in up | down | env) ;; *) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "$0"; exit 2 ;; esac
# began tells a process from another one that has its number later.
began() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20 || true; }

moto_runs() {
  [[ -s $state/moto.pid ]] || return 1
  local pid start
  read -r pid start <"$state/moto.pid"
  [[ -n $start && $(began "$pid") == "$start" ]]
}

start_moto() {
  local port=${LOCAL_PORT:-5000}
  MOTO_IAM_LOAD_MANAGED_POLICIES=true setsid moto_server -H 127.0.0.1 -p "$port" >"$state/moto.log" 2>&1 </dev/null &
  local pid=$!
  reachable "http://127.0.0.1:$port/moto-api/data.json"
  kill -0 "$pid" 2>/dev/null || fail "moto_server did not start (port $port taken? LOCAL_PORT names another): $state/moto.log"
  printf '%s %s\n' "$pid" "$(began "$pid")" >"$state/moto.pid"
  printf 'http://127.0.0.1:%s\n' "$port" >"$state/endpoint"
}

stop_moto() { kill "$(cut -d' ' -f1 "$state/moto.pid")" && rm "$state/moto.pid"; }

# reachable waits until something answers at the endpoint.
reachable() {
  local i
  for i in $(seq 1 150); do
    curl -s -o /dev/null --noproxy '*' "$1" && return
    sleep 0.2
  done
  fail "nothing answers at $1"
}

# emulator finds the emulator, starts it where that is ours to do, and sets the environment of its clients. What an earlier
# run began with it goes on with, whatever the environment says since.
emulator() {
  kind=$(cat "$state/kind" 2>/dev/null || true)
  [[ $kind != moto ]] || moto_runs || kind= # of a machine that was started again
  if [[ -z $kind ]]; then
    if [[ -n ${AWS_ENDPOINT_URL:-} ]]; then
      kind=given
      printf '%s\n' "$AWS_ENDPOINT_URL" >"$state/endpoint"
    elif [[ -n ${AWS_EMULATOR:-} ]]; then
      kind=command
    elif command -v moto_server >/dev/null; then
      kind=moto
      start_moto
    elif command -v localstack >/dev/null; then
      kind=localstack
      printf 'http://127.0.0.1:4566\n' >"$state/endpoint"
    else
      fail "there is no emulator of AWS. Start one and set AWS_ENDPOINT_URL to it, or set AWS_EMULATOR, or install moto
(pip install 'moto[all,server]') or LocalStack; docs/operations.md says what it has to have."
    fi
    printf '%s\n' "$kind" >"$state/kind"
  fi
  case $kind in
    command)
      [[ -n ${AWS_EMULATOR:-} ]] || fail "the stack is on an emulator that AWS_EMULATOR started: set it again"
      # Policies that AWS manages; moto has them on request only.
      MOTO_IAM_LOAD_MANAGED_POLICIES=true $AWS_EMULATOR start "$state/emulator" >&2
      eval "$($AWS_EMULATOR env "$state/emulator")"
      ;;
    localstack)
      localstack status services >/dev/null 2>&1 || localstack start -d >&2
      localstack wait -t 120 >&2
      ;;
  esac
  [[ $kind == command ]] || { AWS_ENDPOINT_URL=$(cat "$state/endpoint") && export AWS_ENDPOINT_URL; }
  case $AWS_ENDPOINT_URL in
    *amazonaws.com* | *.api.aws* | *.aws.dev*) fail "AWS_ENDPOINT_URL = $AWS_ENDPOINT_URL is AWS: this stack is for emulators" ;;
  esac
  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
  # LocalStack takes such a key for the account; moto's account is this one whatever the key.
  export AWS_ACCESS_KEY_ID=123456789012 AWS_SECRET_ACCESS_KEY=local AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1
  if [[ $AWS_ENDPOINT_URL == http:* ]]; then
    # S3 Control puts the account before the host's name, which nobody resolves; a proxy is not asked to.
    export HTTP_PROXY=$AWS_ENDPOINT_URL http_proxy=$AWS_ENDPOINT_URL NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost
  fi
  export PULUMI_BACKEND_URL=file://$state/pulumi?metadata=skip PULUMI_CONFIG_PASSPHRASE=local PULUMI_SKIP_UPDATE_CHECK=true
}

# ask sends a signed request, of the service $1 to the path $2, and prints the answer with its status last.
ask() {
  curl -s -m 30 --noproxy '*' -w ' %{http_code}' "$AWS_ENDPOINT_URL$2" "${@:3}" \
    -H "Authorization: AWS4-HMAC-SHA256 Credential=$AWS_ACCESS_KEY_ID/20260101/us-east-1/$1/aws4_request, SignedHeaders=host, Signature=0"
}

# needs asks for something that must be known, by what it is, and notes what is not. Emulators answer with 5xx, with a
# page of theirs, or with a word of their own where they have no such operation.
lacking=()
needs() {
  local answer
  answer=$(ask "${@:2}" || true)
  case $answer in
    *' 5'[0-9][0-9] | ' 000' | *'<!doctype html>'* | *NotEmulated* | *'not yet been emulated'*) lacking+=("$1") ;;
  esac
}

# complete refuses an emulator on which the stack cannot come up: the provider would try for many minutes to find out.
complete() {
  local api=/2020-05-31
  needs "ElastiCache parameter groups" elasticache / -d 'Action=DescribeCacheParameterGroups&Version=2015-02-02'
  needs "ElastiCache user groups" elasticache / -d 'Action=DescribeUserGroups&Version=2015-02-02'
  needs "CloudFront functions" cloudfront $api/function/none/describe
  needs "CloudFront response headers policies" cloudfront $api/response-headers-policy
  needs "CloudFront VPC origins" cloudfront $api/vpc-origin
  needs "the default key of EBS" ec2 / -d 'Action=GetEbsDefaultKmsKeyId&Version=2016-11-15'
  needs "IAM Access Analyzer" access-analyzer /analyzer
  needs "AWS Budgets" budgets / -H 'X-Amz-Target: AWSBudgetServiceGateway.DescribeBudgets' \
    -H 'Content-Type: application/x-amz-json-1.1' -d '{"AccountId":"123456789012"}'
  needs "AWS Backup" backup /backup/plans
  ask ec2 / -d 'Action=DescribeManagedPrefixLists&Version=2016-11-15' | grep -q 'cloudfront.origin-facing' ||
    lacking+=("the prefix list com.amazonaws.global.cloudfront.origin-facing")
  ask iam / -d 'Action=GetPolicy&Version=2010-05-08&PolicyArn=arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole' |
    grep -q '<Arn>' || lacking+=("the IAM policies that AWS manages (moto: MOTO_IAM_LOAD_MANAGED_POLICIES=true)")
  [[ ${#lacking[@]} == 0 ]] && return
  printf 'local: the emulator at %s (%s) lacks:\n' "$AWS_ENDPOINT_URL" "$kind" >&2
  printf '  - %s\n' "${lacking[@]}" >&2
  down >&2
  fail "name one that has these: AWS_ENDPOINT_URL, or AWS_EMULATOR (docs/operations.md)"
}

# project is a copy, so that what `pulumi stack init` writes stays out of the repository, with the program built.
project() {
  mkdir -p "$state/pulumi" "$state/project"
  go build -o "$state/project/infra" ./infra
  sed -e "s|^    buildTarget: .*|    binary: $state/project/infra|" -e '/^main:/d' Pulumi.yaml >"$state/project/Pulumi.yaml"
  grep -q 'binary:' "$state/project/Pulumi.yaml" || fail "Pulumi.yaml no longer has a buildTarget"
  local salt
  # One salt: the copy's own, of what is deployed; else one that somebody put into the original.
  salt=$(cat "$state/project/Pulumi.local.yaml" Pulumi.local.yaml 2>/dev/null | grep -m 1 '^encryptionsalt:' || true)
  { grep -v '^encryptionsalt:' Pulumi.local.yaml; [[ -z $salt ]] || printf '%s\n' "$salt"; } >"$state/project/Pulumi.local.yaml.new"
  mv "$state/project/Pulumi.local.yaml.new" "$state/project/Pulumi.local.yaml"
}

engine() { command -v pulumi >/dev/null || fail "pulumi is not on PATH: https://www.pulumi.com/docs/install/"; }

up() {
  engine
  mkdir -p "$state"
  emulator
  complete
  project
  cd "$state/project"
  pulumi stack select local --create >/dev/null
  pulumi up --yes --skip-preview "${stack[@]}" ||
    fail "the stack did not come up, see above. \`make local-down\` and \`make local-up\` begin anew"
  printf '\nCareConnect is on %s (%s).\n  export AWS_ENDPOINT_URL=%s AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1\n' \
    "$AWS_ENDPOINT_URL" "$kind" "$AWS_ENDPOINT_URL"
}

down() {
  [[ -d $state ]] || { echo "there is no local stack"; return; }
  case $(cat "$state/kind" 2>/dev/null || true) in
    command)
      [[ -n ${AWS_EMULATOR:-} ]] || fail "the stack is on an emulator that AWS_EMULATOR started: set it again"
      $AWS_EMULATOR stop "$state/emulator"
      ;;
    moto) ! moto_runs || stop_moto ;;
    localstack) localstack stop ;;
    given) # not ours to stop: take away what we made
      if [[ -d $state/project ]]; then
        engine
        emulator
        (cd "$state/project" && pulumi destroy --yes --skip-preview "${stack[@]}")
      fi
      ;;
  esac
  rm -rf "$state" # emulators forget everything when they stop
}

# env prints what up works with, for a shell: to look around, and to repair the stack after an update that was interrupted.
env() {
  [[ -d $state/project ]] || fail "there is no local stack: make local-up"
  emulator >&2
  echo 'unset AWS_PROFILE AWS_SESSION_TOKEN'
  export -p | grep -E '^declare -x (AWS_[A-Z_]+|PULUMI_[A-Z_]+|HTTP_PROXY|http_proxy|NO_PROXY|no_proxy)='
}

"$1"
