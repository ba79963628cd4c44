#!/usr/bin/env bash
# A policy of Pulumi's Python SDK that reads what a preview cannot know yet is stopped: validating raises UnknownValueError.
# Remediating reads the same property as a text of 36 characters, the engine's placeholder, and writes that into the inputs:
# the table that keeps secrets for it is no dict, and the check for unknown values wraps dicts and lists alone.
# The SDK has a message for the case ("can't run remediation … during preview"), which such a reading never brings about.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi-policy==1.21.0 pulumi==3.272.0 grpcio==1.85.3 protobuf==5.29.6
cat > "$work/pack.py" <<'PY'
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

def validate(args, report): report("its name is " + args.props["name"])
def remediate(args): return {**args.props, "label": "of " + args.props["name"]}

PolicyPack("pack", [
    ResourceValidationPolicy("judged", "reads", validate, enforcement_level=EnforcementLevel.MANDATORY),
    ResourceValidationPolicy("mended", "reads and writes", remediate=remediate, enforcement_level=EnforcementLevel.REMEDIATE),
])
PY
cat > "$work/ask.py" <<'PY'
import subprocess, sys
from importlib.metadata import version
import grpc
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # how the engine sends what is not known yet
pack = subprocess.Popen([sys.executable, "-u", sys.argv[1], "engine"], stdout=subprocess.PIPE, text=True)
try:
    with grpc.insecure_channel(f"127.0.0.1:{pack.stdout.readline().strip()}") as channel:
        grpc.channel_ready_future(channel).result(30)
        analyzer, properties = analyzer_pb2_grpc.AnalyzerStub(channel), Struct()
        properties.update({"name": UNKNOWN})
        urn = "urn:pulumi:stack::project::example:index:Thing::thing"
        request = analyzer_pb2.AnalyzeRequest(type="example:index:Thing", name="thing", urn=urn, properties=properties)
        [judged] = analyzer.Analyze(request).diagnostics
        [mended] = analyzer.Remediate(request).remediations
finally:
    pack.kill()
label = mended.properties["label"]
print("pulumi-policy", version("pulumi-policy"), "pulumi", version("pulumi"))
print("validated:", judged.message)
print("remediated: label =", repr(label), "| diagnostic =", repr(mended.diagnostic))
sys.exit(0 if "string value at .name can't be known" in judged.message and label == f"of {UNKNOWN}" and not mended.diagnostic else 1)
PY
"$work/venv/bin/python" "$work/ask.py" "$work/pack.py"
