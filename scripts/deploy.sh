#!/usr/bin/env bash
# STACK: the offline preview, then `pulumi up` with the policy pack, then what the stack's URLs answer. Everyday changes go
# through a pull request instead (docs/delivery.md); this is for the first deployment and for when GitHub is away.
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

stack=${1:?"wants a stack"}
.venv/bin/python -m preview "$stack"
pulumi up --stack "$stack" --policy-pack policy
outputs=$(pulumi stack output --stack "$stack" --json)
urls=$(jq --raw-output '.urls // {} | .[]' <<< "$outputs") # shared serves nothing
while IFS= read -r url; do
  [ -z "$url" ] || .ci/smoke "$url" < /dev/null
done <<< "$urls"
