#!/usr/bin/env bash
# What CI and the weekly scan look for, on this machine: the policy pack on every stack, the workflows, and with the tools
# that are here the code, its secrets and its dependencies. A tool that is missing is named; any finding fails.
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

found=()
scan() { # NAME COMMAND…
  echo "$1"
  "${@:2}" || found+=("$1")
}
optional() { # PROGRAM ARGUMENTS…
  if command -v "$1" > /dev/null; then scan "$1" "$@"; else echo "$1: left out, it is not here"; fi
}

for stack in dev staging prod shared; do
  scan "policy pack on $stack" .venv/bin/python -m preview "$stack" --format json --out /dev/null
done
scan shellcheck .venv/bin/shellcheck .ci/* scripts/*.sh
scan actionlint .venv/bin/actionlint -shellcheck "$PWD/.venv/bin/shellcheck"
scan zizmor .venv/bin/zizmor --offline --quiet .github/workflows
optional semgrep scan --config p/python --severity ERROR --error
optional gitleaks git --redact
optional trivy fs --scanners vuln,secret,misconfig --severity HIGH,CRITICAL --exit-code 1 .
optional pip-audit --requirement <(grep -v '^-e ' requirements.txt) --requirement app/requirements.txt

[ ${#found[@]} = 0 ] || { echo "these found something: $(IFS=,; echo "${found[*]}")"; exit 1; }
