"""Proofs that look at the functions of a stack's own: what each has, and what runs it."""

import json
import re

import yaml

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import arn, granted, of, permissions

FUNCTION = "lambda_.Function"


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
        assert pipeline["service"]["pipelines"]["traces"]["exporters"] == ["awsxray"]
        listens = pipeline["receivers"]["otlp"]["protocols"]["http"]["endpoint"]
        assert {
            "name": "OTEL_EXPORTER_OTLP_ENDPOINT",
            "value": f"http://{listens}".replace("127.0.0.1", "localhost"),
        } in (first["environment"])
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
