"""CP-IAM: the roles of tasks, monitoring, flow logs and exports, and that none may more than it needs."""

import re

import pytest

from preview.recording import Recording, Resource
from tests.requirements.expected import ACCOUNT, REGION, environments, requirement, stacks
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
    role,
    secret,
    trusting,
)
from tests.stacks import ROOT

MONITORING = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/cloudplatform-fastapi"
GRANTED_SECRETS = ("database/credentials", "redis/auth-token", "app/jwt-secret", "app/external-api-keys")


def _execution(platform: Recording) -> Resource:
    return role(platform, one(platform, "ecs.TaskDefinition")["executionRoleArn"])


def _task(platform: Recording) -> Resource:
    return role(platform, one(platform, "ecs.TaskDefinition")["taskRoleArn"])


def _assert_trusts_ecs(found: Resource) -> None:
    statement = only(document(found["assumeRolePolicy"]))
    assert statement.allows
    assert statement.principals == [("Service", "ecs-tasks.amazonaws.com")]
    assert statement.condition == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


@requirement("CP-IAM-01")
@environments
def test_ecs_assumes_the_execution_role_for_this_account(platform: Recording, stack: str) -> None:
    _assert_trusts_ecs(_execution(platform))


@requirement("CP-IAM-02")
@environments
def test_the_execution_role_pulls_one_image(platform: Recording, stack: str) -> None:
    may = {
        action: on
        for action, on in granted(permissions(platform, _execution(platform))).items()
        if action.startswith("ecr:")
    }
    assert may == {
        "ecr:GetAuthorizationToken": {"*"},
        "ecr:BatchCheckLayerAvailability": {REPOSITORY},
        "ecr:GetDownloadUrlForLayer": {REPOSITORY},
        "ecr:BatchGetImage": {REPOSITORY},
    }


@requirement("CP-IAM-03")
@environments
def test_the_execution_role_writes_one_log(platform: Recording, stack: str) -> None:
    group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/ecs/{stack}/fastapi"
    may = {
        action: on
        for action, on in granted(permissions(platform, _execution(platform))).items()
        if action.startswith("logs:")
    }
    assert may.keys() == {"logs:CreateLogStream", "logs:PutLogEvents"}
    assert all(on and on <= {group, f"{group}:*"} for on in may.values())


def _secrets(platform: Recording, stack: str) -> set[str]:
    return {arn(secret(platform, f"/{stack}/{path}")) for path in GRANTED_SECRETS}


@requirement("CP-IAM-04")
@environments
def test_the_execution_role_reads_the_tasks_secrets_and_that_is_all(platform: Recording, stack: str) -> None:
    may = granted(permissions(platform, _execution(platform)))
    assert may["secretsmanager:GetSecretValue"] == _secrets(platform, stack)
    assert may["kms:Decrypt"] == {arn(key(platform))}
    assert {action for action in may if not action.startswith(("ecr:", "logs:"))} == {
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    }
    assert attached(platform, _execution(platform)) == []


@requirement("CP-IAM-05")
@environments
def test_ecs_assumes_the_task_role_for_this_account(platform: Recording, stack: str) -> None:
    _assert_trusts_ecs(_task(platform))


@requirement("CP-IAM-06")
@environments
def test_the_task_role_has_five_actions(platform: Recording, stack: str) -> None:
    """Objects under one prefix of one bucket, the task's secrets under the key, and metrics of one namespace."""
    statements = permissions(platform, _task(platform))
    objects = {f"arn:aws:s3:::cloudplatform-{stack}-assets/app/*"}
    assert granted(statements) == {
        "s3:GetObject": objects,
        "s3:PutObject": objects,
        "secretsmanager:GetSecretValue": _secrets(platform, stack),
        "kms:Decrypt": {arn(key(platform))},
        "cloudwatch:PutMetricData": {"*"},
    }
    metrics = only(each for each in statements if "cloudwatch:PutMetricData" in each.actions)
    assert list(metrics.actions) == ["cloudwatch:PutMetricData"]
    assert metrics.condition == {"StringEquals": {"cloudwatch:namespace": "cloudplatform/fastapi"}}
    assert attached(platform, _task(platform)) == []


@requirement("CP-IAM-07")
@environments
def test_the_two_roles_differ_and_read_named_secrets(platform: Recording, stack: str) -> None:
    assert arn(_execution(platform)) != arn(_task(platform))
    for found in of(platform, "iam.Role"):
        may = granted(permissions(platform, found))
        assert not may.keys() & {"secretsmanager:*", "*"}
        assert not any("*" in each for each in may.get("secretsmanager:GetSecretValue", ()))


@requirement("CP-IAM-14")
@stacks
def test_each_function_has_a_role_of_its_own(platform: Recording, stack: str) -> None:
    """That Lambda alone takes, with named permissions: no action of a whole service on everything."""
    functions = of(platform, "lambda_.Function")
    roles = [role(platform, each["role"]) for each in functions]
    assert len({each.urn for each in roles}) == len(functions) > 0
    for found in roles:
        assert only(document(found["assumeRolePolicy"])).principals == [("Service", "lambda.amazonaws.com")]
        statements = [each for each in permissions(platform, found) if each.allows]
        assert statements
        assert not any(re.search(r"\*$", action) for each in statements for action in each.actions)
        assert attached(platform, found) == []


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
            assert not any(statement.allows for statement in own[policy]), found.name
        for statement in permissions(platform, found):
            assert not (statement.allows and statement.negated)
            assert not any(re.fullmatch(r"\*|[^:]*:\*", action) for action in statement.actions if statement.allows)
            if statement.allows and "*" in statement.resources:
                excused = WITHOUT_RESOURCE
                if "cloudwatch:namespace" in statement.condition.get("StringEquals", {}):
                    excused = excused | {"cloudwatch:PutMetricData"}
                unexcused = {action for action in statement.actions if action not in excused}
                assert all(":Describe" in action for action in unexcused), (found.name, unexcused)


#: Services that do not say for which account they act, and take no role but of their own: a condition on the account
#: would lock them out.
SILENT = {"lambda.amazonaws.com", "cloudtrail.amazonaws.com"}


@stacks
def test_every_trust_is_bound(platform: Recording, stack: str) -> None:
    """A service acts for this account only, a person has MFA, a workflow is of one place: without it a role could be
    borrowed (the confused deputy)."""
    for found in of(platform, "iam.Role"):
        for statement in document(found["assumeRolePolicy"]):
            [(kind, principal)] = statement.principals
            match kind:
                case "Service" if principal in SILENT:
                    assert statement.condition == {}
                case "Service":
                    assert statement.condition["StringEquals"] == {"aws:SourceAccount": ACCOUNT}
                case "Federated":
                    assert statement.condition.keys() == {"StringEquals", "StringLike"}
                case _:
                    assert kind == "AWS"
                    assert statement.condition == {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


@pytest.mark.parametrize(
    "word", ["AWS_ACCESS_KEY_ID: x", "aws-secret-access-key: ${{ secrets.KEY }}", "AKIAIOSFODNN7EXAMPLE"]
)
def test_a_static_key_in_a_workflow_would_be_seen(word: str) -> None:
    assert STATIC_KEY.search(word)
