"""CP-IAM: the roles that GitHub's workflows take, in the shared stack for all environments."""

import json
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, Mutation, add, change, drop, noticed, statement
from tests.requirements.expected import ACCOUNT, REGION, requirement, shared
from tests.requirements.reading import (
    arn,
    at,
    attached,
    document,
    granted,
    key,
    of,
    one,
    only,
    permissions,
)

HOST = "token.actions.githubusercontent.com"
REPOSITORY = "your-org/your-repo"
MAIN = "ref:refs/heads/main"
IMAGES = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/cloudplatform-fastapi"
PULL_AND_PUSH = {
    *("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage", "ecr:PutImage"),
    *("ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload"),
}
#: Which role a workflow takes, and from where: a branch, a pull request, or a GitHub environment.
PLACES = {
    "github-actions": {MAIN, "environment:dev", "environment:staging"},
    "github-actions-prod": {"environment:production"},
    "github-migrations": {"environment:dev", "environment:staging"},
    "github-migrations-prod": {"environment:production"},
    "infrastructure-preview": {"pull_request"},
    "infrastructure-drift": {MAIN},
    "infrastructure-shared": {"environment:shared"},
    "infrastructure-dev": {"environment:dev"},
    "infrastructure-staging": {"environment:staging"},
    "infrastructure-prod": {"environment:production"},
}
#: The environments whose services each role deploys.
DEPLOYS = {"github-actions": ("dev", "staging"), "github-actions-prod": ("prod",)}
#: The environments whose databases each role migrates.
MIGRATES = {"github-migrations": ("dev", "staging"), "github-migrations-prod": ("prod",)}
APPLIES = ("infrastructure-shared", "infrastructure-dev", "infrastructure-staging", "infrastructure-prod")
#: What each may besides reading, by the name of the call; a refresh looks at budgets, whose call to read is a View.
READS = {"infrastructure-preview": {"kms:Decrypt"}, "infrastructure-drift": {"budgets:ViewBudget", "kms:Decrypt"}}
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
LOOKS = ["arn:aws:iam::aws:policy/SecurityAudit", "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"]
#: The beginnings of the names of calls that change nothing.
READING = ("Describe", "Get", "List", "BatchGet", "Validate")


def workflow_role(platform: Recording, word: str) -> RecordedResource:
    return at(platform, "iam.Role", name=f"cloudplatform-shared-role-{word}")


def federated(platform: Recording) -> dict[str, RecordedResource]:
    """The roles that a web identity may take, by the last words of their names."""
    return {
        str(each["name"]).removeprefix("cloudplatform-shared-role-"): each
        for each in of(platform, "iam.Role")
        if "Federated" in str(each["assumeRolePolicy"])
    }


def services(*environments: str) -> set[str]:
    place = f"arn:aws:ecs:{REGION}:{ACCOUNT}:service"
    return {
        f"{place}/cloudplatform-{each}-ecs-cluster/cloudplatform-{each}-ecs-service-fastapi" for each in environments
    }


@requirement("CP-IAM-08")
@shared
def test_github_is_the_one_identity_provider(platform: Recording, stack: str) -> None:
    provider = one(platform, "iam.OpenIdConnectProvider")
    assert (provider["url"], provider["clientIdLists"]) == (f"https://{HOST}", ["sts.amazonaws.com"])


@requirement("CP-IAM-09")
@shared
def test_a_workflow_is_known_by_its_place(platform: Recording, stack: str) -> None:
    """Of this repository only, AWS as the audience, and never by a pattern: prod's roles trust production alone."""
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{HOST}"
    assert federated(platform).keys() == PLACES.keys()
    for word, places in PLACES.items():
        statement = only(document(workflow_role(platform, word)["assumeRolePolicy"]))
        assert (statement.allows, list(statement.actions)) == (True, ["sts:AssumeRoleWithWebIdentity"])
        assert statement.principals == [("Federated", provider)]
        assert statement.condition.keys() == {"StringEquals", "StringLike"}
        assert statement.condition["StringEquals"] == {f"{HOST}:aud": "sts.amazonaws.com"}
        subjects = statement.condition["StringLike"]
        assert subjects.keys() == {f"{HOST}:sub"}
        assert set(subjects[f"{HOST}:sub"]) == {f"repo:{REPOSITORY}:{place}" for place in places}
        assert one(platform, "iam.OpenIdConnectProvider").urn in workflow_role(platform, word).dependencies


@shared
@pytest.mark.parametrize("word", [pytest.param(word, marks=requirement("CP-IAM-10")) for word in DEPLOYS])
def test_pushing_images(platform: Recording, stack: str, word: str) -> None:
    """Eight actions: a token, and seven on the one repository."""
    may = granted(permissions(platform, workflow_role(platform, word)))
    assert {action: on for action, on in may.items() if action.startswith("ecr:")} == {
        "ecr:GetAuthorizationToken": {"*"},
        **{action: {IMAGES} for action in PULL_AND_PUSH},
    }


@shared
@pytest.mark.parametrize("word", [pytest.param(word, marks=requirement("CP-IAM-11")) for word in DEPLOYS])
def test_deploying_services(platform: Recording, stack: str, word: str) -> None:
    """Each its own environments' services: only the role of production reaches prod's (C-31)."""
    environments = DEPLOYS[word]
    may = granted(permissions(platform, workflow_role(platform, word)))
    families = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition"
    assert {action: on for action, on in may.items() if action.startswith("ecs:")} == {
        "ecs:UpdateService": services(*environments),
        "ecs:DescribeServices": {
            f"arn:aws:ecs:{REGION}:{ACCOUNT}:service/cloudplatform-{each}-ecs-cluster/*" for each in environments
        },
        "ecs:RegisterTaskDefinition": {f"{families}/cloudplatform-{each}-ecs-task-fastapi:*" for each in environments},
        "ecs:DescribeTaskDefinition": {"*"},
    }
    assert may.keys() - {"cloudwatch:DescribeAlarms", "iam:PassRole"} <= {
        action for action in may if action.startswith(("ecr:", "ecs:"))
    }
    assert attached(platform, workflow_role(platform, word)) == []


@shared
@pytest.mark.parametrize("word", MIGRATES)
def test_migrating_databases(platform: Recording, stack: str, word: str) -> None:
    """By a task in the environments' own clusters, with the roles that their services' tasks have; nothing else."""
    role, place = workflow_role(platform, word), f"arn:aws:ecs:{REGION}:{ACCOUNT}"
    stacks = [f"cloudplatform-{each}" for each in MIGRATES[word]]
    families = {f"{place}:task-definition/{each}-ecs-task-fastapi:*" for each in stacks}
    roles = {f"arn:aws:iam::{ACCOUNT}:role/{each}-role-fastapi" for each in stacks}
    assert granted(permissions(platform, role)) == {
        "ecr:BatchGetImage": {IMAGES},
        "ecs:DescribeServices": {f"{place}:service/{each}-ecs-cluster/*" for each in stacks},
        "ecs:DescribeTaskDefinition": {"*"},
        "ecs:DescribeTasks": {f"{place}:task/{each}-ecs-cluster/*" for each in stacks},
        "ecs:RegisterTaskDefinition": families,
        "ecs:RunTask": families,
        "iam:PassRole": {f"{each}-{kind}" for each in roles for kind in ("ecs-task", "ecs-task-execution")},
    }
    [runs] = [each for each in permissions(platform, role) if "ecs:RunTask" in each.actions]
    assert runs.condition == {"ArnEquals": {"ecs:cluster": [f"{place}:cluster/{each}-ecs-cluster" for each in stacks]}}
    [passes] = [each for each in permissions(platform, role) if "iam:PassRole" in each.actions]
    assert passes.condition == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    assert attached(platform, role) == []


@shared
@pytest.mark.parametrize("word", [pytest.param(word, marks=requirement("CP-IAM-12")) for word in DEPLOYS])
def test_passing_the_tasks_roles(platform: Recording, stack: str, word: str) -> None:
    """To ECS only, and only the two of each environment."""
    found = [each for each in permissions(platform, workflow_role(platform, word)) if "iam:PassRole" in each.actions]
    role = f"arn:aws:iam::{ACCOUNT}:role/cloudplatform"
    assert set(only(found).resources) == {
        f"{role}-{each}-role-fastapi-{kind}" for each in DEPLOYS[word] for kind in ("ecs-task", "ecs-task-execution")
    }
    assert only(found).condition == {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}


@shared
@pytest.mark.parametrize("word", [pytest.param(word, marks=requirement("CP-IAM-13")) for word in DEPLOYS])
def test_nothing_is_deleted(platform: Recording, stack: str, word: str) -> None:
    may = granted(permissions(platform, workflow_role(platform, word)))
    assert "ecs:UpdateService" in may
    assert not any(action == "*" or "Delete" in action or action.endswith(":*") for action in may)


@requirement("CP-IAM-28")
@shared
def test_infrastructure_has_roles_of_its_own(platform: Recording, stack: str) -> None:
    """Pull requests look and change nothing; each stack is applied by a role that its GitHub environment alone gets."""
    for word in APPLIES:
        assert attached(platform, workflow_role(platform, word)) == [ADMINISTRATOR]
        assert len(PLACES[word]) == 1
    for word, besides in READS.items():
        reader = workflow_role(platform, word)
        assert sorted(attached(platform, reader)) == LOOKS
        may = granted(permissions(platform, reader))
        assert {action for action in may if not action.split(":")[1].startswith(READING)} == besides
        assert may["s3:GetObject"] == {"arn:aws:s3:::cloudplatform-terraform-state/*"}
    preview = granted(permissions(platform, workflow_role(platform, "infrastructure-preview")))
    assert "secretsmanager:GetSecretValue" not in preview
    assert preview["kms:Decrypt"] == {arn(key(platform))}


@shared
def test_a_boundary_holds_every_workflow(platform: Recording, stack: str) -> None:
    """No user and no key that outlives a run; and the boundary cannot be taken off nor rewritten by whom it binds."""
    boundary = at(platform, "iam.Policy", name="cloudplatform-shared-policy-delivery-boundary")
    for found in federated(platform).values():
        assert found["permissionsBoundary"] == arn(boundary)
    denied = {
        action: set(each.resources)
        for each in document(boundary["policy"])
        if not each.allows
        for action in each.actions
    }
    assert denied == {
        **{f"iam:Create{it}": {"*"} for it in ("AccessKey", "LoginProfile", "ServiceSpecificCredential", "User")},
        **{
            f"iam:{verb}RolePermissionsBoundary": {f"arn:aws:iam::{ACCOUNT}:role/cloudplatform-shared-role-*"}
            for verb in ("Delete", "Put")
        },
        **{
            f"iam:{call}": {arn(boundary)}
            for call in ("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "SetDefaultPolicyVersion")
        },
    }


@shared
def test_what_the_workflows_need_next(platform: Recording, stack: str) -> None:
    """The stack tells its roles' names, and each is there."""
    told: dict[str, Any] = platform.outputs["delivery_roles"]
    assert set(told.values()) == {each["name"] for each in federated(platform).values()}
    assert json.dumps(told, sort_keys=True)


ROLE = "iam.Role"
SUBJECT = f"repo:{REPOSITORY}:environment:production"


def _breach(id_: str, proof: Any, mutation: Mutation, **more: Any) -> Breach:
    return Breach(id_, proof, mutation, "shared", more)


def _trusting(role: str, old: str, new: str) -> Mutation:
    return change(ROLE, role, assumeRolePolicy=lambda text: text.replace(old, new))


def _may(policy: str, action: str, resource: str = "*") -> Mutation:
    return change("iam.RolePolicy", policy, policy=statement(Action=action, Resource=resource))


BREACHES = [
    _breach("CP-IAM-08", test_github_is_the_one_identity_provider,
            change("iam.OpenIdConnectProvider", clientIdLists=["sts.amazonaws.com", "other"])),
    _breach("CP-IAM-08", test_github_is_the_one_identity_provider,
            add("iam.OpenIdConnectProvider", url="https://gitlab.com", clientIdLists=[])),
    _breach("CP-IAM-09", test_a_workflow_is_known_by_its_place,
            _trusting("infrastructure-prod", SUBJECT, f"repo:{REPOSITORY}:*")),
    _breach("CP-IAM-09", test_a_workflow_is_known_by_its_place,
            _trusting("github-actions-prod", SUBJECT, "repo:your-org/*:environment:production")),
    _breach("CP-IAM-09", test_a_workflow_is_known_by_its_place,
            _trusting("infrastructure-preview", "StringLike", "StringNotLike")),
    _breach("CP-IAM-09", test_a_workflow_is_known_by_its_place,
            _trusting("infrastructure-drift", f"{HOST}:aud", f"{HOST}:actor")),
    _breach("CP-IAM-10", test_pushing_images,
            _may("github-actions-images", "ecr:PutImage", f"{IMAGES}-other"), word="github-actions"),
    _breach("CP-IAM-11", test_deploying_services,
            _may("github-actions-services", "ecs:UpdateService", *services("prod")), word="github-actions"),
    _breach("CP-IAM-11", test_deploying_services,
            _may("github-actions-prod-services", "ecs:RunTask"), word="github-actions-prod"),
    _breach("CP-IAM-12", test_passing_the_tasks_roles,
            _may("github-actions-services", "iam:PassRole"), word="github-actions"),
    _breach("CP-IAM-13", test_nothing_is_deleted,
            _may("github-actions-services", "ecs:DeleteService"), word="github-actions"),
    _breach("CP-IAM-28", test_infrastructure_has_roles_of_its_own,
            drop("iam.RolePolicyAttachment", "delivery-infrastructure-preview-SecurityAudit")),
    _breach("CP-IAM-28", test_infrastructure_has_roles_of_its_own,
            _may("infrastructure-preview-states", "s3:PutObject")),
    _breach("CP-IAM-28", test_infrastructure_has_roles_of_its_own,
            _may("infrastructure-preview-states", "secretsmanager:GetSecretValue")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
