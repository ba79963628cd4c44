#!/usr/bin/env bash
# Writes the generated parts of the pages, and draws the pictures under docs/diagrams that are no longer true.
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

export PATH="$PWD/.venv/bin:$PATH"
# Graphviz draws. Where it is not installed, its port from the package index does, on every platform the same.
command -v dot > /dev/null || command -v graphviz-pure > /dev/null || uv pip install --quiet --python .venv graphviz-pure==0.2.2
python -m docgen --pictures
