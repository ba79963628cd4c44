#!/usr/bin/env bash
# Everything for work on this machine: the virtual environment, the hooks before each commit, and, where Docker is, the
# application with its database and cache on http://localhost:8000.
set -euo pipefail
[ "${1:-}" != --help ] || { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"; exit; }
cd "$(dirname "$0")/.."

make --no-print-directory .venv/.dev
.venv/bin/uv pip install --quiet --python .venv pre-commit==4.7.0
.venv/bin/pre-commit install
if command -v docker > /dev/null; then
  docker compose --file app/docker-compose.yml up --build --detach
else
  echo "left out, Docker is not here: the application (its tests bring a database and a cache of their own)"
fi
