#!/usr/bin/env bash
# Pulumi's AWS SDK has the load balancer of EC2 twice: six classes each in `aws.alb` and `aws.lb`, with the same inputs, neither
# deprecated, which looks like a module by two names. But they register two types, and no alias leads from one to the other: each
# class aliases a type of long ago that no class has any more. So to turn to the other import is to Pulumi to delete six resources
# and to create six. Twins of S3 are aliased, one way: from BucketVersioningV2 to BucketVersioning. The V2 aliases itself.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check --no-compile pulumi==3.272.0 pulumi-aws==7.51.1
cat > "$work/twins.py" <<'PY'
import inspect, sys, warnings
from importlib.metadata import version
import pulumi
warnings.simplefilter("ignore")
import pulumi_aws as aws
from pulumi.runtime.mocks import MockMonitor

TWINS = {
    "LoadBalancer": {}, "TargetGroup": {},
    "Listener": {"load_balancer_arn": "arn", "default_actions": []},
    "ListenerCertificate": {"listener_arn": "arn", "certificate_arn": "arn"},
    "ListenerRule": {"listener_arn": "arn", "actions": [], "conditions": []},
    "TargetGroupAttachment": {"target_group_arn": "arn", "target_id": "10.0.0.1"},
}

class Answers(pulumi.runtime.Mocks):
    def new_resource(self, args): return f"{args.name}-id", args.inputs
    def call(self, args): return {}

class Engine(MockMonitor):
    def RegisterResource(self, request):
        if request.custom: aliases[request.type] = {alias.spec.type for alias in request.aliases}
        return super().RegisterResource(request)

def inputs(module, name): return inspect.signature(getattr(module, f"{name}Args")).parameters.keys()

@pulumi.runtime.test
def program():
    for name, given in TWINS.items():
        for module in (aws.alb, aws.lb): getattr(module, name)(f"{name}-{module.__name__}", **given)
    for kind in (aws.s3.BucketVersioning, aws.s3.BucketVersioningV2):
        kind(kind.__name__, bucket="bucket", versioning_configuration={"status": "Enabled"})

aliases, answers = {}, Answers()
pulumi.runtime.set_mocks(answers, monitor=Engine(answers))
program()
print("pulumi-aws", version("pulumi-aws"))
same = [name for name in TWINS if inputs(aws.alb, name) == inputs(aws.lb, name)]
print("the same inputs:", *same)
balancers = {kind: names for kind, names in aliases.items() if ":s3/" not in kind}
for kind, names in sorted(aliases.items()): print(kind, "< aliases", *names)
strangers = not any(names & aliases.keys() for names in balancers.values())
short, long = "aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"
sys.exit(0 if len(same) == 6 and len(balancers) == 12 and strangers and aliases[short] == aliases[long] == {long} else 1)
PY
"$work/venv/bin/python" "$work/twins.py" 2> /dev/null
