"""The acceptance tests of secrets, detection and audit, against an emulated AWS."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.acceptance import test_security
from tests.acceptance.emulated import Emulated, fails
from tests.aws import EmulatedStack, emulated
from tests.requirements.reading import arn, container, of


@pytest.fixture
def shared() -> Iterator[Emulated]:
    with emulated() as session:
        yield Emulated(EmulatedStack(session, "shared"))


def _secrets(dev: Emulated, decide: Callable[[str, str], bool]) -> list[str]:
    """The secrets and roles of the stack in moto, and IAM's decisions, which moto does not make."""
    secrets, iam = dev.aws.session.client("secretsmanager"), dev.aws.session.client("iam")
    for name in dev.deployed.names("secretsmanager.Secret"):
        secrets.create_secret(Name=name, SecretString="only-here")
    for name in dev.deployed.names("iam.Role"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")

    def simulate(params: Mapping[str, Any]) -> dict[str, Any]:
        allowed = decide(params["PolicySourceArn"], params["ResourceArns"][0])
        decision = {
            "EvalActionName": params["ActionNames"][0],
            "EvalDecision": "allowed" if allowed else "implicitDeny",
        }
        return {"EvaluationResults": [decision]}

    dev.answers("iam", "SimulatePrincipalPolicy", simulate)
    recording = dev.aws.recording
    given = [each["valueFrom"] for each in container(recording)["secrets"]]
    return [
        each["name"] for each in of(recording, "secretsmanager.Secret") if any(arn(each) in value for value in given)
    ]


def _right(source: str, secret: str) -> bool:
    return "ecs-task-execution" in source and ":/dev/" in secret


@pytest.mark.parametrize(
    ("decide", "webhook", "first"),
    [
        (_right, "AccessDeniedException", True),
        (lambda source, secret: True, "AccessDeniedException", True),
        (lambda source, secret: "ecs-task-execution" in source, "AccessDeniedException", True),
        (lambda source, secret: False, "AccessDeniedException", True),
        (_right, True, True),
        (_right, "AccessDeniedException", "ResourceNotFoundException"),
    ],
    ids=["well", "everybody", "other environments", "nobody", "the task reads others", "not its own"],
)
def test_secrets(dev: Emulated, decide: Callable[[str, str], bool], webhook: Any, first: Any) -> None:
    own = _secrets(dev, decide)
    assert len(own) == 4
    dev.inside(dict.fromkeys(own, True) | {own[0]: first, "/dev/monitoring/slack-webhook": webhook})
    proof = test_security.test_secrets_are_read_with_the_right_role_only
    if (decide, webhook, first) == (_right, "AccessDeniedException", True):
        proof(dev.deployed, "dev")
    else:
        fails(proof, dev.deployed, "dev")


def _detection(shared: Emulated, found: list[str], passed: list[Any], state: str = "READY") -> list[Any]:
    guard = shared.aws.session.client("guardduty")
    guard.create_detector(Enable=True)
    asked: list[Any] = []
    shared.answers("guardduty", "CreateSampleFindings", lambda params: asked.append(params) or {})
    shared.answers("guardduty", "ListFindings", {"FindingIds": found})
    shared.answers("guardduty", "ArchiveFindings", {})
    standard = {"StandardsSubscriptionArn": "a", "StandardsArn": "b", "StandardsInput": {}, "StandardsStatus": state}
    shared.answers("securityhub", "GetEnabledStandards", {"StandardsSubscriptions": [standard] * 3})
    shared.answers("securityhub", "GetFindings", {"Findings": passed})
    return asked


FINDING = {
    "SchemaVersion": "2018-10-08", "Id": "1", "ProductArn": "p", "GeneratorId": "g", "AwsAccountId": "123456789012",
    "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z", "Title": "t", "Description": "d",
    "Resources": [{"Type": "Other", "Id": "1"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("found", "scored", "state"),
    [(["1"], [FINDING], "READY"), ([], [FINDING], "READY"), (["1"], [], "READY"), (["1"], [FINDING], "INCOMPLETE")],
    ids=["well", "no findings", "no score", "no standard"],
)
def test_detection(shared: Emulated, found: list[str], scored: list[Any], state: str) -> None:
    asked = _detection(shared, found, scored, state)
    proof = test_security.test_sample_findings_appear_and_compliance_is_scored
    if found and scored and state == "READY":
        proof(shared.deployed, "shared")
        assert asked[0]["FindingTypes"] == test_security.SAMPLES
    else:
        fails(proof, shared.deployed, "shared")


@pytest.mark.parametrize("what", ["well", "not logging", "not delivered", "not seen", "never evaluated"])
def test_audit(shared: Emulated, what: str) -> None:
    status = {"IsLogging": what != "not logging"}
    shared.answers(
        "cloudtrail",
        "GetTrailStatus",
        status | ({"LatestDeliveryError": "AccessDenied"} if what == "not delivered" else {}),
    )
    seen: list[str] = []

    def events(params: Mapping[str, Any]) -> dict[str, Any]:
        seen.append(params["filterPattern"])
        return {"events": [] if what == "not seen" else [{"message": "{}"}]}

    shared.answers("logs", "FilterLogEvents", events)
    rules = shared.deployed.names("cfg.Rule")
    evaluated = [{"ConfigRuleName": rule, "LastSuccessfulEvaluationTime": datetime.now(UTC)} for rule in rules]
    last = evaluated[: -1 if what == "never evaluated" else None]
    shared.answers("config", "DescribeConfigRuleEvaluationStatus", {"ConfigRulesEvaluationStatus": last})
    proof = test_security.test_calls_are_recorded_and_rules_evaluated
    if what == "well":
        proof(shared.deployed, "shared")
        assert seen[0].startswith('"/acceptance/')
    else:
        fails(proof, shared.deployed, "shared")
