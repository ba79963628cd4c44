#!/usr/bin/env bash
# STACK: takes down an environment. A protected one is refused until its stack file says `posture: expendable`: that takes
# the protection off in one update, and leaves a commit that says who wanted it.
set -euo pipefail
cd "$(dirname "$0")/.."

stack=$1 file=Pulumi.$1.yaml
[ "$stack" != shared ] || { echo "shared holds the zone, the images and every state: it goes last, by hand"; exit 1; }
grep --quiet '^  cloudplatform:posture: expendable$' "$file" ||
  { echo "$file does not say 'posture: expendable': change it in a pull request first"; exit 1; }
read -r -p "Everything of $stack will be deleted, its data too. Its name: " answer
[ "$answer" = "$stack" ] || { echo "nothing was done"; exit 1; }
# What protects is taken off first; where nothing does, this changes nothing.
pulumi preview --stack "$stack" --expect-no-changes > /dev/null || pulumi up --stack "$stack" --policy-pack policy
pulumi destroy --stack "$stack"
