"""CP-LOG: the log groups, and what is counted and asked of the application's."""

from functools import cache

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import GONE, Breach, Mutation, add, change, detach, drop, merged, noticed
from tests.requirements.expected import ACCOUNT, REGION, environments, requirement, stacks
from tests.requirements.reading import arn, at, document, granted, key, of, of_bucket, one, only, permissions, role
from tests.stack_files import changed

RETENTION = {"dev": 30, "staging": 30, "prod": 90}


@requirement("CP-LOG-01")
@environments
def test_the_application_group(platform: Recording, stack: str) -> None:
    assert at(platform, "cloudwatch.LogGroup", name=f"/ecs/{stack}/fastapi")


@requirement("CP-LOG-02")
@environments
def test_retention(platform: Recording, stack: str) -> None:
    assert at(platform, "cloudwatch.LogGroup", name=f"/ecs/{stack}/fastapi")["retentionInDays"] == RETENTION[stack]
    assert all(each.inputs.get("retentionInDays", 0) > 0 for each in of(platform, "cloudwatch.LogGroup"))


@requirement("CP-LOG-03")
@environments
def test_the_database_group_is_there_before_the_database(platform: Recording, stack: str) -> None:
    """Otherwise RDS makes the group itself, unencrypted and kept for ever."""
    database = one(platform, "rds.Instance")
    group = at(platform, "cloudwatch.LogGroup", name=f"/aws/rds/instance/cloudplatform-{stack}-rds-postgres/postgresql")
    assert database["identifier"] == f"cloudplatform-{stack}-rds-postgres"
    assert group["retentionInDays"] > 0
    assert group.urn in database.dependencies


@requirement("CP-LOG-05")
@environments
def test_the_flow_log_group(platform: Recording, stack: str) -> None:
    destination = one(platform, "ec2.FlowLog")["logDestination"]
    group = only(each for each in of(platform, "cloudwatch.LogGroup") if arn(each) == destination)
    assert group["retentionInDays"] > 0


@requirement("CP-LOG-06")
@stacks
def test_groups_are_encrypted_with_the_stacks_key(platform: Recording, stack: str) -> None:
    """And the key lets CloudWatch Logs use it, for log groups of this account only."""
    found = of(platform, "cloudwatch.LogGroup")
    assert len(found) >= (3 if stack == "shared" else 5)
    assert {each.inputs.get("kmsKeyId") for each in found} <= {arn(key(platform))}
    service = ("Service", f"logs.{REGION}.amazonaws.com")
    statement = only(each for each in document(key(platform)["policy"]) if service in each.principals)
    assert statement.allows
    assert {"kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*"} <= set(statement.actions)
    of_account = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*"
    assert statement.condition == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": of_account}}


def counter(platform: Recording, stack: str, metric: str) -> RecordedResource:
    """The metric filter on the application's log that feeds a metric of its own."""
    filters = [
        each for each in of(platform, "cloudwatch.LogMetricFilter") if each["logGroupName"] == f"/ecs/{stack}/fastapi"
    ]
    return only(each for each in filters if each["metricTransformation"]["name"] == metric)


@requirement("CP-LOG-07")
@environments
def test_error_lines_are_counted(platform: Recording, stack: str) -> None:
    errors = counter(platform, stack, "Errors")
    assert (errors["pattern"], errors["metricTransformation"]["value"]) == ("ERROR", "1")


@requirement("CP-LOG-08")
@environments
def test_the_latency_is_read_from_its_field(platform: Recording, stack: str) -> None:
    """A number in JSON (C-41): the pattern is on the field whose value is taken."""
    latency = counter(platform, stack, "Latency")
    assert latency["metricTransformation"]["value"] == "$.duration_ms"
    assert latency["pattern"] == "{ $.duration_ms >= 0 }"
    assert latency["metricTransformation"]["unit"] == "Milliseconds"
    assert "defaultValue" not in latency["metricTransformation"], "a minute without requests is not one of 0 ms"


@requirement("CP-LOG-09")
@environments
def test_requests_are_counted(platform: Recording, stack: str) -> None:
    requests = counter(platform, stack, "Requests")
    assert (requests["pattern"], requests["metricTransformation"]["value"]) == ('"Request completed"', "1")


QUERIES = {
    "CP-LOG-10": (
        "error-analysis",
        [
            "fields @timestamp, @message",
            "filter @message like /ERROR/",
            """parse @message '"path": "*"' as endpoint""",
            "stats count() as errors by endpoint",
            "sort errors desc",
            "limit 10",
        ],
    ),
    "CP-LOG-11": (
        "slow-requests",
        [
            "fields @timestamp, @message",
            "filter @message like /Request completed/",
            "parse @message 'duration=*ms' as duration",
            "filter duration > 1000",
            "stats count() as slow_requests, avg(duration) as avg_duration by bin(5m)",
        ],
    ),
    "CP-LOG-12": (
        "request-volume-by-status",
        [
            "fields @timestamp, @message",
            "filter @message like /Request completed/",
            "parse @message 'status=*' as status",
            "stats count() as requests by status",
        ],
    ),
}


@environments
@pytest.mark.parametrize(
    ("name", "clauses"), [pytest.param(*row, marks=requirement(id_), id=id_) for id_, row in QUERIES.items()]
)
def test_a_saved_query(platform: Recording, stack: str, name: str, clauses: list[str]) -> None:
    """On the application's log, with these clauses in this order."""
    query = at(platform, "cloudwatch.QueryDefinition", name=f"cloudplatform-{stack}-query-fastapi-{name}")
    assert query["logGroupNames"] == [f"/ecs/{stack}/fastapi"]
    assert [part.strip() for part in query["queryString"].split("\n|")] == clauses


@cache
def archived(stack: str) -> Recording:
    return changed(stack, lambda config: config["cloudplatform:services"]["fastapi"].update(archive="logs"))


def assert_archived(option: Recording, stack: str) -> None:
    """Every line of the application goes to the logs' bucket, encrypted on the way and there; Glacier takes it after 90
    days, and nothing deletes it."""
    subscription = one(option, "cloudwatch.LogSubscriptionFilter")
    stream = one(option, "kinesis.FirehoseDeliveryStream")
    assert (subscription["logGroup"], subscription["filterPattern"]) == (f"/ecs/{stack}/fastapi", "")
    assert subscription["destinationArn"] == arn(stream)
    sends = granted(permissions(option, role(option, subscription["roleArn"])))
    assert sends.keys() == {"firehose:PutRecord", "firehose:PutRecordBatch"}
    assert set().union(*sends.values()) == {f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/{stream['name']}"}
    assert stream["serverSideEncryption"] == {
        "enabled": True,
        "keyType": "CUSTOMER_MANAGED_CMK",
        "keyArn": arn(key(option)),
    }
    target = stream["extendedS3Configuration"]
    bucket = at(option, "s3.Bucket", bucket=f"cloudplatform-{stack}-logs")
    assert (target["bucketArn"], target["kmsKeyArn"]) == (arn(bucket), arn(key(option)))
    rights = granted(permissions(option, role(option, target["roleArn"])))
    assert f"{arn(bucket)}/{target['prefix']}*" in rights["s3:PutObject"]
    assert all(where.startswith(f"{arn(bucket)}/archive") for where in rights["s3:PutObject"])
    assert rights["kms:GenerateDataKey"] == {arn(key(option))}
    life = only(of_bucket(option, "s3.BucketLifecycleConfiguration", bucket)["rules"])
    assert (life["filter"], life["status"]) == ({"prefix": ""}, "Enabled")
    assert life["transitions"] == [{"days": 90, "storageClass": "GLACIER"}]
    assert "expiration" not in life
    assert any("subscription-send" in urn for urn in subscription.dependencies)


@requirement("CP-LOG-13")
@environments
def test_the_log_may_be_archived(platform: Recording, stack: str) -> None:
    assert of(platform, "cloudwatch.LogSubscriptionFilter") == of(platform, "kinesis.FirehoseDeliveryStream") == []
    assert_archived(archived(stack), stack)


@pytest.mark.parametrize(
    "breach",
    [
        change("cloudwatch.LogSubscriptionFilter", filterPattern="ERROR"),
        change("cloudwatch.LogSubscriptionFilter", logGroup="/ecs/dev/other"),
        change("kinesis.FirehoseDeliveryStream", serverSideEncryption={"enabled": False}),
        change("kinesis.FirehoseDeliveryStream", extendedS3Configuration=merged(bucketArn="arn:aws:s3:::other")),
        change("kinesis.FirehoseDeliveryStream", extendedS3Configuration=merged(kmsKeyArn="alias/aws/s3")),
        change("s3.BucketLifecycleConfiguration", "logs-", rules=lambda old: [{**old[0], "transitions": []}]),
        change("iam.RolePolicy", "delivery-write", policy='{"Statement": []}'),
        detach("cloudwatch.LogSubscriptionFilter", "", "subscription-send"),
        drop("cloudwatch.LogSubscriptionFilter"),
    ],
)
def test_a_wrong_archive_is_seen(breach: Mutation) -> None:
    """The option can fail its proof too."""
    with pytest.raises((AssertionError, KeyError)):
        assert_archived(breach(archived("dev")), "dev")


FILTER, QUERY = "cloudwatch.LogMetricFilter", "cloudwatch.QueryDefinition"

BREACHES = [
    Breach(
        "CP-LOG-01",
        test_the_application_group,
        change("cloudwatch.LogGroup", "service-fastapi", name="/ecs/fastapi"),
    ),
    Breach("CP-LOG-02", test_retention, change("cloudwatch.LogGroup", "flow-logs", retentionInDays=GONE)),
    Breach(
        "CP-LOG-03",
        test_the_database_group_is_there_before_the_database,
        detach("rds.Instance", "", "database-log"),
    ),
    Breach("CP-LOG-05", test_the_flow_log_group, drop("cloudwatch.LogGroup", "flow-logs")),
    Breach(
        "CP-LOG-06",
        test_groups_are_encrypted_with_the_stacks_key,
        change("cloudwatch.LogGroup", "database", kmsKeyId=GONE),
    ),
    Breach(
        "CP-LOG-06",
        test_groups_are_encrypted_with_the_stacks_key,
        change(
            "kms.Key", policy=lambda old: old.replace("us-east-1.amazonaws.com", "eu-west-1.amazonaws.com")
        ),
        "shared",
    ),
    Breach("CP-LOG-07", test_error_lines_are_counted, drop(FILTER, "errors")),
    Breach("CP-LOG-08", test_the_latency_is_read_from_its_field,
           change(FILTER, "latency", metricTransformation=merged(value="1"))),
    Breach("CP-LOG-09", test_requests_are_counted, change(FILTER, "requests", logGroupName="/ecs/dev/other")),
    Breach("CP-LOG-13", test_the_log_may_be_archived, add("cloudwatch.LogSubscriptionFilter", name="early")),
    Breach("CP-LOG-13", test_the_log_may_be_archived, add("kinesis.FirehoseDeliveryStream", name="x"), "prod"),
    *(
        Breach(id_, test_a_saved_query, change(QUERY, name, queryString=" | ".join(reversed(clauses))),
               more={"name": name, "clauses": clauses})
        for id_, (name, clauses) in QUERIES.items()
    ),
]  # fmt: skip

test_breaches = noticed(BREACHES)
