#!/usr/bin/env bash
# Pulumi's Python SDK starts a gRPC server on a port of its own for each resource that has transforms, not one for the
# program. It keeps "the" server in a context variable, and sets that in the task of one registration: no other task
# sees it. A transform of the whole stack, which is registered once, starts one server for all resources.
# So 40 resources with the same function in `ResourceOptions(transforms=…)` listen on 40 ports until the program ends.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi==3.272.0 grpcio==1.85.3
cat > "$work/count.py" <<'PY'
import os, re, sys
from importlib.metadata import version
import pulumi

class Answers(pulumi.runtime.Mocks):
    def new_resource(self, args): return f"{args.name}-id", args.inputs
    def call(self, args): return {}

class Thing(pulumi.CustomResource):
    def __init__(self, name, opts=None): super().__init__("example:index:Thing", name, {"size": 1}, opts)

def same(args): return pulumi.ResourceTransformResult(args.props, args.opts)

def listening():
    sockets = {os.readlink(f"/proc/self/fd/{each}") for each in os.listdir("/proc/self/fd") if os.path.islink(f"/proc/self/fd/{each}")}
    found = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table) as lines:
            rows = [line.split() for line in lines][1:]
        found += sum(row[3] == "0A" and f"socket:[{row[9]}]" in sockets for row in rows)
    return found

@pulumi.runtime.test
def program():
    if whose == "stack": pulumi.runtime.register_resource_transform(same)
    own = pulumi.ResourceOptions(transforms=[same]) if whose == "resource" else None
    things = [Thing(f"thing-{number}", own) for number in range(resources)]
    return pulumi.Output.all(*(each.urn for each in things)).apply(lambda _: print(f"{whose}: {resources} resources, {listening()} ports"))

whose, resources = sys.argv[1], int(sys.argv[2])
pulumi.runtime.set_mocks(Answers(), preview=False)
program()
PY
"$work/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -E "^(pulumi|grpcio) "
count() { "$work/venv/bin/python" "$work/count.py" "$@" 2>/dev/null; }
{ count none 40; count stack 40; count resource 1; count resource 40; } | tee "$work/found"
diff "$work/found" - <<'TEXT'
none: 40 resources, 0 ports
stack: 40 resources, 1 ports
resource: 1 resources, 1 ports
resource: 40 resources, 40 ports
TEXT
