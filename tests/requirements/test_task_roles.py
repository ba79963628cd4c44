"""CP-IAM: the two roles of a task, and those of the functions."""

import re

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, change, noticed, statement, text
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
)

REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/cloudplatform-fastapi"
#: GuardDuty's, which lies in another account in each region (its user guide, "Amazon ECR repository hosting agent").
AGENT = f"arn:aws:ecr:{REGION}:*:repository/aws-guardduty-agent-fargate"
GRANTED_SECRETS = ("database/credentials", "redis/auth-token", "app/jwt-secret", "app/external-api-keys")


def _execution(platform: Recording) -> RecordedResource:
    return role(platform, one(platform, "ecs.TaskDefinition")["executionRoleArn"])


def _task(platform: Recording) -> RecordedResource:
    return role(platform, one(platform, "ecs.TaskDefinition")["taskRoleArn"])


def _assert_trusts_ecs(found: RecordedResource) -> None:
    part = only(document(found["assumeRolePolicy"]))
    assert part.allows
    assert part.principals == [("Service", "ecs-tasks.amazonaws.com")]
    assert part.condition == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


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
        "ecr:BatchCheckLayerAvailability": {REPOSITORY, AGENT},
        "ecr:GetDownloadUrlForLayer": {REPOSITORY, AGENT},
        "ecr:BatchGetImage": {REPOSITORY, AGENT},
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


EXECUTION = "start"  #: role policies of the execution role
TASK = "task-objects"  #: the task role's policy
BREACHES = [
    Breach(
        "CP-IAM-01",
        test_ecs_assumes_the_execution_role_for_this_account,
        change(
            "iam.Role", "ecs-task-execution", assumeRolePolicy=lambda old: old.replace("123456789012", "210987654321")
        ),
    ),
    Breach(
        "CP-IAM-02",
        test_the_execution_role_pulls_one_image,
        change("iam.RolePolicy", EXECUTION, policy=lambda old: old.replace("cloudplatform-fastapi", "*")),
    ),
    Breach(
        "CP-IAM-03",
        test_the_execution_role_writes_one_log,
        change("iam.RolePolicy", EXECUTION, policy=lambda old: old.replace("/ecs/dev/fastapi", "*")),
    ),
    Breach(
        "CP-IAM-04",
        test_the_execution_role_reads_the_tasks_secrets_and_that_is_all,
        change("iam.RolePolicy", "start-secrets", policy=statement(Action="secretsmanager:ListSecrets", Resource="*")),
    ),
    Breach(
        "CP-IAM-05",
        test_ecs_assumes_the_task_role_for_this_account,
        change(
            "iam.Role", "fastapi-ecs-task", assumeRolePolicy=statement(Principal={"AWS": "*"}, Action="sts:AssumeRole")
        ),
    ),
    Breach(
        "CP-IAM-06",
        test_the_task_role_has_five_actions,
        change(
            "iam.RolePolicy",
            TASK,
            policy=statement(Action="s3:DeleteObject", Resource="arn:aws:s3:::cloudplatform-dev-assets/app/*"),
        ),
    ),
    Breach(
        "CP-IAM-06",
        test_the_task_role_has_five_actions,
        change(
            "iam.RolePolicy",
            "task-metrics",
            policy=text(
                lambda old: {
                    **old,
                    "Statement": [{key: value for key, value in old["Statement"][0].items() if key != "Condition"}],
                }
            ),
        ),
    ),
    Breach(
        "CP-IAM-07",
        test_the_two_roles_differ_and_read_named_secrets,
        lambda s: change("ecs.TaskDefinition", taskRoleArn=one(s, "ecs.TaskDefinition")["executionRoleArn"])(s),
    ),
    Breach(
        "CP-IAM-07",
        test_the_two_roles_differ_and_read_named_secrets,
        change(
            "iam.RolePolicy", "task-secrets", policy=statement(Action="secretsmanager:GetSecretValue", Resource="*")
        ),
    ),
    Breach(
        "CP-IAM-14",
        test_each_function_has_a_role_of_its_own,
        change("iam.Role", "slack-notifier", assumeRolePolicy=statement(Principal={"Service": "ec2.amazonaws.com"})),
    ),
    Breach(
        "CP-IAM-14",
        test_each_function_has_a_role_of_its_own,
        change("iam.RolePolicy", "auto-remediate", policy=statement(Action="ec2:*", Resource="*")),
        "shared",
    ),
]

test_breaches = noticed(BREACHES)
