"""CP-IAM: the people's roles, what nobody may do, and who may change what."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, Mutation, add, change, drop, noticed, statement, text
from tests.requirements.expected import ACCOUNT, REGION, STACKS, requirement, shared
from tests.requirements.reading import (
    Statement,
    arn,
    at,
    attached,
    document,
    granted,
    of,
    one,
    only,
    permissions,
)
from tests.stacks import ROOT, recorded

prod = pytest.mark.parametrize("stack", ["prod"])
others = pytest.mark.parametrize("stack", ["dev", "staging"])

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
SHARED = "cloudplatform-shared-role-"
#: The roles that deploy a stack and that the shared stack owns.
DEPLOYERS = {
    "dev": (f"{SHARED}github-actions", f"{SHARED}infrastructure-dev"),
    "staging": (f"{SHARED}github-actions", f"{SHARED}infrastructure-staging"),
    "prod": (f"{SHARED}github-actions-prod", f"{SHARED}infrastructure-prod"),
}
BREAK_GLASS = "cloudplatform-prod-role-break-glass"
DOCUMENTED = ROOT / "docs/roles.md"
SECURITY_OFF = {
    *("cloudtrail:StopLogging", "cloudtrail:DeleteTrail"),
    *("guardduty:DeleteDetector", "guardduty:UpdateDetector"),
}


def bound(platform: Recording, actions: Iterable[str]) -> set[str]:
    """Names of the roles that a policy is attached to which denies all of these; of this stack or of another."""
    wanted = set(actions)
    policies = {
        arn(each)
        for each in of(platform, "iam.Policy")
        if wanted <= {action for row in denials(each) for action in row.actions}
    }
    return {each["role"] for each in of(platform, "iam.RolePolicyAttachment") if each["policyArn"] in policies}


def denials(policy: RecordedResource) -> list[Statement]:
    return [each for each in document(policy["policy"]) if not each.allows]


def denied(platform: Recording, action: str) -> Statement:
    """The one statement of the stack's policies that denies an action."""
    return only(each for policy in of(platform, "iam.Policy") for each in denials(policy) if action in each.actions)


def developers(platform: Recording) -> list[RecordedResource]:
    return [each for each in of(platform, "iam.Role") if "developer" in each["name"]]


@requirement("CP-IAM-17")
@prod
def test_break_glass_takes_mfa_and_is_recorded(platform: Recording, stack: str) -> None:
    """An administrator for an hour, bound by the denies; the trail records all management events, so this one too."""
    found = at(platform, "iam.Role", name=BREAK_GLASS)
    assert ADMINISTRATOR in attached(platform, found)
    statement = only(document(found["assumeRolePolicy"]))
    assert statement.condition == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    assert statement.principals == [("AWS", f"arn:aws:iam::{ACCOUNT}:root")]
    assert found["maxSessionDuration"] == 3600
    for action in ("rds:DeleteDBInstance", *SECURITY_OFF, "s3:PutBucketPublicAccessBlock"):
        assert BREAK_GLASS in bound(platform, [action])
    trail = one(recorded("shared", True), "cloudtrail.Trail")
    assert trail["isMultiRegionTrail"] is True


@requirement("CP-IAM-18")
@others
def test_developers_look_and_restart(platform: Recording, stack: str) -> None:
    """With MFA, in this environment only, and what is prod's is denied by tag and by name; prod has no such role."""
    found = only(developers(platform))
    statement = only(document(found["assumeRolePolicy"]))
    assert statement.condition == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    service = f"cloudplatform-{stack}-ecs-cluster/cloudplatform-{stack}-ecs-service-fastapi"
    may = granted(permissions(platform, found))
    changes = {action: on for action, on in may.items() if not re.search(r":(Describe|Get|Filter|Start)", action)}
    assert changes == {"ecs:UpdateService": {f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/{service}"}}
    assert_kept_away(platform, found["name"])
    assert developers(recorded("prod", True)) == []


def assert_kept_away(platform: Recording, name: str) -> None:
    """A role is denied everything that has prod's tag, and by name what AWS judges by names."""
    policies = {arn(each): each for each in of(platform, "iam.Policy")}
    mine = [each["policyArn"] for each in of(platform, "iam.RolePolicyAttachment") if each["role"] == name]
    every = [row for each in mine if each in policies for row in denials(policies[each]) if list(row.actions) == ["*"]]
    by_tag = only(each for each in every if each.condition)
    assert by_tag.condition == {"StringEquals": {"aws:ResourceTag/Environment": ["prod"]}}
    assert list(by_tag.resources) == ["*"]
    by_name = only(each for each in every if not each.condition)
    assert {
        "arn:aws:s3:::cloudplatform-prod-*",
        f"arn:aws:rds:{REGION}:{ACCOUNT}:db:cloudplatform-prod-*",
        f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/cloudplatform-prod-*/*",
        f"arn:aws:iam::{ACCOUNT}:role/cloudplatform-prod-*",
        f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:/prod/*",
    } <= set(by_name.resources)


@requirement("CP-IAM-19")
@prod
def test_nobody_deletes_a_database(platform: Recording, stack: str) -> None:
    actions = ("rds:DeleteDBInstance", "rds:DeleteDBCluster")
    assert bound(platform, actions) == {BREAK_GLASS, *DEPLOYERS["prod"]}
    database = one(platform, "rds.Instance")
    pattern = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:cloudplatform-prod-*"
    assert str(arn(database)).startswith(pattern.removesuffix("*"))
    for action in actions:
        statement = denied(platform, action)
        assert pattern in statement.resources
        assert statement.condition == {}


@requirement("CP-IAM-20")
@prod
def test_groups_are_opened_by_the_program_only(platform: Recording, stack: str) -> None:
    """IAM knows no addresses (N-18), so all changes are denied but the program's own (N-44). Which the pack judges:
    here, that the load balancer's group alone takes requests from anywhere."""
    actions = ("ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules")
    assert bound(platform, actions) == {BREAK_GLASS, DEPLOYERS["prod"][0]}
    for action in actions:
        statement = denied(platform, action)
        assert list(statement.resources) == [f"arn:aws:ec2:{REGION}:{ACCOUNT}:security-group/*"]
        assert statement.condition == {"StringEquals": {"aws:ResourceTag/Environment": "prod"}}
    opened = {
        each["securityGroupId"]
        for each in of(platform, "vpc.SecurityGroupIngressRule")
        if each.inputs.get("cidrIpv4") == "0.0.0.0/0" or each.inputs.get("cidrIpv6") == "::/0"
    }
    assert opened == set(one(platform, "lb.LoadBalancer")["securityGroups"])


@requirement("CP-IAM-21")
@prod
def test_nobody_switches_the_watch_off(platform: Recording, stack: str) -> None:
    assert bound(platform, SECURITY_OFF) == {BREAK_GLASS, *DEPLOYERS["prod"]}
    for action in SECURITY_OFF:
        assert (list(denied(platform, action).resources), denied(platform, action).condition) == (["*"], {})


@requirement("CP-IAM-22")
@prod
def test_nobody_makes_a_bucket_public(platform: Recording, stack: str) -> None:
    """Of all of prod's; its public policies are refused by each bucket's own block (STORE-06)."""
    names = {str(arn(each)) for each in of(platform, "s3.Bucket")}
    for action in ("s3:PutBucketPublicAccessBlock", "s3:PutBucketAcl"):
        assert set(denied(platform, action).resources) == names != set()
    assert list(denied(platform, "s3:PutAccountPublicAccessBlock").resources) == ["*"]
    actions = ("s3:PutBucketPublicAccessBlock", "s3:PutBucketAcl", "s3:PutAccountPublicAccessBlock")
    assert bound(platform, actions) == {BREAK_GLASS, DEPLOYERS["prod"][0]}


WRITES = re.compile(r"(ecs|rds|ec2|elasticloadbalancing):(?!Describe|Get|List)")
#: Roles of prod's functions that may write, and what: a password's rotation ends with new tasks (N-22). A function in
#: the network makes and deletes its own interfaces.
RENEWERS = {"ecs:UpdateService"}
INTERFACES = {
    *("ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"),
    "ec2:UnassignPrivateIpAddresses",
}


@requirement("CP-IAM-23")
@prod
def test_production_is_changed_by_the_pipeline_or_break_glass(platform: Recording, stack: str) -> None:
    """Of prod's roles break-glass alone administers; a rotation renews tasks. Elsewhere: the pipeline's roles of
    GitHub's environment production, which wants an approval, and the function that isolates and reverts (C-48)."""
    for found in of(platform, "iam.Role"):
        may = granted(permissions(platform, found))
        writes = {action for action in may if WRITES.match(action)} - INTERFACES
        assert writes <= (RENEWERS if "rotate-" in found["name"] else set()), found["name"]
        assert (ADMINISTRATOR in attached(platform, found)) is (found["name"] == BREAK_GLASS)
    abroad = {
        str(found["name"])
        for found in of(recorded("shared", True), "iam.Role")
        if changes_production(recorded("shared", True), found)
    }
    pipeline = {*DEPLOYERS["prod"], f"{SHARED}github-migrations-prod"}
    assert {name for name in abroad if "auto-remediate" not in name} == pipeline


def changes_production(platform: Recording, found: RecordedResource) -> bool:
    """Whether the program itself lets a role of the shared stack change what is prod's."""
    if ADMINISTRATOR in attached(platform, found):
        return "environment:production" in found["assumeRolePolicy"]
    may = granted(permissions(platform, found))

    def reaches(arn: str) -> bool:
        # A task definition is named with all its revisions: a star, but of one family.
        everything = "*" in arn.rpartition(":")[2][:2] and ":task-definition/cloudplatform-" not in arn
        return "cloudplatform-prod-" in arn or everything

    return any(
        WRITES.match(action) and any(map(reaches, on))
        for action, on in may.items()
        if action != "ecs:RegisterTaskDefinition"
    )


@requirement("CP-IAM-24")
@others
def test_no_identity_of_theirs_reaches_production(platform: Recording, stack: str) -> None:
    for found in of(platform, "iam.Role"):
        for action, on in granted(permissions(platform, found)).items():
            assert not any(re.search(r"cloudplatform-prod|[:/]/?prod/", each) for each in on), (found.name, action)
    for name in (only(developers(platform))["name"], *DEPLOYERS[stack]):
        assert_kept_away(platform, name)


@requirement("CP-IAM-25")
@others
def test_nor_can_they_switch_the_watch_off(platform: Recording, stack: str) -> None:
    """And the account's trail records them like everybody."""
    assert bound(platform, SECURITY_OFF) == {only(developers(platform))["name"], *DEPLOYERS[stack]}
    assert one(recorded("shared", True), "cloudtrail.Trail")["includeGlobalServiceEvents"] is True


@requirement("CP-IAM-27")
@shared
def test_console_users_do_nothing_without_mfa(platform: Recording, stack: str) -> None:
    """But set it up; and there are no users here, so whoever becomes one is put into the group."""
    group = one(platform, "iam.Group")
    attachment = only(each for each in of(platform, "iam.GroupPolicyAttachment") if each["group"] == group["name"])
    policy = only(each for each in of(platform, "iam.Policy") if arn(each) == attachment["policyArn"])
    statement = only(denials(policy))
    assert statement.condition == {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    assert (list(statement.resources), statement.negated) == (["*"], True)
    assert '"NotAction"' in policy["policy"]
    for action in re.findall(r'"(\w+:\w+)"', policy["policy"].split('"NotAction"')[1].split("]")[0]):
        assert re.fullmatch(r"iam:(\w*MFA\w*|GetUser|ChangePassword)|sts:GetSessionToken", action)
    assert of(platform, "iam.User") == []


def undocumented(text: str) -> set[str]:
    """The roles of all stacks that have no heading: by their names without project, stack and service."""
    headings = set(re.findall(r"^### `([^`]+)`", text, re.MULTILINE))
    found: set[str] = set()
    for stack in STACKS:
        for each in of(recorded(stack, True), "iam.Role"):
            word = str(each["name"]).removeprefix(f"cloudplatform-{stack}-role-")
            if not any(re.fullmatch(heading.replace("<environment>", r"\w+"), word) for heading in headings):
                found.add(word)
    return found


@requirement("CP-IAM-29")
def test_every_role_is_documented() -> None:
    """A heading each in docs/roles.md, which says who takes it and what for; a word there that no role has is stale."""
    text = Path(DOCUMENTED).read_text()
    assert undocumented(text) == set()
    names = " ".join(str(each["name"]) for stack in STACKS for each in of(recorded(stack, True), "iam.Role"))
    for heading in re.findall(r"^### `([^`]+)`", text, re.MULTILINE):
        assert re.search(f"-role-{heading.replace('<environment>', chr(92) + 'w+')}( |$)", names), heading


def test_a_role_without_its_heading_is_seen() -> None:
    text = Path(DOCUMENTED).read_text()
    assert undocumented(text.replace("### `break-glass`", "")) == {"break-glass"}


POLICY, ATTACHED = "iam.Policy", "iam.RolePolicyAttachment"


def _breach(id_: str, proof: Any, mutation: Mutation, stack: str = "prod") -> Breach:
    return Breach(id_, proof, mutation, stack)


def _without(action: str) -> Mutation:
    """A deny that no longer says one action."""
    return change(POLICY, policy=lambda old: old.replace(f'"{action}"', '"iam:GetUser"'))


def _only_first(old: Any) -> Any:
    return {**old, "Statement": old["Statement"][:1]}


BREACHES = [
    _breach("CP-IAM-17", test_break_glass_takes_mfa_and_is_recorded,
            change("iam.Role", "break-glass",
                   assumeRolePolicy=lambda old: old.replace('"true"', '"false"'))),
    _breach("CP-IAM-17", test_break_glass_takes_mfa_and_is_recorded,
            drop(ATTACHED, "break-glass-security-off")),
    _breach("CP-IAM-18", test_developers_look_and_restart,
            change("iam.RolePolicy", "developer", policy=statement(Action="rds:StopDBInstance", Resource="*")), "dev"),
    _breach("CP-IAM-18", test_developers_look_and_restart,
            drop(ATTACHED, "developer-other-environments"), "staging"),
    _breach("CP-IAM-19", test_nobody_deletes_a_database, _without("rds:DeleteDBInstance")),
    _breach("CP-IAM-19", test_nobody_deletes_a_database,
            drop(ATTACHED, "infrastructure-database-deletion")),
    _breach("CP-IAM-20", test_groups_are_opened_by_the_program_only, drop(ATTACHED, "break-glass-open-groups")),
    _breach("CP-IAM-20", test_groups_are_opened_by_the_program_only,
            add("vpc.SecurityGroupIngressRule", securityGroupId="sg-other", cidrIpv4="0.0.0.0/0")),
    _breach("CP-IAM-21", test_nobody_switches_the_watch_off, _without("guardduty:UpdateDetector")),
    _breach("CP-IAM-22", test_nobody_makes_a_bucket_public, add("s3.Bucket", bucket="other")),
    _breach("CP-IAM-22", test_nobody_makes_a_bucket_public, drop(ATTACHED, "application-public-buckets")),
    _breach("CP-IAM-23", test_production_is_changed_by_the_pipeline_or_break_glass,
            change("iam.RolePolicy", "rotate-database", policy=statement(Action="rds:ModifyDBInstance",
                                                                         Resource="arn:aws:rds:::db:x"))),
    _breach("CP-IAM-23", test_production_is_changed_by_the_pipeline_or_break_glass,
            change(ATTACHED, "monitoring", policyArn=ADMINISTRATOR)),
    _breach("CP-IAM-24", test_no_identity_of_theirs_reaches_production,
            change("iam.RolePolicy", "task-objects",
                   policy=statement(Action="s3:GetObject", Resource="arn:aws:s3:::cloudplatform-prod-assets/*")),
            "dev"),
    _breach("CP-IAM-24", test_no_identity_of_theirs_reaches_production,
            change(POLICY, "other-environments", policy=text(_only_first)), "staging"),
    _breach("CP-IAM-25", test_nor_can_they_switch_the_watch_off,
            drop(ATTACHED, "application-security-off"), "dev"),
    _breach("CP-IAM-27", test_console_users_do_nothing_without_mfa, drop("iam.GroupPolicyAttachment"), "shared"),
    _breach("CP-IAM-27", test_console_users_do_nothing_without_mfa,
            change(POLICY, "access-mfa", policy=lambda old: old.replace("iam:GetUser", "iam:PutUserPolicy")),
            "shared"),
]  # fmt: skip

test_breaches = noticed(BREACHES)
