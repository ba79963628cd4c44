"""Every role of a workflow may do all that its user calls: the provider, our scripts, a push of an image."""

import json
import re
from functools import cache
from typing import Any, Final

import botocore.session
import pytest
import yaml
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]
from moto.iam.aws_managed_policies import aws_managed_policies_data

from preview.recording import Recording
from tests.contracts.recordings import in_aws, many
from tests.requirements.reading import of
from tests.stacks import ROOT, STACKS, recorded

FILE = ROOT / "tests/data/provider_reads.yaml"
READS: Final[dict[str, list[str]]] = yaml.load(FILE.read_text(), yaml.CSafeLoader)
#: AWS's managed policies as of moto's release, each with its date.
MANAGED: Final[dict[str, dict[str, Any]]] = json.loads(aws_managed_policies_data)
SHARED: Final = "cloudplatform-shared-role-"
#: What `docker pull` and `docker push` call (ECR user guide, "IAM permissions for pushing an image").
DOCKER: Final = frozenset(
    f"ecr:{each}" for each in ("BatchCheckLayerAvailability", "BatchGetImage", "CompleteLayerUpload",
                               "GetAuthorizationToken", "GetDownloadUrlForLayer", "InitiateLayerUpload", "PutImage",
                               "UploadLayerPart")
)  # fmt: skip


def allowed(documents: list[Any]) -> re.Pattern[str]:
    """The actions that documents allow on anything, as one pattern."""
    actions = [
        action
        for each in documents
        for part in many(each["Statement"])
        if part["Effect"] == "Allow"
        for action in many(part["Action"])
    ]
    return re.compile("|".join(re.escape(each).replace(r"\*", ".*") for each in sorted(set(actions))), re.IGNORECASE)


def documents(platform: Recording, role: str) -> list[Any]:
    """Every policy of a role: ours, and AWS's by their names."""
    name = SHARED + role
    own = [json.loads(each["policy"]) for each in of(platform, "iam.RolePolicy") if each["role"] == name]
    arns = [each["policyArn"] for each in of(platform, "iam.RolePolicyAttachment") if each["role"] == name]
    managed = [MANAGED[arn.rpartition("/")[2]]["Document"] for arn in arns]
    return [*own, *(json.loads(each) if isinstance(each, str) else each for each in managed)]


@cache
def shared() -> Recording:
    return recorded("shared", True)


@cache
def allowed_to(role: str) -> re.Pattern[str]:
    return allowed(documents(shared(), role))


def lacking(role: str, wanted: set[str]) -> set[str]:
    """The actions that a role needs and does not have."""
    return {action for action in wanted if not allowed_to(role).fullmatch(action)}


@pytest.mark.parametrize("stack", STACKS)
def test_a_refresh_may_read_every_type(stack: str) -> None:
    """Each type of each stack has its row, and the drift role every action of it."""
    types = {each.type for each in in_aws(recorded(stack, True))}
    assert types - READS.keys() == set()
    assert lacking("infrastructure-drift", {action for each in types for action in READS[each]}) == set()


#: Where IAM calls a service or an operation otherwise than the API does (Service Authorization Reference).
SERVICES: Final = {"access-analyzer": "accessanalyzer", "elasticloadbalancing": "elbv2"}
OPERATIONS: Final = {
    "budgets:ViewBudget": "DescribeBudget",
    "s3:GetAccelerateConfiguration": "GetBucketAccelerateConfiguration",
    "s3:GetBucketCORS": "GetBucketCors",
    "s3:GetBucketObjectLockConfiguration": "GetObjectLockConfiguration",
    "s3:GetBucketPublicAccessBlock": "GetPublicAccessBlock",
    "s3:GetEncryptionConfiguration": "GetBucketEncryption",
    "s3:GetLifecycleConfiguration": "GetBucketLifecycleConfiguration",
    "s3:GetReplicationConfiguration": "GetBucketReplication",
    "s3:ListBucket": "HeadBucket",
}


def test_every_read_is_an_operation_of_aws() -> None:
    """What was written down by hand is in AWS's own description of its services, and reads: it changes nothing."""
    session: Any = botocore.session.Session()
    for action in sorted({action for actions in READS.values() for action in actions}):
        service, _, operation = action.partition(":")
        model = session.get_service_model(SERVICES.get(service, service))
        assert OPERATIONS.get(action, operation) in model.operation_names, action
        assert re.match("Batch|Describe|Get|Head|List|View", operation), action


def test_the_managed_policies_alone_do_not_do() -> None:
    """They leave out what the role is given besides: if AWS adds it, this says so, and the statement may go."""
    wanted = {action for actions in READS.values() for action in actions}
    managed = [MANAGED[name]["Document"] for name in ("SecurityAudit", "ViewOnlyAccess")]
    has = allowed([json.loads(each) if isinstance(each, str) else each for each in managed])
    assert {action for action in wanted if not has.fullmatch(action)} == {
        "application-autoscaling:ListTagsForResource",
        "budgets:ListTagsForResource",
        "budgets:ViewBudget",
        "ce:GetAnomalyMonitors",
        "ce:GetAnomalySubscriptions",
        "ce:ListTagsForResource",
        "lambda:GetFunction",
        "secretsmanager:GetSecretValue",
        "ssm:GetParameter",
    }


def called(text: str) -> set[str]:
    """The IAM actions behind the commands of the AWS CLI in a script; a waiter polls an operation."""
    session: Any = botocore.session.Session()
    found = set[str]()
    for service, command in re.findall(r"\baws ([a-z]+) (wait [a-z-]+|[a-z-]+)", text):
        if command.startswith("wait "):
            waiters = session.get_waiter_model(service)
            names = {xform_name(each, "-"): waiters.get_waiter(each).operation for each in waiters.waiter_names}
            operation = names[command.removeprefix("wait ")]
        else:
            operations = session.get_service_model(service).operation_names
            operation = {xform_name(each, "-"): each for each in operations}[command]
        found.add(f"{service}:{operation}")
    return found


def steps() -> tuple[str, str]:
    """Of .ci/deploy: the migration with the functions that it uses, and all the rest."""
    text = (ROOT / ".ci/deploy").read_text()
    [migration] = re.findall(r"^  migrate\).*?^    ;;$", text, re.M | re.S)
    used = re.findall(r"^(?:manifest|registered)\(\) \{.*?^\}$", text, re.M | re.S)
    assert len(used) == 2
    return migration + "".join(used), text.replace(migration, "")


@pytest.mark.parametrize("role", ["github-actions", "github-actions-prod"])
def test_a_deployment_may_do_its_steps(role: str) -> None:
    """What the script calls, and ECS the roles that the tasks are given; and images are pulled and pushed."""
    wanted = called(steps()[1])
    assert {"ecs:DescribeServices", "ecs:UpdateService", "ecr:PutImage", "cloudwatch:DescribeAlarms"} <= wanted
    assert lacking(role, wanted | DOCKER | {"iam:PassRole"}) == set()


@pytest.mark.parametrize("role", ["github-migrations", "github-migrations-prod"])
def test_a_migration_may_do_its_steps(role: str) -> None:
    wanted = called(steps()[0])
    assert {"ecs:DescribeTasks", "ecs:RunTask", "ecr:BatchGetImage"} <= wanted
    assert lacking(role, wanted | {"iam:PassRole"}) == set()


def test_what_is_lacking_is_seen() -> None:
    assert lacking("github-actions", {"ecs:DeleteService", "ecs:UpdateService"}) == {"ecs:DeleteService"}
    assert lacking("infrastructure-preview", {"lambda:GetFunction"}) == {"lambda:GetFunction"}
