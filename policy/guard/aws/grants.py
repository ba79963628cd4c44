"""What identity policies grant: which resources carry them, how far a statement reaches, and what narrows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import Final, NamedTuple

from guard.aws import actions
from guard.aws.conditions import Condition, bound
from guard.aws.parts import ATTACHING, POLICY
from guard.aws.policy_documents import OPAQUE, Statement, allowed, carried, covers, holds, opposite, wild
from guard.model.graph import UNKNOWN, Finding, Resource, Stack, items
from guard.model.logic import Answer, every, some

# Service control policies and permission boundaries for permission sets are not here: they grant nothing.
IDENTITIES: Final = {
    "aws:iam/policy:Policy": "policy",
    "aws:iam/rolePolicy:RolePolicy": "policy",
    "aws:iam/userPolicy:UserPolicy": "policy",
    "aws:iam/groupPolicy:GroupPolicy": "policy",
    "aws:iam/role:Role": "inlinePolicies.policy",
    "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy": "inlinePolicy",
    "aws:iot/policy:Policy": "policy",
    # What a user of a file transfer has left of the role's permissions.
    "aws:transfer/access:Access": "policy",
    "aws:transfer/user:User": "policy",
}

Answers = Iterable[tuple[str, Answer]]


def report(resource: Resource, stack: Stack, text: str, ask: Callable[[Statement], Answers]) -> Iterator[Finding]:
    """Ask every statement that grants something; what it answers yes to, an action as it was written, is a breach."""
    if is_boundary(resource, stack):
        return
    for at, name, document in carried(resource, IDENTITIES[resource.type]):
        for statement in allowed(document):
            for what, answer in ask(statement):
                about = f"{name} {what}".strip()
                if answer is UNKNOWN and what and actions.unknown(what):
                    yield replace(resource.undecided(at, about), text=f"what `{what}` does is in no table of actions")
                elif answer is UNKNOWN or (answer and may_be_boundary(resource, stack)):
                    yield resource.undecided(at, about)
                elif answer:
                    yield resource.finding(text.format(what), at=at, about=about)


def is_boundary(policy: Resource, stack: Stack) -> bool:
    """Say whether a policy is somebody's boundary and nothing else: such a one grants nothing, it only limits."""
    if policy.type != POLICY:
        return False
    edges = _Uses.of(stack)
    return policy.urn in edges.bounding and policy.urn not in edges.granting and not edges.open


def may_be_boundary(policy: Resource, stack: Stack) -> bool:
    """Say whether a policy may be somebody's boundary, one of several, and nothing else that is certain."""
    edges = _Uses.of(stack)
    perhaps = policy.urn in edges.perhaps or (policy.urn in edges.bounding and edges.open)
    return perhaps and policy.urn not in edges.granting


class _Uses(NamedTuple):
    """The policies of a stack that bound somebody, those that grant something, and whether more may."""

    bounding: frozenset[str]
    granting: frozenset[str]
    open: bool
    perhaps: frozenset[str]  # one of several that stand behind a boundary

    @staticmethod
    @lru_cache(maxsize=1)
    def of(stack: Stack) -> _Uses:
        """Read the whole stack once."""
        bounds = [stack.targets(one, path, POLICY) for token, path in _BOUNDED.items() for one in stack.of(token)]
        grants = [stack.targets(one, path, POLICY) for token, path in _ATTACHED.items() for one in stack.of(token)]
        return _Uses(
            frozenset(policy.urn for targets in bounds for policy in targets.sure),
            frozenset(policy.urn for targets in grants for policy in (*targets.sure, *targets.maybe)),
            any(targets.unknown for targets in grants),
            frozenset(policy.urn for targets in bounds for policy in targets.maybe),
        )


_ATTACHED: Final = {
    **ATTACHING,
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": "policyArns",
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": "policyArns",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": "policyArns",
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment": (
        "customerManagedPolicyReference.name"
    ),
}
_BOUNDED: Final = {
    "aws:iam/role:Role": "permissionsBoundary",
    "aws:iam/user:User": "permissionsBoundary",
    "aws:ssoadmin/permissionsBoundaryAttachment:PermissionsBoundaryAttachment": (
        "permissionsBoundary.customerManagedPolicyReference.name"
    ),
}


def has(element: str) -> Callable[[Statement], Answers]:
    """Return the question whether a statement has an element."""
    return lambda statement: [(element, UNKNOWN if statement is OPAQUE else element in statement)]


def actions_that(test: Callable[[str, Statement], Answer]) -> Callable[[Statement], Answers]:
    """Return the question which of a statement's actions, as they were written, pass a test."""

    def ask(statement: Statement) -> Iterator[tuple[str, Answer]]:
        for action in items(statement.get("Action")):
            word = "" if action is UNKNOWN else str(action).lower()
            yield word, UNKNOWN if action is UNKNOWN else test(word, statement)

    return ask


# Actions of services that have nothing in common, one of them of a service that there is not.
_EVERYTHING: Final = ("iam:passrole", "s3:getobject", "ec2:runinstances", "kms:decrypt", "zq:zq")


@cache
def full(pattern: str) -> bool:
    """Say whether a pattern matches the actions of all services, however it is written."""
    return all(covers(pattern, action) for action in _EVERYTHING)


@cache
def whole_service(pattern: str) -> bool:
    """Say whether a pattern matches all actions of a service, or of several: s3:*, s*:*, ?am:*."""
    return not full(pattern) and re.fullmatch(r"[^:]+:[*?]*\*[*?]*|[^:]*\*", pattern) is not None


def names_no_resource(statement: Statement) -> bool:
    """Say whether some resource of a statement is a pattern or unknown: if none is, all of them were named."""
    return any(one is UNKNOWN or wild(str(one)) for one in items(statement.get("Resource")))


def reaches_all(statement: Statement, kinds: Iterable[str]) -> Answer:
    """Return whether a statement's resources are all of one of the kinds, of an account or a region."""
    return holds(
        statement.get("Resource"),
        lambda pattern: pattern == "*" or any(actions.matches_all(pattern, kind) for kind in kinds),
    )


# Keys of a service that say how a request is made, not what it is about.
_HOW: Final = re.compile(
    r"s3:(x-amz-|tlsversion|authtype|signature|resourceaccount|versionid)|ec2:region|sts:"
    r"|kms:(calleraccount|encryptionalgorithm|key(spec|usage|origin)|multiregion)"
    r"|secretsmanager:version(stage|id)|ssm:(overwrite|recursive|sessiondocumentaccesscheck)"
    r"|dynamodb:(select|attributes|return|enclosing)"
)


# Whose value is a service's name: `*.amazonaws.com` is every service.
_SERVICES: Final = ("iam:passedtoservice", "kms:viaservice")


def _names(condition: Condition) -> bool:
    """Say whether each value of a condition names something, be it by a part of its name."""
    named = (one.partition(".")[0] if condition.key in _SERVICES else one for one in condition.values)
    return all(one.strip("*?") for one in named)


def narrowed(statement: Statement, service: str) -> Answer:
    """Return whether a condition confines what a statement grants: by tags of the resource, or by the service's keys.

    The region, the time, a second factor or the caller's address narrow nothing: all of it stays within reach.
    """

    def narrows(condition: Condition) -> bool:
        key = condition.key
        own = key.startswith(f"{service}:") and not _HOW.match(key)
        return (own or ":resourcetag/" in key) and _names(condition)

    return bound(statement, narrows)


def unconfined(statement: Statement, action: str) -> Answer:
    """Return whether a statement allows an action on resources that nobody named, though AWS could confine it.

    Of an action that no table has, nobody can tell.
    """
    unknown = actions.unknown(action)
    kinds = actions.kinds_of(action) if unknown else actions.kinds(action)
    if not kinds and not unknown:
        return False
    narrow = narrowed(statement, action.partition(":")[0])
    return every((reaches_all(statement, kinds), opposite(narrow), UNKNOWN if unknown else True))


def unconfined_among(dangers: Callable[[str], Iterable[str]]) -> Callable[[Statement], Answers]:
    """Return the question which patterns hold a danger that is unconfined; whole services are another rule's."""

    def test(pattern: str, statement: Statement) -> Answer:
        if full(pattern) or whole_service(pattern):
            return False
        return some(unconfined(statement, action) for action in dangers(pattern))

    ask = actions_that(test)
    return lambda statement: ask(statement) if names_no_resource(statement) else ()


def unconditioned_among(dangers: Callable[[str], Iterable[str]]) -> Callable[[Statement], Answers]:
    """Return the same of dangers that no Resource confines: a condition on the service's keys must."""

    def test(pattern: str, statement: Statement) -> Answer:
        if full(pattern) or whole_service(pattern):
            return False
        return some(opposite(narrowed(statement, action.partition(":")[0])) for action in dangers(pattern))

    return actions_that(test)
