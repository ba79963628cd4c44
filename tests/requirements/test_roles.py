"""CP-IAM: the roles of tasks, monitoring, flow logs and exports, and that none may more than it needs."""

import re

import pytest

from preview.recording import Recording
from tests.requirements.breaches import Breach, add, change, drop, noticed, statement
from tests.requirements.expected import ACCOUNT, environments, requirement, stacks
from tests.requirements.reading import (
    arn,
    attached,
    document,
    granted,
    key,
    of,
    one,
    only,
    permissions,
    trusting,
)
from tests.stacks import ROOT

MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


@requirement("CP-IAM-15")
@environments
def test_rds_monitors_through_its_role(platform: Recording, stack: str) -> None:
    found = only(trusting(platform, "monitoring.rds.amazonaws.com"))
    assert attached(platform, found) == [MONITORING]
    assert permissions(platform, found) == []


@requirement("CP-IAM-16")
@environments
def test_flow_logs_write_through_their_role(platform: Recording, stack: str) -> None:
    found = only(trusting(platform, "vpc-flow-logs.amazonaws.com"))
    assert one(platform, "ec2.FlowLog")["iamRoleArn"] == arn(found)
    group = one(platform, "ec2.FlowLog")["logDestination"]
    may = granted(permissions(platform, found))
    assert may.keys() >= {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert all(action.startswith("logs:") and on <= {group, f"{group}:*"} for action, on in may.items())


STATIC_KEY = re.compile(r"(?i)aws[_-]access[_-]key[_-]id|aws[_-]secret[_-]access[_-]key|AKIA[0-9A-Z]{16}")


@requirement("CP-IAM-26")
@stacks
def test_no_long_lived_credentials(platform: Recording, stack: str) -> None:
    """Neither in the stack nor in a workflow."""
    assert of(platform, "iam.User") == []
    assert of(platform, "iam.AccessKey") == []
    workflows = [*(ROOT / ".github/workflows").glob("*.yml"), *(ROOT / ".github/workflows").glob("*.yaml")]
    assert workflows
    for workflow in workflows:
        assert not STATIC_KEY.search(workflow.read_text()), workflow.name


@requirement("CP-IAM-30")
@environments
def test_the_export_role_delivers_and_no_more(platform: Recording, stack: str) -> None:
    """The environments' part; Config's and CloudTrail's roles are proven with the shared stack's audit."""
    found = only(trusting(platform, "export.rds.amazonaws.com"))
    bucket = f"arn:aws:s3:::cloudplatform-{stack}-backups"
    for action, on in granted(permissions(platform, found)).items():
        service = action.split(":")[0]
        assert service in ("s3", "kms")
        assert on <= ({bucket, f"{bucket}/*"} if service == "s3" else {arn(key(platform))})
    assert attached(platform, found) == []


LINKED = ("ecs", "application-autoscaling", "elasticache", "guardduty", "securityhub", "inspector2")


@requirement("CP-IAM-31")
@stacks
def test_services_act_through_their_linked_roles(platform: Recording, stack: str) -> None:
    """And what is shared is guarded by a policy of its own: buckets, keys, topics and functions."""
    assert not any("iamRole" in each.inputs for each in of(platform, "ecs.Service"))
    assert not any("roleArn" in each.inputs for each in of(platform, "appautoscaling.Target"))
    for service in LINKED:
        assert trusting(platform, f"{service}.amazonaws.com") == []
    policed = {each["bucket"] for each in of(platform, "s3.BucketPolicy")}
    assert policed == {each["bucket"] for each in of(platform, "s3.Bucket")} != set()
    assert all(document(each["policy"]) for each in of(platform, "kms.Key"))
    assert {each["arn"] for each in of(platform, "sns.TopicPolicy")} == {
        arn(each) for each in of(platform, "sns.Topic")
    }
    permitted = {each["function"] for each in of(platform, "lambda_.Permission")}
    assert permitted >= {each["name"] for each in of(platform, "lambda_.Function")}


#: Actions that take no resource (Service Authorization Reference), and those that take one only sometimes.
WITHOUT_RESOURCE = {"cloudwatch:GetMetricData", "ecr:GetAuthorizationToken", "logs:GetQueryResults"}


#: The roles that the requirement itself leaves out: break-glass, and those that apply or preview infrastructure.
APART = re.compile(r"-role-(break-glass|infrastructure-\w+)$")


#: AWS's own lists, where nobody else can keep one: what Config reads, RDS's monitoring writes, AWS Backup copies.
SERVICE = "arn:aws:iam::aws:policy/service-role"
BACKUPS = {f"{SERVICE}/AWSBackupServiceRolePolicyFor{task}" for task in ("Backup", "Restores")}
MANAGED = {MONITORING, f"{SERVICE}/AWS_ConfigRole", *BACKUPS}


@requirement("CP-IAM-32")
@stacks
def test_every_role_is_least_privilege(platform: Recording, stack: str) -> None:
    """No Allow of everything, of a whole service or of all but something; `*` as a resource only where AWS has no
    other. The managed policies are AWS's for monitoring, Config and backups, and our own, which only deny."""
    roles = [each for each in of(platform, "iam.Role") if not APART.search(each["name"])]
    assert roles
    own = {arn(each): document(each["policy"]) for each in of(platform, "iam.Policy")}
    for found in roles:
        for policy in set(attached(platform, found)) - MANAGED:
            assert not any(part.allows for part in own[policy]), found.name
        for part in permissions(platform, found):
            assert not (part.allows and part.negated)
            assert not any(re.fullmatch(r"\*|[^:]*:\*", action) for action in part.actions if part.allows)
            if part.allows and "*" in part.resources:
                excused = WITHOUT_RESOURCE
                if "cloudwatch:namespace" in part.condition.get("StringEquals", {}):
                    excused = excused | {"cloudwatch:PutMetricData"}
                if "ecs:cluster" in part.condition.get("ArnLike", {}):
                    excused = excused | {"ecs:ListTasks"}
                unexcused = {action for action in part.actions if action not in excused}
                assert all(":Describe" in action for action in unexcused), (found.name, unexcused)


#: Services that do not say for which account they act, and take no role but of their own: a condition on the account
#: would lock them out (docs/service-principals.md).
SILENT = {f"{word}.amazonaws.com" for word in ("backup", "cloudtrail", "export.rds", "lambda")}


@stacks
def test_every_trust_is_bound(platform: Recording, stack: str) -> None:
    """A service acts for this account only, a person has MFA, a workflow is of one place: without it a role could be
    borrowed (the confused deputy)."""
    for found in of(platform, "iam.Role"):
        for part in document(found["assumeRolePolicy"]):
            [(kind, principal)] = part.principals
            match kind:
                case "Service" if principal in SILENT:
                    assert part.condition == {}
                case "Service":
                    assert part.condition["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
                case "Federated":
                    assert part.condition.keys() == {"StringEquals", "StringLike"}
                case _:
                    assert kind == "AWS"
                    assert part.condition == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    "word", ["AWS_ACCESS_KEY_ID: x", "aws-secret-access-key: ${{ secrets.KEY }}", "AKIAIOSFODNN7EXAMPLE"]
)
def test_a_static_key_in_a_workflow_would_be_seen(word: str) -> None:
    assert STATIC_KEY.search(word)


BREACHES = [
    Breach("CP-IAM-15", test_rds_monitors_through_its_role, drop("iam.RolePolicyAttachment")),
    Breach(
        "CP-IAM-16",
        test_flow_logs_write_through_their_role,
        change("iam.RolePolicy", "flow-logs", policy=lambda old: old.replace("/dev/vpc/flow-logs", "*")),
    ),
    Breach("CP-IAM-26", test_no_long_lived_credentials, add("iam.AccessKey", user="deploy"), "shared"),
    Breach(
        "CP-IAM-30",
        test_the_export_role_delivers_and_no_more,
        change(
            "iam.RolePolicy",
            "snapshot-export-key",
            policy=statement(Action="kms:Decrypt", Resource="arn:aws:kms:us-east-1:1:key/other"),
        ),
    ),
    Breach(
        "CP-IAM-31",
        test_services_act_through_their_linked_roles,
        change("ecs.Service", iamRole="arn:aws:iam::1:role/ecs"),
    ),
    Breach("CP-IAM-31", test_services_act_through_their_linked_roles, add("sns.Topic", name="open"), "shared"),
    Breach(
        "CP-IAM-32",
        test_every_role_is_least_privilege,
        add(
            "iam.RolePolicy",
            role="cloudplatform-shared-role-key-admin-devops",
            policy='{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::x"}}',
        ),
        "shared",
    ),
    Breach(
        "CP-IAM-32",
        test_every_role_is_least_privilege,
        change("iam.RolePolicy", "flow-logs", policy=statement(Action="logs:PutLogEvents", Resource="*")),
    ),
]

test_breaches = noticed(BREACHES)
