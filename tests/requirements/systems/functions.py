"""Proofs that look at the functions of a stack's own: what each has, and what runs it."""

import json
import re
from typing import Any

import yaml

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, attached, document, granted, of, only, permissions

FUNCTION = "lambda_.Function"
DATADOG = "arn:aws:iam::464622532012:root"


def own(stack: Recording) -> list[RecordedResource]:
    """Those whose folder is their archive; the others are the platform's helpers."""
    return [each for each in of(stack, FUNCTION) if each["handler"] == "handler.handle"]


def whole(stack: Recording, count: int) -> None:
    """So many, each with a role, a log, an encrypted environment, a queue for what it failed on, and bounded tries."""
    found = own(stack)
    assert len(found) == count
    assert len({each["role"] for each in found}) == count
    logs = {each["name"]: each["kmsKeyId"] for each in of(stack, "cloudwatch.LogGroup")}
    bounded = {each["functionName"] for each in of(stack, "lambda_.FunctionEventInvokeConfig")}
    roles = {arn(each): each for each in of(stack, "iam.Role")}
    for each in found:
        log = f"/aws/lambda/{each['name']}"
        assert each["loggingConfig"] == {"logFormat": "Text", "logGroup": log}
        assert logs[log] == each["kmsKeyArn"]
        assert each["environment"]["variables"]["ENVIRONMENT"]
        assert each["name"] in bounded
        queue = each["deadLetterConfig"]["targetArn"]
        may = granted(permissions(stack, roles[each["role"]]))
        may.pop("s3:ListBucket", None)  # of those that measure a bucket
        assert may == {
            **{key: {f"{_log(each)}:*"} for key in ("logs:CreateLogStream", "logs:PutLogEvents")},
            "sqs:SendMessage": {queue},
            **{key: {each["kmsKeyArn"]} for key in ("kms:Decrypt", "kms:GenerateDataKey")},
            **{key: {"*"} for key in ("xray:PutTelemetryRecords", "xray:PutTraceSegments")},
        }


def _log(function: RecordedResource) -> str:
    return function.outputs["arn"].replace(":lambda:", ":logs:").replace(":function:", ":log-group:/aws/lambda/")


def runtimes(stack: Recording, node: int, python: int) -> None:
    """No older than these, and some of each."""
    found = [re.fullmatch(r"(nodejs|python3\.)(\d+)(\.x)?", each["runtime"]) for each in own(stack)]
    assert {each and each[1] for each in found} == {"nodejs", "python3."}
    for each in of(stack, FUNCTION):
        [family, number] = re.findall(r"nodejs|python3\.|\d+", each["runtime"])[:2]
        assert int(number) >= {"nodejs": node, "python3.": python}[family], each["runtime"]


def reserved(stack: Recording, total: int) -> None:
    """Of all functions together."""
    assert sum(each.inputs.get("reservedConcurrentExecutions") or 0 for each in of(stack, FUNCTION)) == total


def started(stack: Recording) -> None:
    """By one rule each, which may run it; and the buckets whose objects run one tell EventBridge of them."""
    rules = {each["name"]: each for each in of(stack, "cloudwatch.EventRule")}
    may = {(each["function"], each["sourceArn"]) for each in of(stack, "lambda_.Permission")}
    tell = {each["bucket"] for each in of(stack, "s3.BucketNotification") if each["eventbridge"]}
    for function in own(stack):
        targets = [each for each in of(stack, "cloudwatch.EventTarget") if each["arn"] == arn(function)]
        assert len(targets) == 1, function["name"]
        rule = rules[targets[0]["rule"]]
        assert (function["name"], arn(rule)) in may
        pattern = json.loads(rule.inputs.get("eventPattern") or "{}")
        assert bool(pattern) != bool(rule.inputs.get("scheduleExpression"))
        assert {*pattern.get("detail", {}).get("bucket", {}).get("name", ())} <= tell


def traced(stack: Recording, collector: str) -> None:
    """Every task has a collector, which may write traces, and hears of requests; every function is traced."""
    roles = {arn(each): each for each in of(stack, "iam.Role")}
    tasks = of(stack, "ecs.TaskDefinition")
    assert tasks
    for task in tasks:
        first, *others = json.loads(task["containerDefinitions"])
        [beside] = [each for each in others if each["image"].startswith(collector)]
        told = {each["name"]: each["value"] for each in beside["environment"]}
        pipeline = yaml.safe_load(told["AOT_CONFIG_CONTENT"])
        assert "awsxray" in pipeline["service"]["pipelines"]["traces"]["exporters"]
        listens = pipeline["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
        assert {
            "name": "OTEL_EXPORTER_OTLP_ENDPOINT",
            "value": f"http://{listens}".replace("127.0.0.1", "localhost"),
        } in first["environment"]
        assert pipeline["service"]["pipelines"]["traces"]["receivers"] == ["otlp"]
        assert (beside["readonlyRootFilesystem"], beside["user"], beside["essential"]) == (True, "1000", False)
        assert beside["healthCheck"]["command"] == ["CMD", "/healthcheck"]
        assert int(task["cpu"]) - first["cpu"] == beside["cpu"]
        assert int(task["memory"]) - first["memory"] == beside["memory"]
        may = granted(permissions(stack, roles[task["taskRoleArn"]]))
        assert may["xray:PutTraceSegments"] == may["xray:PutTelemetryRecords"] == {"*"}
    functions = of(stack, FUNCTION)
    assert functions
    assert [each["name"] for each in functions if each.inputs.get("tracingConfig") != {"mode": "Active"}] == []


def told_to_datadog(stack: Recording, site: str) -> None:
    """Datadog's account reads by a role with an external id, and changes nothing; collectors send traces and metrics
    to the site of the stack's region, with a key that is a secret. Where the stack file does not name it, nothing is.
    """
    role = only(each for each in of(stack, "iam.Role") if DATADOG in each["assumeRolePolicy"])
    trust = only(document(role["assumeRolePolicy"]))
    assert trust.principals == [("AWS", DATADOG)]
    assert trust.actions == ["sts:AssumeRole"]
    assert trust.condition == {"StringEquals": {"sts:ExternalId": "0123456789abcdef0123456789abcdef"}}
    may = granted(permissions(stack, role))
    assert {"cloudwatch:Get*", "cloudwatch:List*", "ecs:Describe*", "rds:Describe*", "tag:GetResources"} <= may.keys()
    assert not [each for each in may if not re.match(r"\w+:(Get|List|Describe|View|Lookup|BatchGet)", each)]
    assert attached(stack, role) == ["arn:aws:iam::aws:policy/SecurityAudit"]
    for beside, pipeline in collectors(stack):
        assert pipeline["exporters"]["datadog"] == {"api": {"site": site, "key": "${env:DD_API_KEY}"}}
        assert "datadog-api-key" in only(
            each["valueFrom"] for each in beside["secrets"] if each["name"] == "DD_API_KEY"
        )
        through = pipeline["service"]["pipelines"]
        assert "datadog" in through["traces"]["exporters"]
        assert through["metrics"]["receivers"] == ["otlp", "awsecscontainermetrics"]
        assert through["metrics"]["exporters"] == ["datadog"]


def collectors(stack: Recording) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The container beside each task's first one that takes its traces, and what it is told."""
    found = [
        (each, yaml.safe_load(variable["value"]))
        for task in of(stack, "ecs.TaskDefinition")
        for each in json.loads(task["containerDefinitions"])
        for variable in each["environment"]
        if variable["name"] == "AOT_CONFIG_CONTENT"
    ]
    assert len(found) == len(of(stack, "ecs.TaskDefinition")) > 0
    return found
