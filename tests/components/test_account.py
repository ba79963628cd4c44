"""What an account has once: its trail, recorder and watchers, who delivers to it, and who may do what."""

import json

import pytest

from components.security.access import Access
from components.security.delivery import Delivery
from components.security.detection import Detection
from components.security.recorder import Recorder
from components.security.trail import Trail
from tests.components.examples import (
    access_args,
    built,
    counted,
    delivery_args,
    detection_args,
    only,
    recorder_args,
    trail_args,
    waits_for,
)

ROLE, ATTACHED = "aws:iam/role:Role", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
MAIN = "repo:acme/shop:ref:refs/heads/main"


def _access(**changes):
    return built(lambda: Access("access", access_args(changes)))


def _statements(resource, field="policy"):
    return json.loads(resource[field])["Statement"]


def _bound(recording) -> dict[str, set[str]]:
    """By role, the last words of the names of its denies."""
    policies = {each.outputs["arn"]: each.name for each in recording.of("aws:iam/policy:Policy")}
    found: dict[str, set[str]] = {}
    for each in recording.of(ATTACHED):
        if each["policyArn"] in policies:
            found.setdefault(each["role"], set()).add(policies[each["policyArn"]].removeprefix("access-deny-"))
    return found


def test_productions_denies_and_whom_they_bind():
    """The role that applies infrastructure opens groups and closes buckets itself; all else binds it too."""
    everything = {"database-deletion", "open-groups", "public-buckets", "security-off", "other-environments"}
    assert _bound(_access()) == {
        "acme-test-role-break-glass": everything,
        "acme-app": everything,
        "acme-infra": everything - {"open-groups", "public-buckets"},
    }


def test_developers_are_kept_away_from_what_the_table_names():
    """Without the deployers' roles, which another stack may not have made yet."""
    recording = _access(**{"break-glass": None, "developers": {}, "deployers": None, "console": False})
    assert _bound(recording) == {"acme-test-role-developer": {"security-off", "other-environments"}}
    [by_tag, by_name] = _statements(only(recording, "aws:iam/policy:Policy", "access-deny-other-environments"))
    assert by_tag["Condition"] == {"StringEquals": {"aws:ResourceTag/Environment": ["other"]}}
    assert "arn:aws:s3:::acme-other-*" in by_name["Resource"]
    assert all("acme-test" not in each for each in by_name["Resource"])


@pytest.mark.parametrize(
    ("named", "trusted"),
    [
        ([], ["arn:aws:iam::210987654321:root"]),
        (["arn:aws:iam::210987654321:user/b", "arn:aws:iam::210987654321:user/a"],
         ["arn:aws:iam::210987654321:user/a", "arn:aws:iam::210987654321:user/b"]),
    ],
)  # fmt: skip
def test_who_breaks_the_glass(named, trusted):
    """People named, or whoever the account allows; always with MFA."""
    role = only(_access(**{"break-glass": {"assumed-by": named}}), ROLE, "access-break-glass")
    [statement] = _statements(role, "assumeRolePolicy")
    assert statement["Principal"] == {"AWS": trusted}
    assert statement["Condition"] == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def test_a_table_with_nothing_but_the_console():
    """A group with one policy, and no deny where there is nobody to bind."""
    recording = _access(**{"break-glass": None, "deployers": None, "out-of-reach": []})
    assert counted(recording) == {
        "aws:iam/group:Group": 1,
        "aws:iam/policy:Policy": 1,
        "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": 1,
    }


def _subjects(recording) -> dict[str, list[str]]:
    return {
        each.name.removeprefix("delivery-"): _statements(each, "assumeRolePolicy")[0]["Condition"]["StringLike"][
            "token.actions.githubusercontent.com:sub"
        ]
        for each in recording.of(ROLE)
    }


def test_a_role_for_each_subject():
    """An environment that stands apart has its own; GitHub may call it otherwise; the stack itself is applied too."""
    assert _subjects(built(lambda: Delivery("delivery", delivery_args()))) == {
        "github-actions": [MAIN, "repo:acme/shop:environment:dev"],
        "github-actions-live": ["repo:acme/shop:environment:production"],
        "github-migrations": ["repo:acme/shop:environment:dev"],
        "github-migrations-live": ["repo:acme/shop:environment:production"],
        "infrastructure-preview": ["repo:acme/shop:pull_request"],
        "infrastructure-drift": [MAIN],
        "infrastructure": ["repo:acme/shop:environment:test"],
        "infrastructure-dev": ["repo:acme/shop:environment:dev"],
        "infrastructure-live": ["repo:acme/shop:environment:production"],
    }


def test_images_are_built_from_the_branch_that_is_named():
    found = _subjects(built(lambda: Delivery("delivery", delivery_args({"branch": "trunk"}))))
    assert found["github-actions"][0] == found["infrastructure-drift"][0] == "repo:acme/shop:ref:refs/heads/trunk"


def _detection(**changes):
    return built(lambda: Detection("detection", detection_args(changes)))


def test_each_feature_is_on_or_off_and_never_unsaid():
    recording = _detection(guardduty={"features": ["s3"], "publish": "6h"})
    assert only(recording, "aws:guardduty/detector:Detector")["findingPublishingFrequency"] == "SIX_HOURS"
    on = {each["name"]: each["status"] for each in recording.of("aws:guardduty/detectorFeature:DetectorFeature")}
    assert on.pop("S3_DATA_EVENTS") == "ENABLED"
    assert set(on.values()) == {"DISABLED"}
    assert len(on) == 5


def test_images_can_be_looked_at_again_and_again():
    scans = only(
        _detection(inspector={"scan": "continuous"}),
        "aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration",
    )
    assert [each["scanFrequency"] for each in scans["rules"]] == ["CONTINUOUS_SCAN"]


def test_the_hub_without_a_benchmark():
    recording = _detection(**{"security-hub": {"cis": None}})
    [standard] = recording.of("aws:securityhub/standardsSubscription:StandardsSubscription")
    assert standard["standardsArn"].endswith("aws-foundational-security-best-practices/v/1.0.0")
    cards = _detection(**{"security-hub": {"cis": None, "best-practices": False, "pci-dss": "4.0.1"}})
    [standard] = cards.of("aws:securityhub/standardsSubscription:StandardsSubscription")
    assert standard["standardsArn"] == "arn:aws:securityhub:eu-west-1::standards/pci-dss/v/4.0.1"
    assert waits_for(recording, standard) == ["detection-hub"]


def test_what_is_skipped_leaves_nothing():
    skipped = {word: {"mode": "skip"} for word in ("guardduty", "security-hub", "inspector", "access-analyzer")}
    assert counted(_detection(**skipped)) == {}


def test_rules_without_a_recorder_of_ours():
    """The account's own answers them: nothing to wait for, no role, no delivery."""
    recording = built(lambda: Recorder("recorder", recorder_args(bucket=None)))
    assert counted(recording) == {"aws:cfg/rule:Rule": 6, "aws:cfg/conformancePack:ConformancePack": 1}
    assert all(each.dependencies == () for each in recording.of("aws:cfg/rule:Rule"))


def test_the_recorder_is_switched_on_last():
    """AWS refuses to start one that cannot deliver, and to make a rule without one."""
    recording = built(lambda: Recorder("recorder", recorder_args()))
    status = only(recording, "aws:cfg/recorderStatus:RecorderStatus")
    assert "recorder-channel" in waits_for(recording, status)
    assert all(waits_for(recording, each) == ["recorder-status"] for each in recording.of("aws:cfg/rule:Rule"))


@pytest.mark.parametrize(("days", "protected", "expected"), [(180, True, None), (365, True, True), (365, False, None)])
def test_a_year_of_the_trail_is_not_deleted_by_one_call(days, protected, expected):
    """What is kept for a year is evidence: a protected stack's log group says so, and no other."""
    recording = built(lambda: Trail("trail", trail_args({"log-days": days}, deletion_protection=protected)))
    group = only(recording, "aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs.get("deletionProtectionEnabled") is expected


@pytest.mark.parametrize(
    ("watched", "selectors"),
    [([], ["Management"]), (["b", "a"], ["Management", "Objects"])],
)
def test_the_trail_watches_the_objects_of_named_buckets(watched, selectors):
    """In the order of their names; without any, management events alone."""
    trail = only(built(lambda: Trail("trail", trail_args(watched=watched))), "aws:cloudtrail/trail:Trail")
    assert [each["name"] for each in trail["advancedEventSelectors"]] == selectors
    if watched:
        arns = trail["advancedEventSelectors"][1]["fieldSelectors"][2]["startsWiths"]
        assert arns == ["arn:aws:s3:::a/", "arn:aws:s3:::b/"]
