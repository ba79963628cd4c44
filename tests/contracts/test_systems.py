"""What holds of every system's stacks together: programs know none of them, and alarms watch what is there."""

import re
from pathlib import Path

import pytest

from tests.contracts.recordings import in_aws
from tests.stack_files import config
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, EVERY_STACK, ROOT, recorded

#: The folders of which no file may know a system.
PROGRAM = ("components", "settings", "functions", "policy/guard", "preview", "costs")
#: What says of which resource a metric is, and the input or output of that resource.
DIMENSIONS = {
    "RuleName": ("aws:cloudwatch/eventRule:EventRule", "name"),
    "TopicName": ("aws:sns/topic:Topic", "name"),
    "QueueName": ("aws:sqs/queue:Queue", "name"),
    "FunctionName": ("aws:lambda/function:Function", "name"),
    "ClusterName": ("aws:ecs/cluster:Cluster", "name"),
    "ServiceName": ("aws:ecs/service:Service", "name"),
    "DBInstanceIdentifier": ("aws:rds/instance:Instance", "identifier"),
    "LoadBalancer": ("aws:lb/loadBalancer:LoadBalancer", "arnSuffix"),
    "TargetGroup": ("aws:lb/targetGroup:TargetGroup", "arnSuffix"),
}
#: Namespaces of AWS's own metrics; those of the applications have dimensions of their own.
AWS_METRICS = re.compile(r"^(AWS|ECS)/")


def identities() -> set[str]:
    """What only one system is called or has: projects, domains, buckets, zones and addresses of its stack files."""
    found = {file.parent.name for file in BLUEPRINTS.glob("*/Pulumi.yaml")}
    for stack in BLUEPRINT_STACKS:
        tables = config(stack)
        found |= {tables.get("cloudplatform:project", "")} | {tables.get("cloudplatform:dns", {}).get("domain", "")}
        found |= {row.get("name", "") for row in tables.get("cloudplatform:buckets", {}).values()}
        found |= {*tables.get("cloudplatform:alerts", {}).get("critical", ())}
    return {each for each in found if each and not each.startswith("example.")}


def test_no_program_knows_a_system() -> None:
    """Neither the name nor an identity of any of the four stands in a program, a comment or a message."""
    words = identities()
    assert {"afric-analyzer", "siem", "web-platform", "club-app", "techcorp", "desh.co", "techcorp-logs"} <= words
    pattern = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, sorted(words)))})(?![\w-])")
    files = [file for folder in PROGRAM for file in sorted((ROOT / folder).rglob("*.py"))]
    assert len(files) > 300
    assert {_place(file): found for file in files if (found := set(pattern.findall(file.read_text())))} == {}


def _place(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_alarms_watch_what_is_there(stack: str) -> None:
    """Each dimension of an alarm on AWS's own metrics is the name of a resource of the stack."""
    recording = recorded(stack, True)
    there = {
        dimension: {each.inputs.get(name) or each.outputs.get(name) for each in recording.of(token)}
        for dimension, (token, name) in DIMENSIONS.items()
    }
    alarms = [each for each in in_aws(recording) if each.type == "aws:cloudwatch/metricAlarm:MetricAlarm"]
    assert alarms or stack == "web-platform/global"
    wrong: list[str] = []
    for alarm in alarms:
        dimensions: dict[str, str] = alarm.inputs.get("dimensions") or {}
        if AWS_METRICS.match(alarm.inputs.get("namespace", "")):
            wrong += [
                f"{alarm.name}: {key} {word}" for key, word in dimensions.items() if word not in there.get(key, {word})
            ]
    assert wrong == []
