"""CP-AUTO, CP-SEC and CP-LOG: the functions, what runs them, and what each may do.

What a handler does is proven in tests/functions, whose tests carry the same ids: a requirement with both kinds of test
is proven only where both pass.
"""

import json
from typing import Any

import pytest

from functions.catalogue import FUNCTIONS
from preview.recording import Recording, Resource
from tests.requirements.expected import ACCOUNT, REGION, environments, requirement, shared, stacks
from tests.requirements.reading import (
    Statement,
    arn,
    at,
    attached,
    granted,
    groups,
    ids,
    key,
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
#: The functions of each stack, by what their names hold.
WHICH = {
    "dev": {"scale-down-dev", "scale-up-dev", "slack-notifier"},
    "staging": {"slack-notifier"},
    "prod": {"rotate-database", "slack-notifier"},
    "shared": {"auto-remediate", "posture-report"},
}
#: What a role may do on any resource, since AWS offers none for it, or the resource is not there yet.
ANYWHERE = {
    "ec2:DescribeInstances", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups", "ec2:DescribeSubnets",
}  # fmt: skip


def function(platform: Recording, word: str) -> Resource:
    return only(each for each in of(platform, "lambda_.Function") if each["name"].endswith(word))


def variables(of_function: Resource) -> dict[str, str]:
    return of_function["environment"]["variables"]


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
    leave = at(platform, "lambda_.Permission", sourceArn=arn(source))
    assert (leave["principal"], leave["action"], leave["function"], leave["sourceAccount"]) == (
        "events.amazonaws.com",
        "lambda:InvokeFunction",
        runs["name"],
        ACCOUNT,
    )


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
    "s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock", "sns:Publish",
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
    leave = at(platform, "lambda_.Permission", principal="secretsmanager.amazonaws.com")
    assert (leave["function"], leave.inputs.get("sourceArn")) == (rotates["name"], rotation["secretId"])
    allowed = may(platform, "rotate-database")
    for action in ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"):
        assert allowed[f"secretsmanager:{action}"] == {rotation["secretId"]}
    assert allowed["ecs:UpdateService"] == {arn(one(platform, "ecs.Service"))}


@requirement("CP-AUTO-15")
@stacks
def test_functions_in_the_network_stand_with_the_application(platform: Recording, stack: str) -> None:
    inside = [each for each in of(platform, "lambda_.Function") if each.inputs.get("vpcConfig")]
    assert len(inside) == (1 if stack == "prod" else 0)
    for each in inside:
        assert each["vpcConfig"]["subnetIds"] == ids(subnets(platform, stack, "private"))
        assert each["vpcConfig"]["securityGroupIds"] == [groups(platform)["app"]]


@requirement("CP-LOG-04")
@stacks
def test_every_function_has_its_log_group(platform: Recording, stack: str) -> None:
    """Encrypted, kept for a while, and there before the function, which else makes one that is neither."""
    found = of(platform, "lambda_.Function")
    assert {word for each in found for word in WHICH[stack] if each["name"].endswith(word)} == WHICH[stack]
    assert len(found) == len(WHICH[stack])
    for each in found:
        group = at(platform, "cloudwatch.LogGroup", name=f"/aws/lambda/{each['name']}")
        assert group["retentionInDays"] == (90 if stack in ("prod", "shared") else 30)
        assert group["kmsKeyId"] == arn(key(platform))
        assert each["loggingConfig"]["logGroup"] == group["name"]
        assert group.urn in each.property_dependencies["loggingConfig"]


@stacks
def test_a_role_names_what_it_acts_on(platform: Recording, stack: str) -> None:
    """No managed policy; `*` stands alone only where AWS offers no resource; nothing is negated; and each role is one
    function's own."""
    found = of(platform, "lambda_.Function")
    assert len({each["role"] for each in found}) == len(found)
    for each in found:
        of_function = role(platform, each["role"])
        assert attached(platform, of_function) == []
        for statement in permissions(platform, of_function):
            assert not statement.negated
            assert not any("*" in action for action in statement.actions)
            if statement.allows and "*" in statement.resources:
                assert {*statement.actions} <= ANYWHERE, each.urn


@stacks
def test_a_failed_event_is_kept_and_told(platform: Recording, stack: str) -> None:
    """A queue of its own, encrypted, for fourteen days; bounded tries; and two alarms."""
    alarms = {(each["metricName"], *each["dimensions"].values()) for each in of(platform, "cloudwatch.MetricAlarm")
              if each.inputs.get("namespace") in ("AWS/Lambda", "AWS/SQS")}  # fmt: skip
    for each in of(platform, "lambda_.Function"):
        queue = only(it for it in of(platform, "sqs.Queue") if arn(it) == each["deadLetterConfig"]["targetArn"])
        assert (queue["kmsMasterKeyId"], queue["messageRetentionSeconds"]) == (arn(key(platform)), 1209600)
        tries = at(platform, "lambda_.FunctionEventInvokeConfig", functionName=each["name"])
        assert (tries["maximumRetryAttempts"], tries["maximumEventAgeInSeconds"]) == (2, 3600)
        assert {("Errors", each["name"]), ("ApproximateNumberOfMessagesVisible", queue["name"])} <= alarms
    assert len(alarms) == 2 * len(of(platform, "lambda_.Function"))


@stacks
def test_a_function_is_what_the_repository_declares(platform: Recording, stack: str) -> None:
    """Handler, time and variables; its archive is its source, the same at every preview."""
    declared = {each.handler: each for each in FUNCTIONS}
    for each in of(platform, "lambda_.Function"):
        row = declared[each["handler"]]
        assert (each["timeout"], each["memorySize"], each["runtime"]) == (row.seconds, row.memory, "python3.12")
        assert variables(each).keys() == {*row.variables}
        assert each["kmsKeyArn"] == arn(key(platform))
        assert each["reservedConcurrentExecutions"] == row.at_once


def test_every_function_is_tested_and_used() -> None:
    """No handler without tests of its own, and none that no stack deploys but the cache's, which is an option."""
    from tests.stacks import ROOT, STACKS, recorded

    deployed = {each["handler"] for stack in STACKS for each in of(recorded(stack, True), "lambda_.Function")}
    assert {each.handler for each in FUNCTIONS} - deployed == {"functions.rotate_cache.handler.handle"}
    for each in FUNCTIONS:
        assert (ROOT / f"tests/functions/test_{each.folder.rpartition('/')[2]}.py").exists(), each.name
