#!/usr/bin/env bash
# In Pulumi's Python SDK the same word works in one option and names nothing in the next: `ignore_changes`, `replace_on_changes`
# and `additional_secret_outputs` turn override_special into the provider's overrideSpecial, while `hide_diffs` sends it as it is.
# A function that moves from the older `transformations` to `transforms` meets the provider's names instead of
# Python's: what it sets as before becomes a second property beside the first, and its ignore_changes goes out untranslated.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check pulumi==3.272.0 pulumi-random==4.21.4 grpcio==1.85.3 protobuf==5.29.6
cat > "$work/names.py" <<'PY'
import grpc, pulumi, pulumi_random
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.proto import callback_pb2, callback_pb2_grpc, resource_pb2

class Answers(pulumi.runtime.Mocks):
    def new_resource(self, args): return "id", args.inputs
    def call(self, args): return {}

class Engine(MockMonitor):
    """What the engine is sent; like the engine it calls back the program's transforms."""

    def RegisterResource(self, request):
        if request.custom:
            sent.append(("ignore_changes", [*request.ignoreChanges]))
            sent.append(("replace_on_changes", [*request.replaceOnChanges]))
            sent.append(("additional_secret_outputs", [request.additionalSecretOutputs[0]]))
            sent.append(("hide_diffs", [*request.hideDiffs]))
            [transform] = request.transforms
            with grpc.insecure_channel(transform.target) as channel:
                asked = resource_pb2.TransformRequest(type=request.type, name=request.name, custom=True, properties=request.object)
                asked = callback_pb2.CallbackInvokeRequest(token=transform.token, request=asked.SerializeToString())
                answer = callback_pb2_grpc.CallbacksStub(channel).Invoke(asked).response
            answer = resource_pb2.TransformResponse.FromString(answer)
            sent.append(("transforms return", sorted(answer.properties)))
            sent.append(("its ignore_changes", [*answer.options.ignore_changes]))
        return super().RegisterResource(request)

def before(args):
    sent.append(("transformations see", sorted(name for name in args.props if name.startswith("override"))))

def after(args):
    sent.append(("transforms see", sorted(args.props)))
    return pulumi.ResourceTransformResult({**args.props, "override_special": "!"}, pulumi.ResourceOptions(ignore_changes=words))

@pulumi.runtime.test
def program():
    options = dict.fromkeys(("ignore_changes", "replace_on_changes", "additional_secret_outputs", "hide_diffs"), words)
    options = pulumi.ResourceOptions(**options, transformations=[before], transforms=[after])
    return pulumi_random.RandomPassword("word", length=20, override_special="#", opts=options).urn

words, sent, answers = ["override_special"], [], Answers()
pulumi.runtime.set_mocks(answers, monitor=Engine(answers))
program()
for what, names in sent: print(f"{what}: {', '.join(names)}")
PY
"$work/venv/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -E "^pulumi(_random)? "
"$work/venv/bin/python" "$work/names.py" | tee "$work/found"
diff "$work/found" - <<'TEXT'
transformations see: override_special
ignore_changes: overrideSpecial
replace_on_changes: overrideSpecial
additional_secret_outputs: overrideSpecial
hide_diffs: override_special
transforms see: length, overrideSpecial
transforms return: length, overrideSpecial, override_special
its ignore_changes: override_special
TEXT
