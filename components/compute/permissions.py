"""What a service's code may do: the actions behind the words of its table, each on ARNs of the stack and no others."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from components.facts import Facts
from components.handles import NamedBucket
from components.iam import Statement, allow
from settings.tables.compute import ServiceTable
from settings.tables.permissions import ServiceBucketTable, ServiceDynamoTable

#: By the words of `may`.
ACTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "cache-login": ("elasticache:Connect",),
    "database-login": ("rds-db:connect",),
    "describe-database": ("rds:DescribeDBClusters", "rds:DescribeDBInstances"),
    "own-logs": ("logs:CreateLogStream", "logs:PutLogEvents"),
    "publish": ("sns:Publish",),
    # What the collector asks X-Ray for beside writing: which part of the requests is traced.
    "trace": (
        "xray:GetSamplingRules",
        "xray:GetSamplingTargets",
        "xray:PutTelemetryRecords",
        "xray:PutTraceSegments",
    ),
    "use-key": ("kms:Decrypt", "kms:DescribeKey"),
}
OBJECTS: Final = {"get": "s3:GetObject", "put": "s3:PutObject", "delete": "s3:DeleteObject"}
ITEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "read": ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"),
    "write": ("dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"),
}


def objects(tables: Mapping[str, ServiceBucketTable], buckets: Mapping[str, NamedBucket]) -> list[Statement]:
    """A statement for the buckets with which the same may be done; both by word."""
    return _grouped(
        ([OBJECTS[each] for each in table.may], f"{buckets[word].arn}/{table.prefix or ''}*")
        for word, table in tables.items()
    )


def items(tables: Mapping[str, ServiceDynamoTable], arns: Mapping[str, str]) -> list[Statement]:
    """A statement for the tables with whose items the same may be done; both by word."""
    return _grouped(
        ([action for each in table.may for action in ITEMS[each]], arns[word]) for word, table in tables.items()
    )


def shells(facts: Facts, log: str) -> list[Statement]:
    """What AWS's agent in a container needs for a shell, and for the log group with that name."""
    channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
    return [
        allow([f"ssmmessages:{action}" for action in channels], ["*"]),  # they are of no resource
        allow(["logs:DescribeLogGroups"], [facts.log_group("*")]),
        allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], [f"{facts.log_group(log)}:*"]),
    ]


def tells(table: ServiceTable, facts: Facts) -> Iterator[tuple[str, Statement]]:
    """What a service tells under its own name alone: its metrics and its events; each with a word for its policy."""
    if table.metrics:
        condition = {"StringEquals": {"cloudwatch:namespace": table.metrics}}
        yield "task-metrics", allow(["cloudwatch:PutMetricData"], ["*"], condition=condition)
    if table.emits:
        condition = {"StringEquals": {"events:source": table.emits}}
        yield "task-events", allow(["events:PutEvents"], [facts.event_bus], condition=condition)


def _grouped(wanted: Iterable[tuple[Sequence[str], str]]) -> list[Statement]:
    """Statements from actions and an ARN each, one for all that have the same actions."""
    found: dict[tuple[str, ...], list[str]] = {}
    for actions, arn in wanted:
        found.setdefault(tuple(sorted(actions)), []).append(arn)
    return [allow(actions, arns) for actions, arns in found.items()]
