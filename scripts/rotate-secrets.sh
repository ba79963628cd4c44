#!/usr/bin/env bash
# ENVIRONMENT SECRET [FILE]: renews a secret, then the tasks that use it. When: docs/runbooks/secret-rotation.md. No value is
# shown, nor stands on a command line. It ends well only if the secret has a new version. It may be repeated whatever stopped
# it. Needs the AWS CLI, pulumi and jq.
#   database   the password; by its function where one rotates it
#   redis      the token; the old one is accepted until every task has the new one
#   jwt        the signing key; the old one stays readable as AWSPREVIOUS
#   api-keys   what FILE holds; FILE is deleted afterwards
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

environment=${1:-} secret=${2:-} file=${3:-}
project=$(sed -n 's/^name: //p' Pulumi.yaml)
cluster=$project-$environment-ecs-cluster service=$project-$environment-ecs-service-fastapi
looks=90 pause=10 # a function has 15 minutes

version() { # ID: the current version's
  aws secretsmanager describe-secret --secret-id "$1" --query VersionIdsToStages --output json |
    jq --raw-output --exit-status 'to_entries[] | select(.value | index("AWSCURRENT")) | .key'
}
by_function() { # ID: "True", if one rotates it
  local enabled
  enabled=$(aws secretsmanager describe-secret --secret-id "$1" --query RotationEnabled --output text)
  case $enabled in
    True | False | None) echo "$enabled" ;; # None: it was never on
    *) echo "AWS does not say whether a function rotates $1: $enabled" >&2; exit 1 ;;
  esac
}
rotate() { # ID: let its function do it, and see it done
  local new current
  new=$(aws secretsmanager rotate-secret --secret-id "$1" --query VersionId --output text)
  echo "its function makes $new the current version of $1"
  while current=$(version "$1") && [ "$current" != "$new" ]; do
    looks=$((looks - 1))
    [ "$looks" -gt 0 ] || { echo "it did not: its log says why, and docs/runbooks/secret-rotation.md how to go on"; exit 1; }
    sleep "$pause"
  done
  [ "$current" = "$new" ] || { echo "how far it is cannot be seen; it goes on in AWS"; exit 1; }
  stable
}
# A new random value, and whatever depends on it. Pulumi shows what it will do and asks.
renew() { # NAME ID
  local urns urn before after
  before=$(version "$2")
  urns=$(pulumi stack --stack "$environment" --show-urns)
  urn=$(grep --only-matching "urn:.*RandomPassword::$1\$" <<< "$urns") ||
    { echo "the stack $environment has no random value $1"; exit 1; }
  pulumi up --stack "$environment" --target-replace "$urn" --target-dependents
  after=$(version "$2")
  [ "$before" != "$after" ] || { echo "nothing was renewed: $2 has the version of before"; exit 1; }
}
stable() { aws ecs wait services-stable --cluster "$cluster" --services "$service"; }
restart() {
  aws ecs update-service --cluster "$cluster" --service "$service" --force-new-deployment > /dev/null
  stable
}

case $secret in
  database)
    id=/$environment/database/credentials
    function=$(by_function "$id")
    if [ "$function" = True ]; then
      rotate "$id"
    else
      renew database-password "$id"
      restart
    fi
    ;;
  redis)
    id=/$environment/redis/auth-token
    function=$(by_function "$id")
    if [ "$function" = True ]; then
      rotate "$id"
    else
      # A run that stopped may have left tasks with the token before, which the cache drops when it gets a third one.
      restart
      renew cache-token "$id"
      restart
      # Only now is the old token refused. It goes in as a file that nobody else can read.
      work=$(mktemp -d)
      trap 'rm -rf "$work"' EXIT
      aws secretsmanager get-secret-value --secret-id "$id" --query SecretString --output text > "$work/answer"
      tr -d '\n' < "$work/answer" > "$work/token"
      [ -s "$work/token" ] || { echo "$id is empty"; exit 1; }
      aws elasticache modify-replication-group --replication-group-id "$project-$environment-redis" \
        --auth-token "file://$work/token" --auth-token-update-strategy SET --apply-immediately > /dev/null
    fi
    ;;
  jwt)
    renew secrets-jwt-secret "/$environment/app/jwt-secret"
    restart
    ;;
  api-keys)
    [ -f "$file" ] || { echo "api-keys wants the file that holds the new ones"; exit 2; }
    kind=$(jq --raw-output type "$file") || kind=none
    [ "$kind" = object ] || { echo "$file is no JSON object"; exit 2; }
    aws secretsmanager put-secret-value --secret-id "/$environment/app/external-api-keys" --secret-string "file://$file" > /dev/null
    restart
    rm "$file"
    ;;
  *)
    echo "there is no secret $secret: database, redis, jwt or api-keys"; exit 2
    ;;
esac
