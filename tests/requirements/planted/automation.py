"""Breaches of the functions, of what runs them, and of what each may do."""

from typing import Any

from preview.recording import Recording
from tests.requirements import test_automation as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import GONE, Breach, Mutation, change, drop, plant, statement
from tests.requirements.reading import arn, secret

RULE, TARGET, LEAVE, FUNCTION = (
    "cloudwatch.EventRule",
    "cloudwatch.EventTarget",
    "lambda_.Permission",
    "lambda_.Function",
)


def _may(role: str, **more: Any) -> Mutation:
    """A role policy of a function with one statement more."""
    return change("iam.RolePolicy", f"function-{role}-run", policy=statement(**more))


def _elsewhere(stack: Recording) -> str:
    return arn(secret(stack, f"/{stack.stack}/app/jwt-secret"))


BREACHES = [
    Breach("CP-AUTO-01", AREA.test_the_function_that_stops_dev,
           _may("scale-down", Action="rds:StopDBInstance", Resource="arn:aws:rds:us-east-1:123456789012:db:other")),
    Breach("CP-AUTO-02", AREA.test_the_function_that_starts_dev, _may("scale-up", Action="ecs:UpdateService",
           Resource="arn:aws:ecs:us-east-1:123456789012:service/other/other")),
    Breach("CP-AUTO-05", AREA.test_dev_stops_at_20_00_est,
           change(RULE, "down", scheduleExpression="cron(0 1 ? * MON-FRI *)")),
    Breach("CP-AUTO-05", AREA.test_dev_stops_at_20_00_est, drop(TARGET, "shutdown-down")),
    Breach("CP-AUTO-06", AREA.test_dev_starts_at_08_00_est, drop(LEAVE, "scale-up")),
    Breach("CP-AUTO-09", AREA.test_staging_and_prod_never_stop,
           plant(RULE, name="nights", scheduleExpression="cron(0 1 ? * TUE-SAT *)"), "prod"),
    Breach("CP-AUTO-03", AREA.test_slack_hears_of_alerts, drop("sns.TopicSubscription", "notifier-info")),
    Breach("CP-AUTO-03", AREA.test_slack_hears_of_alerts, lambda stack: _may(
           "slack-notifier", Action="secretsmanager:GetSecretValue", Resource=_elsewhere(stack))(stack)),
    Breach("CP-SEC-05", AREA.test_the_slack_webhook, drop("iam.RolePolicy", "slack-notifier-data")),
    Breach("CP-AUTO-04", AREA.test_the_response_alerts_and_may_do_what_it_does,
           _may("auto-remediate", Action="ec2:TerminateInstances", Resource="arn:aws:ec2:us-east-1:1:instance/*"),
           "shared"),
    Breach("CP-AUTO-07", AREA.test_a_grave_finding_is_answered, drop(TARGET, "guardduty-findings-responder"), "shared"),
    Breach("CP-AUTO-10", AREA.test_a_grave_finding_is_answered,
           _may("auto-remediate", Action="ecs:StopTask", Resource="*"), "shared"),
    Breach("CP-AUTO-12", AREA.test_a_public_bucket_is_answered, drop(TARGET, "bucket-public"), "shared"),
    Breach("CP-AUTO-13", AREA.test_an_opened_group_is_answered, drop(LEAVE, "group-opened"), "shared"),
    Breach("CP-DETECT-08", AREA.test_the_weekly_report, drop("sns.TopicSubscription", "topics-info"), "shared"),
    Breach("CP-SEC-07", AREA.test_the_database_s_password_is_renewed_every_month,
           change("secretsmanager.SecretRotation", rotationRules={"automaticallyAfterDays": 90}), "prod"),
    Breach("CP-SEC-08", AREA.test_the_function_that_renews_it_reaches_what_it_must,
           change(FUNCTION, "rotate-database", vpcConfig={"subnetIds": [], "securityGroupIds": []}), "prod"),
    Breach("CP-SEC-08", AREA.test_the_function_that_renews_it_reaches_what_it_must,
           change(LEAVE, "rotate-database", sourceArn=GONE), "prod"),
    Breach("CP-AUTO-15", AREA.test_functions_in_the_network_stand_with_the_application,
           plant(FUNCTION, name="other", vpcConfig={"subnetIds": ["subnet-public"], "securityGroupIds": []})),
    Breach("CP-LOG-04", AREA.test_every_function_has_its_log_group, drop("cloudwatch.LogGroup", "scale-up")),
    Breach("CP-LOG-04", AREA.test_every_function_has_its_log_group,
           change("cloudwatch.LogGroup", "auto-remediate", retentionInDays=0), "shared"),
]  # fmt: skip
