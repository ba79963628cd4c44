#!/usr/bin/env bash
# In Pulumi's Python SDK a chain of `depends_on` may be no longer than about a thousand resources. For each dependency it
# looks whether a circle would be closed, with a generator inside a generator for each step of the chain: the thousandth
# step is Python's limit of recursion. The program ends with RecursionError, before the engine hears of the resource.
# Short of that it is slow: a step passes through all generators above it, so twice the chain takes five times as long.
# As many resources that all depend on one are no matter.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi==3.272.0
cat > "$work/chain.py" <<'PY'
import sys, traceback
import pulumi

class Answers(pulumi.runtime.Mocks):
    def new_resource(self, args): return args.name, args.inputs
    def call(self, args): return {}

class Thing(pulumi.CustomResource):
    def __init__(self, number, after): super().__init__("example:index:Thing", f"thing-{number}", {}, pulumi.ResourceOptions(depends_on=after))

@pulumi.runtime.test
def program():
    first = last = Thing(0, [])
    for number in range(1, resources):
        last = Thing(number, [last if shape == "chain" else first])
    return last.urn

shape, resources = sys.argv[1], int(sys.argv[2])
pulumi.runtime.set_mocks(Answers(), preview=False)
try:
    program()
    print(f"{shape} of {resources}: registered")
except RecursionError as error:
    where = {frame.name for frame in traceback.extract_tb(error.__traceback__)[-50:]}
    print(f"{shape} of {resources}: RecursionError in {' and '.join(sorted(where))}")
PY
"$work/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -E "^pulumi "
ask() { "$work/venv/bin/python" "$work/chain.py" "$@" 2>/dev/null; }
{ ask star 1050; ask chain 500; ask chain 1050; } | tee "$work/found"
diff "$work/found" - <<'TEXT'
star of 1050: registered
chain of 500: registered
chain of 1050: RecursionError in _with_transitive_deps
TEXT
