"""One thing is managed in one place."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from guard.aws.nodes import Node, called, key
from guard.aws.parts import ATTACHING, EVERYWHERE, EXCLUSIVE, INLINE, POLICY, SINGLE, Exclusive, Side
from guard.aws.templates import outer
from guard.model.attached import Attached, attached
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, items
from guard.model.logic import Answer
from guard.model.rule import Severity, rule

FAMILY: Final = "rule-management-conflict"

WHY: Final = (
    "Each of the two takes itself for the whole truth and removes at every update what the other has written: what is "
    "in force changes with the order of updates, and a rule that somebody relies on goes without a word."
)


@rule(
    "inline-beside-standalone",
    family=FAMILY,
    on=INLINE,
    severity=Severity.MEDIUM,
    why=WHY,
    fix="Keep one form. Prefer the resources beside it (security group rules, routes, bucket configurations, policy "
    "attachments) and leave the property unset.",
)
def inline_beside_standalone(owner: Resource, stack: Stack) -> Iterator[Finding]:
    for path, sides in INLINE[owner.type].items():
        if _is_set(owner, path):
            for side in sides:
                yield from _both(owner, path, side, _beside(stack, owner, side, path))


def _both(owner: Resource, path: str, side: Side, beside: Attached) -> Iterator[Finding]:
    kind = side.token.rsplit(":", 1)[-1]
    if beside.sure and owner[path] is not UNKNOWN:
        yield owner.finding(f"has this inline and in {kind} {beside.sure[0].name}", at=path, about=kind)
    elif beside.all:
        yield owner.undecided(path, about=kind)


@rule(
    "managed-twice",
    family=FAMILY,
    on=SINGLE,
    severity=Severity.MEDIUM,
    why="There is one of these at most: the second overwrites the first at one update, the first the second at the "
    "next.",
    fix="Merge the two into one resource.",
)
def managed_twice(one: Resource, stack: Stack) -> Iterator[Finding]:
    path = SINGLE[one.type].names
    owner = _owner(stack, one)
    if owner is not None:
        first = _singles(stack)[one.type, key(owner), one.region][0]
        if first is not one:
            yield one.finding(f"is for {called(owner)} what {first.name} is already", at=path)
    elif stack.of(one.type) != [one] and one[path] is not ABSENT:
        yield one.undecided(path)


@rule(
    "exclusive-beside-others",
    family=FAMILY,
    on=EXCLUSIVE,
    severity=Severity.MEDIUM,
    why=WHY,
    fix="List in the exclusive resource all that belongs to its owner, write nothing of it inline, and have one such "
    "resource only.",
)
def exclusive_beside_others(one: Resource, stack: Stack) -> Iterator[Finding]:
    for form in EXCLUSIVE[one.type]:
        owners = stack.targets(one, form.names, *form.owners)
        if not owners.complete:
            yield one.undecided(form.names)
        for owner in owners.sure:
            earlier, *_ = (*attached(stack, owner, one.type, form.names, *form.owners).sure, one)
            if earlier is not one:
                yield one.finding(f"and {earlier.name} both decide what {owner.name} may have", at=form.names)
            if form.inline and _is_set(owner, form.inline):
                if owner[form.inline] is UNKNOWN:
                    yield one.undecided(form.names, about=form.inline)
                else:
                    yield one.finding(f"removes what {owner.name} has inline in `{form.inline}`", at=form.lists)
            for side in form.members:
                beside = _beside(stack, owner, side)
                for member in beside.sure:
                    yield from _removed(one, form, member, stack)
                if beside.maybe:
                    yield one.undecided(form.names, about=beside.maybe[0].name)


def _removed(one: Resource, form: Exclusive, member: Resource, stack: Stack) -> Iterator[Finding]:
    listed = _lists(stack, one, form.lists, member.type)
    known_as = _lists(stack, member, form.listed_by, member.type) if form.listed_by else _Listed(set(), True)
    if not listed.keys & (known_as.keys | {member.urn}):
        named = not form.listed_by or member[form.listed_by] is not ABSENT  # else the engine or AWS makes up a name
        if listed.complete and known_as.complete and named:
            yield one.finding(f"does not list {member.name} and removes it", at=form.lists, about=member.name)
        else:
            yield one.undecided(form.lists, about=member.name)


@rule(
    "policy-attachment-exclusive",
    family=FAMILY,
    on=EVERYWHERE,
    severity=Severity.HIGH,
    why="aws.iam.PolicyAttachment takes a policy from everything in the account that it does not name itself, at every "
    "update: other attachments of the policy are undone, also those of other stacks.",
    fix="Use aws.iam.RolePolicyAttachment, UserPolicyAttachment or GroupPolicyAttachment, which add and take one only.",
)
def policy_attachment_exclusive(one: Resource, stack: Stack) -> Iterator[Finding]:
    policy = stack.targets(one, "policyArn", POLICY)
    others = [other for node in policy.nodes for other in _attaching(stack)[key(node)] if other is not one]
    if others:
        yield one.finding(f"detaches the policy that {others[0].name} attaches", at="policyArn")
    elif (policy.complete and not _attaches_unknown(stack)) or not _others(one, stack):
        return
    else:
        yield one.undecided("policyArn")


def _others(one: Resource, stack: Stack) -> bool:
    return any(other is not one for token in ATTACHING for other in stack.of(token))


@lru_cache(maxsize=1)
def _attaches_unknown(stack: Stack) -> bool:
    """Whether something attaches a policy that nobody can name yet."""
    return any(
        not stack.targets(one, path, POLICY).complete
        for token, path in ATTACHING.items()
        if token not in EVERYWHERE
        for one in stack.of(token)
    )


def _is_set(owner: Resource, path: str) -> bool:
    """Say whether the program wrote something inline, known or not; an empty list is nothing."""
    return owner[path] not in (ABSENT, "", [], {})


def _beside(stack: Stack, owner: Resource, side: Side, part: str = "") -> Attached:
    """Return what of a kind stands beside a resource; of a kind that may be one of two parts, what is this part.

    Two parts of one template are no two managers: CloudFormation takes back nothing but what it made itself.
    """
    found = attached(stack, owner, side.token, side.names, *side.owners)
    apart = [one for one in found.sure if outer(one.urn) != outer(owner.urn)]
    sure = [(one, _is_part(one, side, part)) for one in apart]
    maybe = [one for one, is_part in sure if is_part is UNKNOWN]
    maybe += [one for one in found.maybe if _is_part(one, side, part) is not False]
    return Attached(tuple(one for one, is_part in sure if is_part is True), tuple(maybe))


# How the rules of network ACLs say which part they are; those of security groups say it in so many words.
_EGRESS: Final = {"true": "egress", "false": "ingress"}


def _is_part(one: Resource, side: Side, part: str) -> Answer:
    if not side.by:
        return True
    value = one[side.by]
    word = str("false" if value is ABSENT else value).lower()
    return UNKNOWN if value is UNKNOWN else _EGRESS.get(word, word) == part


class _Listed(NamedTuple):
    keys: set[str]
    complete: bool


def _lists(stack: Stack, one: Resource, path: str, member: str) -> _Listed:
    """Return what a property lists: members or policies, by themselves or by name."""
    words = {str(item) for item in items(one[path]) if item is not UNKNOWN}
    targets = stack.targets(one, path, member, POLICY)
    return _Listed({*map(key, targets.nodes), *words}, targets.complete)


def _owner(stack: Stack, one: Resource) -> Node | None:
    """Return what a resource is a part of, if that is known; of several that stand behind one word it is one."""
    side = SINGLE[one.type]
    targets = stack.targets(one, side.names, *side.owners)
    return targets.nodes[0] if targets.complete and len(targets.nodes) == 1 else None


@lru_cache(maxsize=1)
def _singles(stack: Stack) -> dict[tuple[str, str, str], list[Resource]]:
    """Return what there must be one of, by its type, its owner and its region."""
    found: dict[tuple[str, str, str], list[Resource]] = defaultdict(list)
    for one in stack.of(*SINGLE):
        owner = _owner(stack, one)
        if owner is not None:
            found[one.type, key(owner), one.region].append(one)
    return dict(found)


@lru_cache(maxsize=1)
def _attaching(stack: Stack) -> dict[str, list[Resource]]:
    """Return what attaches a policy, by the policy."""
    found: dict[str, list[Resource]] = defaultdict(list)
    for token, path in ATTACHING.items():
        for one in stack.of(token):
            for policy in stack.targets(one, path, POLICY).nodes:
                found[key(policy)].append(one)
    return found
