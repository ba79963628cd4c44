#!/usr/bin/env bash
# STACK: the offline preview, then `pulumi up` with the policy pack, then what the stack's URLs answer. Everyday changes go
# through a pull request instead (docs/delivery.md); this is for the first deployment and for when GitHub is away.
set -euo pipefail
cd "$(dirname "$0")/.."

stack=$1
.venv/bin/python -m preview "$stack"
pulumi up --stack "$stack" --policy-pack policy
pulumi stack output urls --stack "$stack" --json 2> /dev/null | jq --raw-output '.[]' | while read -r url; do
  .ci/smoke "$url"
done
