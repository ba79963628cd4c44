#!/usr/bin/env bash
# Pulumi's Python SDK for policy packs turns a resource from protobuf into Python once for each policy that is asked about it, not
# once: 20 policies of resources and 20 of the stack convert 50 resources 2,000 times, and their provider as often again, though
# it is the same one for all. A policy that only looks at another type pays too; policies that are off do not.
# A cache by identity never hits either: each policy of the stack gets other objects for the same resources.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi-policy==1.21.0 pulumi==3.272.0 grpcio==1.85.3 protobuf==5.29.6
cat > "$work/pack.py" <<'PY'
from google.protobuf import json_format
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy

convert, converted, stacks = json_format.MessageToDict, [], []

def counted(message, *options, **named):
    converted.append(message)
    return convert(message, *options, **named)

json_format.MessageToDict = counted

def ignores(args, report): pass
def keeps(args, report): stacks.append(args.resources)
def says(args, report): report(f"{len(converted)} {len({id(one.props) for stack in [*stacks, args.resources] for one in stack})}")

on, off = EnforcementLevel.MANDATORY, EnforcementLevel.DISABLED
PolicyPack("pack", [
    *(ResourceValidationPolicy(f"one-{number}", "counts", ignores, enforcement_level=on) for number in range(20)),
    *(StackValidationPolicy(f"all-{number}", "counts", keeps, enforcement_level=on) for number in range(19)),
    *(StackValidationPolicy(f"off-{number}", "counts", ignores, enforcement_level=off) for number in range(20)),
    StackValidationPolicy("last", "counts", says, enforcement_level=on),
])
PY
cat > "$work/ask.py" <<'PY'
import subprocess, sys
from importlib.metadata import version
import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2 as messages, analyzer_pb2_grpc

RESOURCES, URN = 50, "urn:pulumi:stack::project::example:index:Thing::thing"
pack = subprocess.Popen([sys.executable, "-u", sys.argv[1], "engine"], stdout=subprocess.PIPE, text=True)
try:
    with grpc.insecure_channel(f"127.0.0.1:{pack.stdout.readline().strip()}") as channel:
        grpc.channel_ready_future(channel).result(30)
        analyzer, properties = analyzer_pb2_grpc.AnalyzerStub(channel), Struct()
        properties.update({"tags": {"team": "core"}})
        provider = messages.AnalyzerProviderResource(type="pulumi:providers:example", name="default", urn="urn:provider")
        provider.properties.update({"region": "here"})
        what = {"type": "example:index:Thing", "properties": properties, "provider": provider}
        for number in range(RESOURCES):
            analyzer.Analyze(messages.AnalyzeRequest(**what, name=f"thing-{number}", urn=f"{URN}-{number}"))
        stack = [messages.AnalyzerResource(**what, name=f"thing-{number}", urn=f"{URN}-{number}") for number in range(RESOURCES)]
        [found] = analyzer.AnalyzeStack(messages.AnalyzeStackRequest(resources=stack)).diagnostics
finally:
    pack.kill()
conversions, objects = map(int, found.message.splitlines()[-1].split())
print("pulumi-policy", version("pulumi-policy"), "|", RESOURCES, "resources of one provider, 20 + 20 policies:", conversions, "conversions")
print("tables of properties that the 20 policies of the stack were shown:", objects)
sys.exit(0 if (conversions, objects) == (4000, 1000) else 1)
PY
"$work/venv/bin/python" "$work/ask.py" "$work/pack.py"
