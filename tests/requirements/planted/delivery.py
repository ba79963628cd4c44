"""Breaches of the roles that deliver."""

from typing import Any

from tests.requirements import test_delivery as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, drop, plant, statement

ROLE = "iam.Role"
SUBJECT = f"repo:{AREA.REPOSITORY}:environment:production"


def _planted(id_: str, proof: Any, mutation: Mutation, **more: Any) -> Breach:
    return Breach(id_, proof, mutation, "shared", more)


def _trusting(role: str, old: str, new: str) -> Mutation:
    return change(ROLE, role, assumeRolePolicy=lambda text: text.replace(old, new))


def _may(policy: str, action: str, resource: str = "*") -> Mutation:
    return change("iam.RolePolicy", policy, policy=statement(Action=action, Resource=resource))


BREACHES = [
    _planted("CP-IAM-08", AREA.test_github_is_the_one_identity_provider,
             change("iam.OpenIdConnectProvider", clientIdLists=["sts.amazonaws.com", "other"])),
    _planted("CP-IAM-08", AREA.test_github_is_the_one_identity_provider,
             plant("iam.OpenIdConnectProvider", url="https://gitlab.com", clientIdLists=[])),
    _planted("CP-IAM-09", AREA.test_a_workflow_is_known_by_its_place,
             _trusting("infrastructure-prod", SUBJECT, f"repo:{AREA.REPOSITORY}:*")),
    _planted("CP-IAM-09", AREA.test_a_workflow_is_known_by_its_place,
             _trusting("github-actions-prod", SUBJECT, "repo:your-org/*:environment:production")),
    _planted("CP-IAM-09", AREA.test_a_workflow_is_known_by_its_place,
             _trusting("infrastructure-preview", "StringLike", "StringNotLike")),
    _planted("CP-IAM-09", AREA.test_a_workflow_is_known_by_its_place,
             _trusting("infrastructure-drift", f"{AREA.HOST}:aud", f"{AREA.HOST}:actor")),
    _planted("CP-IAM-10", AREA.test_pushing_images,
             _may("github-actions-images", "ecr:PutImage", f"{AREA.IMAGES}-other"), word="github-actions"),
    _planted("CP-IAM-11", AREA.test_deploying_services,
             _may("github-actions-services", "ecs:UpdateService", *AREA.services("prod")), word="github-actions"),
    _planted("CP-IAM-11", AREA.test_deploying_services,
             _may("github-actions-prod-services", "ecs:RunTask"), word="github-actions-prod"),
    _planted("CP-IAM-12", AREA.test_passing_the_tasks_roles,
             _may("github-actions-services", "iam:PassRole"), word="github-actions"),
    _planted("CP-IAM-13", AREA.test_nothing_is_deleted,
             _may("github-actions-services", "ecs:DeleteService"), word="github-actions"),
    _planted("CP-IAM-28", AREA.test_infrastructure_has_roles_of_its_own,
             drop("iam.RolePolicyAttachment", "delivery-infrastructure-preview-SecurityAudit")),
    _planted("CP-IAM-28", AREA.test_infrastructure_has_roles_of_its_own,
             _may("infrastructure-preview-states", "s3:PutObject")),
    _planted("CP-IAM-28", AREA.test_infrastructure_has_roles_of_its_own,
             _may("infrastructure-preview-states", "secretsmanager:GetSecretValue")),
]  # fmt: skip
