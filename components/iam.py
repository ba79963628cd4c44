"""IAM documents: the same statements always give the same text."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pulumi

Statement = dict[str, Any]
#: Actions that pull an image, and the further ones that push it.
PULL: Final = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH: Final = ("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")


def allow(
    actions: Sequence[str],
    resources: Sequence[pulumi.Input[str]],
    *,
    condition: Mapping[str, Any] | None = None,
    sid: str | None = None,
) -> Statement:
    """A statement of an identity-based policy."""
    statement: Statement = {"Effect": "Allow", "Action": sorted(actions), "Resource": list(resources)}
    return _with(statement, condition, sid)


def grant(
    principal: Mapping[str, Any] | str,
    actions: Sequence[str],
    resources: Sequence[pulumi.Input[str]],
    *,
    condition: Mapping[str, Any] | None = None,
    sid: str | None = None,
    effect: str = "Allow",
) -> Statement:
    """A statement of a resource-based policy, which names a principal."""
    statement: Statement = {
        "Effect": effect,
        "Principal": principal,
        "Action": sorted(actions),
        "Resource": list(resources),
    }
    return _with(statement, condition, sid)


def deny(
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    condition: Mapping[str, Any] | None = None,
    sid: str | None = None,
) -> Statement:
    """A statement that overrides every permission."""
    statement: Statement = {"Effect": "Deny", "Action": sorted(actions), "Resource": list(resources)}
    return _with(statement, condition, sid)


def push_images(repositories: Sequence[str]) -> list[Statement]:
    """Push images to repositories, and pull them: a push asks what is there already."""
    return [
        allow(["ecr:GetAuthorizationToken"], ["*"]),  # ECR offers no resource for it
        allow([*PULL, *PUSH], repositories),
    ]


def trust_people(assumed_by: Sequence[str], root: str) -> str:
    """A trust policy for people with MFA: those named, or else whoever the account's IAM policies allow."""
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": sorted(assumed_by) or [root]},
            "Action": "sts:AssumeRole",
            "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
        }
    )


def document(*statements: Statement) -> str:
    """A policy document whose parts are all known, as canonical text: the pack can read it at the first preview."""
    return json.dumps(_document(statements), sort_keys=True)


def deferred(*statements: Statement) -> pulumi.Output[str]:
    """A policy document with a part that is known only after its resource is created."""
    return pulumi.Output.json_dumps(_document(statements), sort_keys=True)


def _document(statements: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _with(statement: Statement, condition: Mapping[str, Any] | None, sid: str | None) -> Statement:
    if condition:
        statement["Condition"] = condition
    if sid:
        statement["Sid"] = sid
    return statement
