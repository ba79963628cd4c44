#!/usr/bin/env bash
# Writes the generated parts of the pages, and draws the pictures under docs/diagrams that are no longer true.
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

export PATH="$PWD/.venv/bin:$PATH"
python -m docgen --pictures
