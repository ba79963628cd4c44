#!/usr/bin/env bash
# STACK: takes down an environment. A protected one is refused until its stack file says `posture: expendable`: that takes
# the protection off in one update, and leaves a commit that says who wanted it. A run that stopped can be repeated.
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

stack=${1:?"wants a stack"} file=Pulumi.$1.yaml
[ "$stack" != shared ] || { echo "shared holds the zone, the images and every state: it goes last, by hand"; exit 1; }
grep --quiet '^  cloudplatform:posture: expendable$' "$file" ||
  { echo "$file does not say 'posture: expendable': change it in a pull request first"; exit 1; }
read -r -p "Everything of $stack will be deleted, its data too. Its name: " answer || answer=
[ "$answer" = "$stack" ] || { echo "nothing was done"; exit 1; }
# What protects is taken off first. Where nothing does there is no update: it would make anew what is deleted already.
state=$(pulumi stack export --stack "$stack")
guarded=$(jq '[.deployment.resources[]? | select(.protect or (.inputs // {} |
  .deletionProtection == true or .enableDeletionProtection == true or .deletionProtectionEnabled == true
  or .forceDestroy == false or .skipFinalSnapshot == false))] | length' <<< "$state")
[ "$guarded" = 0 ] || pulumi up --stack "$stack" --policy-pack policy
pulumi destroy --stack "$stack"
