"""CP-AUTO, CP-SEC and CP-LOG: the functions, what runs them, and what each may do.

What a handler does is proven in tests/functions, whose tests carry the same ids: a requirement with both kinds of test
is proven only where both pass.
"""

import json
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import GONE, Breach, Mutation, add, change, drop, noticed, statement
from tests.requirements.expected import ACCOUNT, REGION, environments, requirement, shared
from tests.requirements.lambdas import ANYWHERE, FUNCTION, PERMISSION, RULE, TARGET, variables
from tests.requirements.reading import (
    Statement,
    arn,
    at,
    granted,
    groups,
    ids,
    of,
    one,
    only,
    permissions,
    role,
    secret,
    subnets,
)

dev = pytest.mark.parametrize("stack", ["dev"])
prod = pytest.mark.parametrize("stack", ["prod"])
always_on = pytest.mark.parametrize("stack", ["staging", "prod"])


def function(platform: Recording, word: str) -> RecordedResource:
    return only(each for each in of(platform, "lambda_.Function") if each["name"].endswith(word))


def may(platform: Recording, word: str) -> dict[str, set[str]]:
    """The resources on which a function's role allows each action."""
    return granted(rights(platform, word))


def rights(platform: Recording, word: str) -> list[Statement]:
    return permissions(platform, role(platform, function(platform, word)["role"]))


def assert_runs(platform: Recording, rule: str, word: str) -> None:
    """A rule has the function as its target, and the leave to run it for this rule alone."""
    source, runs = at(platform, "cloudwatch.EventRule", name=rule), function(platform, word)
    targets = [each["arn"] for each in of(platform, "cloudwatch.EventTarget") if each["rule"] == rule]
    assert arn(runs) in targets
    permission = at(platform, "lambda_.Permission", sourceArn=arn(source))
    assert (permission["principal"], permission["action"], permission["function"]) == (
        "events.amazonaws.com",
        "lambda:InvokeFunction",
        runs["name"],
    )
    assert "sourceAccount" not in permission.inputs  # EventBridge sends none: it would run nothing


def assert_scales(platform: Recording, word: str, call: str, schedule: str) -> None:
    """The function knows the service and the database of its stack, and may change these two alone."""
    database, service = one(platform, "rds.Instance"), one(platform, "ecs.Service")
    cluster = one(platform, "ecs.Cluster")
    given = variables(function(platform, word))
    assert (given["DATABASE"], given["CLUSTER"]) == (database["identifier"], cluster["name"])
    assert json.loads(given["SERVICES"]) == {service["name"]: 1}
    allowed = may(platform, word)
    assert allowed[call] == {arn(database)}
    assert allowed["ecs:UpdateService"] == {
        f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/{cluster['name']}/{service['name']}"
    }
    target = f"arn:aws:application-autoscaling:{REGION}:{ACCOUNT}:scalable-target/*"
    assert allowed["application-autoscaling:RegisterScalableTarget"] == {target}
    assert "desiredCount" in service.options.ignore_changes, "an update must not undo what the functions do (N-16)"
    assert at(platform, "cloudwatch.EventRule", scheduleExpression=schedule)["state"] == "ENABLED"


@requirement("CP-AUTO-01")
@dev
def test_the_function_that_stops_dev(platform: Recording, stack: str) -> None:
    assert_scales(platform, "scale-down-dev", "rds:StopDBInstance", "cron(0 1 ? * TUE-SAT *)")
    assert "rds:StartDBInstance" not in may(platform, "scale-down-dev")


@requirement("CP-AUTO-02")
@dev
def test_the_function_that_starts_dev(platform: Recording, stack: str) -> None:
    assert_scales(platform, "scale-up-dev", "rds:StartDBInstance", "cron(0 13 ? * MON-FRI *)")
    assert "rds:StopDBInstance" not in may(platform, "scale-up-dev")


@requirement("CP-AUTO-05")
@dev
def test_dev_stops_at_20_00_est(platform: Recording, stack: str) -> None:
    """On the evenings of Monday to Friday, which are Tuesday to Saturday in UTC (C-09)."""
    rule = at(platform, "cloudwatch.EventRule", name="dev-scale-down")
    assert rule["scheduleExpression"] == "cron(0 1 ? * TUE-SAT *)"
    assert_runs(platform, "dev-scale-down", "scale-down-dev")


@requirement("CP-AUTO-06")
@dev
def test_dev_starts_at_08_00_est(platform: Recording, stack: str) -> None:
    rule = at(platform, "cloudwatch.EventRule", name="dev-scale-up")
    assert rule["scheduleExpression"] == "cron(0 13 ? * MON-FRI *)"
    assert_runs(platform, "dev-scale-up", "scale-up-dev")


@requirement("CP-AUTO-09")
@always_on
def test_staging_and_prod_never_stop(platform: Recording, stack: str) -> None:
    assert not [each["name"] for each in of(platform, "lambda_.Function") if "scale-" in each["name"]]
    assert not [each.urn for each in of(platform, "cloudwatch.EventRule") if "scheduleExpression" in each.inputs]
    assert of(platform, "scheduler.Schedule") == of(platform, "appautoscaling.ScheduledAction") == []


@requirement("CP-AUTO-03")
@environments
def test_slack_hears_of_alerts(platform: Recording, stack: str) -> None:
    """All three topics run the function, each with its leave; its role reads the one secret."""
    notifier = function(platform, "slack-notifier")
    topics = {arn(each) for each in of(platform, "sns.Topic")}
    subscribed = [each for each in of(platform, "sns.TopicSubscription") if each["protocol"] == "lambda"]
    assert {each["topic"] for each in subscribed} == topics
    assert {each["endpoint"] for each in subscribed} == {arn(notifier)}
    leaves = [each for each in of(platform, "lambda_.Permission") if each["function"] == notifier["name"]]
    assert {each["sourceArn"] for each in leaves} == topics
    assert {each["principal"] for each in leaves} == {"sns.amazonaws.com"}
    webhook = arn(secret(platform, f"/{stack}/monitoring/slack-webhook"))
    assert variables(notifier) == {"WEBHOOK_SECRET": webhook}
    secrets = {action: on for action, on in may(platform, "slack-notifier").items() if "secretsmanager" in action}
    assert secrets == {"secretsmanager:GetSecretValue": {webhook}}


@requirement("CP-SEC-05")
@environments
def test_the_slack_webhook(platform: Recording, stack: str) -> None:
    """Somebody writes its URL later; the function alone may read it."""
    webhook = arn(secret(platform, f"/{stack}/monitoring/slack-webhook"))
    readers = [
        arn(each)
        for each in of(platform, "iam.Role")
        if webhook in granted(permissions(platform, each)).get("secretsmanager:GetSecretValue", set())
    ]
    assert readers == [function(platform, "slack-notifier")["role"]]


#: What the response may do, and no more.
REMEDIES = {
    "ec2:CreateTags", "ec2:ModifyNetworkInterfaceAttribute", "ec2:CreateSecurityGroup",
    "ec2:RevokeSecurityGroupEgress", "ec2:RevokeSecurityGroupIngress", "ecs:DescribeTasks", "ecs:StopTask",
    "ecs:ListTasks", "ecs:TagResource", "s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "sns:Publish",
}  # fmt: skip


RUNNING = {"logs:CreateLogStream", "logs:PutLogEvents", "sqs:SendMessage", "kms:Decrypt", "kms:GenerateDataKey"}


@requirement("CP-AUTO-04")
@shared
def test_the_response_alerts_and_may_do_what_it_does(platform: Recording, stack: str) -> None:
    critical = arn(at(platform, "sns.Topic", name="shared-critical-alerts"))
    assert variables(function(platform, "auto-remediate"))["ALERT_TOPIC"] == critical
    allowed = may(platform, "auto-remediate")
    assert allowed.keys() - RUNNING - ANYWHERE == REMEDIES
    assert allowed["sns:Publish"] == {critical}


def pattern(platform: Recording, rule: str) -> dict[str, Any]:
    return json.loads(at(platform, "cloudwatch.EventRule", name=rule)["eventPattern"])


@requirement("CP-AUTO-07", "CP-AUTO-10")
@shared
def test_a_grave_finding_is_answered(platform: Recording, stack: str) -> None:
    """What the function does with it is proven by its own tests; here, that it gets it and may do it."""
    assert pattern(platform, "guardduty-findings") == {
        "source": ["aws.guardduty"],
        "detail-type": ["GuardDuty Finding"],
        "detail": {"severity": [{"numeric": [">=", 7]}]},
    }
    assert_runs(platform, "guardduty-findings", "auto-remediate")
    allowed = may(platform, "auto-remediate")
    assert allowed["ecs:StopTask"] == {f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/cloudplatform-*/*"}
    assert allowed["ec2:ModifyNetworkInterfaceAttribute"] == {
        f"arn:aws:ec2:{REGION}:{ACCOUNT}:{part}/*" for part in ("network-interface", "security-group")
    }


@requirement("CP-AUTO-12")
@shared
def test_a_public_bucket_is_answered(platform: Recording, stack: str) -> None:
    """At the call that opens it, and when AWS Config finds it open."""
    call = pattern(platform, "bucket-opened")
    assert (call["source"], call["detail-type"]) == (["aws.s3"], ["AWS API Call via CloudTrail"])
    assert {*call["detail"]["eventName"]} == {
        "DeleteBucketPublicAccessBlock", "PutBucketAcl", "PutBucketPolicy", "PutBucketPublicAccessBlock"
    }  # fmt: skip
    found = pattern(platform, "bucket-public")
    assert found["source"] == ["aws.config"]
    assert found["detail"]["configRuleName"] == ["s3-bucket-public-read-prohibited"]
    for rule in ("bucket-opened", "bucket-public"):
        assert_runs(platform, rule, "auto-remediate")
    assert may(platform, "auto-remediate")["s3:PutBucketPublicAccessBlock"] == {"arn:aws:s3:::cloudplatform-*"}


@requirement("CP-AUTO-13")
@shared
def test_an_opened_group_is_answered(platform: Recording, stack: str) -> None:
    """The load balancers' groups are named, so that the web's two ports stay open there."""
    call = pattern(platform, "group-opened")
    assert (call["source"], call["detail-type"]) == (["aws.ec2"], ["AWS API Call via CloudTrail"])
    assert {*call["detail"]["eventName"]} == {"AuthorizeSecurityGroupIngress", "ModifySecurityGroupRules"}
    assert_runs(platform, "group-opened", "auto-remediate")
    named = json.loads(variables(function(platform, "auto-remediate"))["PUBLIC_GROUPS"])
    assert named == [f"cloudplatform-{each}-sg-alb" for each in ("dev", "staging", "prod")]
    assert may(platform, "auto-remediate")["ec2:RevokeSecurityGroupIngress"] == {
        f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/*"
    }


@requirement("CP-DETECT-08")
@shared
def test_the_weekly_report(platform: Recording, stack: str) -> None:
    """Security Hub's summary, on Mondays, to people."""
    rule = at(platform, "cloudwatch.EventRule", scheduleExpression="cron(0 8 ? * MON *)")
    assert_runs(platform, rule["name"], "posture-report")
    topic = at(platform, "sns.Topic", name="shared-info-alerts")
    assert variables(function(platform, "posture-report")) == {"REPORT_TOPIC": arn(topic)}
    allowed = may(platform, "posture-report")
    assert allowed["securityhub:GetFindings"] == {f"arn:aws:securityhub:{REGION}:{ACCOUNT}:hub/default"}
    assert allowed["sns:Publish"] == {arn(topic)}
    assert any(
        each["topic"] == arn(topic) and each["protocol"] == "email" for each in of(platform, "sns.TopicSubscription")
    )


@requirement("CP-SEC-07")
@prod
def test_the_database_s_password_is_renewed_every_month(platform: Recording, stack: str) -> None:
    """And the program leaves it to whoever renewed it (N-22)."""
    rotation = one(platform, "secretsmanager.SecretRotation")
    assert rotation["secretId"] == arn(secret(platform, "/prod/database/credentials"))
    assert rotation["rotationRules"] == {"automaticallyAfterDays": 30}
    assert "password" in one(platform, "rds.Instance").options.ignore_changes
    version = only(
        each for each in of(platform, "secretsmanager.SecretVersion") if each["secretId"] == rotation["secretId"]
    )
    assert "secretString" in version.options.ignore_changes


@requirement("CP-SEC-08")
@prod
def test_the_function_that_renews_it_reaches_what_it_must(platform: Recording, stack: str) -> None:
    """It stands where the application does, whose group the database and the endpoints let in; it starts new tasks."""
    rotates = function(platform, "rotate-database")
    rotation = one(platform, "secretsmanager.SecretRotation")
    assert rotation["rotationLambdaArn"] == arn(rotates)
    place = rotates["vpcConfig"]
    assert place["subnetIds"] == ids(subnets(platform, "prod", "private"))
    assert place["securityGroupIds"] == [groups(platform)["app"]]
    permission = at(platform, "lambda_.Permission", principal="secretsmanager.amazonaws.com")
    assert (permission["function"], permission.inputs.get("sourceArn")) == (rotates["name"], rotation["secretId"])
    allowed = may(platform, "rotate-database")
    for action in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"):
        assert allowed[f"secretsmanager:{action}"] == {rotation["secretId"]}
    assert allowed["ecs:UpdateService"] == {arn(one(platform, "ecs.Service"))}


def _may(role: str, **more: Any) -> Mutation:
    """A role policy of a function with one statement more."""
    return change("iam.RolePolicy", f"function-{role}-run", policy=statement(**more))


def _elsewhere(stack: Recording) -> str:
    return arn(secret(stack, f"/{stack.stack}/app/jwt-secret"))


BREACHES = [
    Breach("CP-AUTO-01", test_the_function_that_stops_dev,
           _may("scale-down", Action="rds:StopDBInstance", Resource="arn:aws:rds:us-east-1:123456789012:db:other")),
    Breach("CP-AUTO-02", test_the_function_that_starts_dev, _may("scale-up", Action="ecs:UpdateService",
           Resource="arn:aws:ecs:us-east-1:123456789012:service/other/other")),
    Breach("CP-AUTO-05", test_dev_stops_at_20_00_est,
           change(RULE, "down", scheduleExpression="cron(0 1 ? * MON-FRI *)")),
    Breach("CP-AUTO-05", test_dev_stops_at_20_00_est, drop(TARGET, "shutdown-down")),
    Breach("CP-AUTO-06", test_dev_starts_at_08_00_est, drop(PERMISSION, "scale-up")),
    Breach("CP-AUTO-09", test_staging_and_prod_never_stop,
           add(RULE, name="nights", scheduleExpression="cron(0 1 ? * TUE-SAT *)"), "prod"),
    Breach("CP-AUTO-03", test_slack_hears_of_alerts, drop("sns.TopicSubscription", "notifier-info")),
    Breach("CP-AUTO-03", test_slack_hears_of_alerts, lambda stack: _may(
           "slack-notifier", Action="secretsmanager:GetSecretValue", Resource=_elsewhere(stack))(stack)),
    Breach("CP-SEC-05", test_the_slack_webhook, drop("iam.RolePolicy", "slack-notifier-data")),
    Breach("CP-AUTO-04", test_the_response_alerts_and_may_do_what_it_does,
           _may("auto-remediate", Action="ec2:TerminateInstances", Resource="arn:aws:ec2:us-east-1:1:instance/*"),
           "shared"),
    Breach("CP-AUTO-07", test_a_grave_finding_is_answered, drop(TARGET, "guardduty-findings-responder"), "shared"),
    Breach("CP-AUTO-10", test_a_grave_finding_is_answered,
           _may("auto-remediate", Action="ecs:StopTask", Resource="*"), "shared"),
    Breach("CP-AUTO-12", test_a_public_bucket_is_answered, drop(TARGET, "bucket-public"), "shared"),
    Breach("CP-AUTO-13", test_an_opened_group_is_answered, drop(PERMISSION, "group-opened"), "shared"),
    Breach("CP-DETECT-08", test_the_weekly_report, drop("sns.TopicSubscription", "topics-info"), "shared"),
    Breach("CP-SEC-07", test_the_database_s_password_is_renewed_every_month,
           change("secretsmanager.SecretRotation", rotationRules={"automaticallyAfterDays": 90}), "prod"),
    Breach("CP-SEC-08", test_the_function_that_renews_it_reaches_what_it_must,
           change(FUNCTION, "rotate-database", vpcConfig={"subnetIds": [], "securityGroupIds": []}), "prod"),
    Breach("CP-SEC-08", test_the_function_that_renews_it_reaches_what_it_must,
           change(PERMISSION, "rotate-database", sourceArn=GONE), "prod"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
