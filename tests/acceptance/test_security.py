"""Secrets, detection and audit in a deployed stack."""

import json
import uuid

import pytest

from tests.acceptance.deployed import Deployed
from tests.requirements.expected import environments, requirement, shared
from tests.requirements.reading import arn, container, of, one, role

#: Tries to read each secret as the task's role, and says of each whether it could; never what is in it.
READ = """
import json, sys, boto3, botocore.exceptions
client, found = boto3.client("secretsmanager"), {}
for name in sys.argv[1:]:
    try:
        found[name] = bool(client.get_secret_value(SecretId=name)["SecretString"])
    except botocore.exceptions.ClientError as error:
        found[name] = error.response["Error"]["Code"]
print(json.dumps(found))
"""
ACTION = "secretsmanager:GetSecretValue"
SAMPLES = ["Recon:EC2/PortProbeUnprotectedPort", "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B"]


@pytest.mark.deployed
@requirement("CP-SEC-13")
@environments
def test_secrets_are_read_with_the_right_role_only(deployed: Deployed, stack: str) -> None:
    """The task reads its own, not the alerts'; the role that starts it may, another role of the stack may not, and
    neither may another environment's secrets."""
    secrets = {each["name"]: arn(each) for each in of(deployed.recording, "secretsmanager.Secret")}
    own = sorted({name for name, found in secrets.items()
                  if any(found in each["valueFrom"] for each in container(deployed.recording)["secrets"])})  # fmt: skip
    others = [f"/{stack}/monitoring/slack-webhook"]
    ended = deployed.inside.run(["python", "-c", READ, *own, *others])
    assert ended.well, ended
    found = json.loads(ended.lines[-1])
    assert {name: found[name] for name in own} == dict.fromkeys(own, True)
    assert found[others[0]] == "AccessDeniedException"
    task = one(deployed.recording, "ecs.TaskDefinition")
    starts = role(deployed.recording, task["executionRoleArn"])["name"]
    elsewhere = next(each["name"] for each in of(deployed.recording, "iam.Role") if each["name"].endswith("flow-logs"))
    real = {name: deployed.client("secretsmanager").describe_secret(SecretId=name)["ARN"] for name in own}
    foreign = real[own[0]].replace(f":/{stack}/", ":/another/")
    for name in own:
        assert _may(deployed, starts, real[name]) == "allowed"
        assert _may(deployed, elsewhere, real[name]) != "allowed"
    assert _may(deployed, starts, foreign) != "allowed"


def _may(deployed: Deployed, role_name: str, secret: str) -> str:
    """IAM's own decision."""
    iam = deployed.client("iam")
    source = iam.get_role(RoleName=role_name)["Role"]["Arn"]
    [found] = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=[ACTION], ResourceArns=[secret])[
        "EvaluationResults"
    ]
    return found["EvalDecision"]


@pytest.mark.deployed
@requirement("CP-DETECT-14")
@shared
def test_sample_findings_appear_and_compliance_is_scored(deployed: Deployed, stack: str) -> None:
    """GuardDuty shows the samples that it is asked for; Security Hub has checks that passed or failed."""
    guard = deployed.client("guardduty")
    [detector] = guard.list_detectors()["DetectorIds"]
    guard.create_sample_findings(DetectorId=detector, FindingTypes=SAMPLES)
    criteria = {"Criterion": {"type": {"Equals": SAMPLES}, "service.archived": {"Equals": ["false"]}}}
    found = deployed.eventually(
        lambda: guard.list_findings(DetectorId=detector, FindingCriteria=criteria)["FindingIds"], "sample findings"
    )
    hub = deployed.client("securityhub")
    standards = hub.get_enabled_standards()["StandardsSubscriptions"]
    assert len(standards) >= len(of(deployed.recording, "securityhub.StandardsSubscription")) > 0
    assert {each["StandardsStatus"] for each in standards} == {"READY"}
    scored = [
        hub.get_findings(
            Filters={"ComplianceStatus": [{"Value": status, "Comparison": "EQUALS"}],
                     "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}]},
            MaxResults=1,
        )["Findings"]
        for status in ("PASSED", "FAILED")
    ]  # fmt: skip
    assert any(scored)
    guard.archive_findings(DetectorId=detector, FindingIds=found)


@pytest.mark.deployed
@requirement("CP-AUDIT-18")
@shared
def test_calls_are_recorded_and_rules_evaluated(deployed: Deployed, stack: str) -> None:
    """A call with a name that nobody else uses is found in the trail's log; every rule has been evaluated."""
    trail = one(deployed.recording, "cloudtrail.Trail")
    status = deployed.client("cloudtrail").get_trail_status(Name=trail["name"])
    assert status["IsLogging"] is True
    assert not status.get("LatestDeliveryError")
    ssm, name = deployed.client("ssm"), f"/acceptance/{uuid.uuid4()}"
    with pytest.raises(ssm.exceptions.ParameterNotFound):
        ssm.get_parameter(Name=name)
    group = trail["cloudWatchLogsGroupArn"].partition("log-group:")[2].removesuffix(":*")
    logs = deployed.client("logs")
    deployed.eventually(
        lambda: logs.filter_log_events(logGroupName=group, filterPattern=f'"{name}"')["events"], f"{name} in the trail"
    )
    rules = deployed.names("cfg.Rule")
    found = deployed.client("config").describe_config_rule_evaluation_status(ConfigRuleNames=rules)
    evaluated = {each["ConfigRuleName"] for each in found["ConfigRulesEvaluationStatus"]
                 if each.get("LastSuccessfulEvaluationTime")}  # fmt: skip
    assert evaluated == set(rules)
