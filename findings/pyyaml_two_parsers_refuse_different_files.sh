#!/usr/bin/env bash
# The two parsers that one PyYAML brings refuse different files, and neither takes all that the other takes. Its own, which
# `safe_load` uses always, refuses JSON that is indented with tabs, a tab before a comment, and `?` within a word in brackets
# (`[/find?q=1]`); LibYAML, behind CSafeLoader, refuses `{name:, size: 1}`, a key without a value in braces. All are valid YAML 1.2.
# So "the fast loader where it is built, else the other" reads a file on one machine and refuses it on the next.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pyyaml==6.0.3
cat > "$work/read.py" <<'PY'
import json
import yaml

FILES = {
    "JSON indented with tabs": json.dumps({"zones": ["a", "b"]}, indent="\t"),
    "a tab before a comment": "size: 1\t# small\n",
    "a tab at the end of a key's line": "network:\t\n  zones: 3\n",
    "a question mark in brackets": "paths: [/find?q=1, /all]\n",
    "a question mark out of brackets": "path: /find?q=1\n",
    "a tab in quotes": 'text: "a\tb"\n',
    "a key without a value in braces": "{name:, size: 1}\n",
    "the same with a space": "{name: , size: 1}\n",
}

def read(text, loader):
    try:
        return json.dumps(yaml.load(text, loader))
    except yaml.YAMLError as error:
        return type(error).__name__

assert yaml.__with_libyaml__
print("PyYAML", yaml.__version__, "LibYAML", yaml._yaml.get_version_string())
for what, text in FILES.items(): print(f"{what}: {read(text, yaml.SafeLoader)} | {read(text, yaml.CSafeLoader)}")
PY
"$work/venv/bin/python" "$work/read.py" | tee "$work/found"
diff <(tail -n +2 "$work/found") - <<'TEXT'
JSON indented with tabs: ScannerError | {"zones": ["a", "b"]}
a tab before a comment: ScannerError | {"size": 1}
a tab at the end of a key's line: ScannerError | {"network": {"zones": 3}}
a question mark in brackets: ParserError | {"paths": ["/find?q=1", "/all"]}
a question mark out of brackets: {"path": "/find?q=1"} | {"path": "/find?q=1"}
a tab in quotes: {"text": "a\tb"} | {"text": "a\tb"}
a key without a value in braces: {"name": null, "size": 1} | ScannerError
the same with a space: {"name": null, "size": 1} | {"name": null, "size": 1}
TEXT
