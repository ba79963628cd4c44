#!/usr/bin/env bash
# ENVIRONMENT SECRET [FILE]: renews a secret, then the tasks that use it. When: docs/runbooks/secret-rotation.md. No value is
# shown, nor stands on a command line. Needs the AWS CLI and pulumi.
#   database   the password; by its function where one rotates it
#   redis      the token; the old one is accepted until every task has the new one
#   jwt        the signing key; the old one stays readable as AWSPREVIOUS
#   api-keys   what FILE holds; FILE is deleted afterwards
set -euo pipefail
cd "$(dirname "$0")/.."

environment=$1 secret=$2 file=${3:-}
cluster=cloudplatform-$environment-ecs-cluster service=cloudplatform-$environment-ecs-service-fastapi

# A new random value, and whatever depends on it. Pulumi shows what it will do and asks.
renew() {
  local urn
  urn=$(pulumi stack --stack "$environment" --show-urns | grep --only-matching "urn:.*RandomPassword::$1\$") ||
    { echo "the stack $environment has no random value $1"; exit 1; }
  pulumi up --stack "$environment" --target-replace "$urn" --target-dependents
}
restart() {
  aws ecs update-service --cluster "$cluster" --service "$service" --force-new-deployment > /dev/null
  aws ecs wait services-stable --cluster "$cluster" --services "$service"
}

case $secret in
  database)
    id=/$environment/database/credentials
    if [ "$(aws secretsmanager describe-secret --secret-id "$id" --query RotationEnabled --output text)" = True ]; then
      aws secretsmanager rotate-secret --secret-id "$id" > /dev/null # its function starts the tasks anew
      echo "the function rotates it now; its log says when it is done"
    else
      renew database-password
      restart
    fi
    ;;
  redis)
    renew cache-token
    restart
    # Only now is the old token refused. It goes in as a file that no other process can read.
    aws secretsmanager get-secret-value --secret-id "/$environment/redis/auth-token" --query SecretString --output text |
      tr --delete '\n' |
      aws elasticache modify-replication-group --replication-group-id "cloudplatform-$environment-redis" \
        --auth-token file:///dev/stdin --auth-token-update-strategy SET --apply-immediately > /dev/null
    ;;
  jwt)
    renew secrets-jwt-secret
    restart
    ;;
  api-keys)
    [ -f "$file" ] || { echo "api-keys wants the file that holds the new ones"; exit 2; }
    aws secretsmanager put-secret-value --secret-id "/$environment/app/external-api-keys" --secret-string "file://$file" > /dev/null
    rm "$file"
    restart
    ;;
  *)
    echo "there is no secret $secret: database, redis, jwt or api-keys"; exit 2
    ;;
esac
