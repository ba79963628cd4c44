#!/usr/bin/env bash
# In a policy of Pulumi's Python SDK no list of a resource equals the list that it holds: `args.props["zones"] == ["a", "b"]`
# is false, without an error. Its proxies of tables derive from Mapping, which compares; those of lists from Sequence, which does
# not. So a table equals its dictionary until there is a list in it, and a whole slice is equal, for that is a real list.
# A number is a float: port 22 in a text is "22.0".
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi-policy==1.21.0 pulumi==3.272.0 grpcio==1.85.3 protobuf==5.29.6
cat > "$work/pack.py" <<'PY'
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy

def shown(props):
    return "; ".join([
        f"tags: {props['tags'] == {'team': 'core'}}", f"zones: {props['zones'] == ['a', 'b']}",
        f"zones[:]: {props['zones'][:] == ['a', 'b']}", f"list(zones): {list(props['zones']) == ['a', 'b']}",
        f"network, which holds zones: {props['network'] == {'zones': ['a', 'b']}}", f"port: {props['port']}",
    ])

PolicyPack("pack", [
    ResourceValidationPolicy("one", "compares", lambda args, report: report(shown(args.props)), enforcement_level=EnforcementLevel.MANDATORY),
    StackValidationPolicy(
        "every", "compares", lambda args, report: report(shown(args.resources[0].props)), enforcement_level=EnforcementLevel.MANDATORY
    ),
])
PY
cat > "$work/ask.py" <<'PY'
import subprocess, sys
from importlib.metadata import version
import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as messages, analyzer_pb2_grpc

pack = subprocess.Popen([sys.executable, "-u", sys.argv[1], "engine"], stdout=subprocess.PIPE, text=True)
try:
    with grpc.insecure_channel(f"127.0.0.1:{pack.stdout.readline().strip()}") as channel:
        grpc.channel_ready_future(channel).result(30)
        analyzer, properties = analyzer_pb2_grpc.AnalyzerStub(channel), Struct()
        properties.update({"zones": ["a", "b"], "network": {"zones": ["a", "b"]}, "tags": {"team": "core"}, "port": 22})
        what = {"type": "example:index:Thing", "name": "thing", "properties": properties}
        what["urn"] = "urn:pulumi:stack::project::example:index:Thing::thing"
        [one] = analyzer.Analyze(messages.AnalyzeRequest(**what)).diagnostics
        [every] = analyzer.AnalyzeStack(messages.AnalyzeStackRequest(resources=[messages.AnalyzerResource(**what)])).diagnostics
finally:
    pack.kill()
print("pulumi-policy", version("pulumi-policy"), "protobuf", version("protobuf"))
seen = one.message.splitlines()[-1]
print(seen)
expected = "tags: True; zones: False; zones[:]: True; list(zones): True; network, which holds zones: False; port: 22.0"
sys.exit(0 if seen == every.message.splitlines()[-1] == expected else 1)
PY
"$work/venv/bin/python" "$work/ask.py" "$work/pack.py"
