"""Identities get actions and resources by name: no wildcard that holds a service, no list of exceptions."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws import actions
from guard.aws.grants import IDENTITIES, actions_that, full, has, narrowed, reaches_all, report, whole_service
from guard.aws.policy_documents import Statement, opposite
from guard.model.graph import Finding, Resource, Stack
from guard.model.logic import Answer, every
from guard.model.rule import EnforcementLevel, Severity, rule

FAMILY: Final = "iam-least-privilege"


holds_everything = actions_that(lambda word, _: full(word))


@rule(
    "iam-full-access",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.CRITICAL,
    controls=("FSBP IAM.1", "CIS 5.0 1.15"),
    why="Whoever holds these credentials owns the account; a condition on region or time changes nothing about that.",
    fix="List the actions that are needed, e.g. ['s3:GetObject', 's3:PutObject'], and the ARNs they are needed on.",
)
def iam_full_access(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(
        resource, stack, "allows every action of every service: `{}`", actions_that(lambda word, _: full(word))
    )


@rule(
    "iam-not-action",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.HIGH,
    why="Allow with NotAction grants all that it does not name, services that do not exist yet among it.",
    fix="List what is allowed in Action; to forbid something, write a second statement with Effect Deny.",
)
def iam_not_action(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "allows everything but some actions, by `{}`", has("NotAction"))


@rule(
    "iam-not-resource",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.HIGH,
    why="Allow with NotResource reaches all that it does not name, whatever is created later among it.",
    fix="List what is reached in Resource; to protect something, write a second statement with Effect Deny.",
)
def iam_not_resource(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "reaches everything but some resources, by `{}`", has("NotResource"))


def _service(pattern: str, statement: Statement) -> bool:
    """Whether a pattern holds a service whose actions can be confined: the session channels of SSM cannot."""
    known = "Resource" in statement and whole_service(pattern)
    return known and bool(actions.kinds_of(pattern) or not actions.matching(pattern))


def _anywhere(pattern: str, statement: Statement) -> Answer:
    narrow = narrowed(statement, pattern.partition(":")[0])
    return every((reaches_all(statement, actions.kinds_of(pattern)), opposite(narrow)))


holds_service = actions_that(lambda pattern, statement: _service(pattern, statement) and _anywhere(pattern, statement))


@rule(
    "iam-service-wildcard",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.HIGH,
    controls=("FSBP IAM.21",),
    why="All actions of a service on all of its resources hold its administration: policies, deletion, all to come.",
    fix="List the actions that are needed, e.g. ['sqs:SendMessage'], and name the resources by ARN or prefix.",
)
def iam_service_wildcard(resource: Resource, stack: Stack) -> Iterator[Finding]:
    return report(resource, stack, "allows a whole service on every resource: `{}`", holds_service)


@rule(
    "iam-service-wildcard-named",
    family=FAMILY,
    on=IDENTITIES,
    severity=Severity.LOW,
    level=EnforcementLevel.ADVISORY,
    controls=("FSBP IAM.21",),
    why="All actions of a service hold the deletion of the resource and the change of its policy, even if it is one.",
    fix="List the actions that are needed, e.g. ['s3:GetObject', 's3:ListBucket'].",
)
def iam_service_wildcard_named(resource: Resource, stack: Stack) -> Iterator[Finding]:
    def test(pattern: str, statement: Statement) -> Answer:
        return _service(pattern, statement) and opposite(_anywhere(pattern, statement))

    return report(resource, stack, "allows a whole service on what it names: `{}`", actions_that(test))
