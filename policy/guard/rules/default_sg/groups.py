"""The default security group admits nothing, and nothing relies on it."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.cloudformation_resources import MARK
from guard.aws.nodes import DEFAULT_GROUP, GROUP, VPCS, called
from guard.model.graph import Finding, Missing, Resource, Stack
from guard.model.rule import Severity, rule
from guard.reach.groups import RULES_AT, groups
from guard.reach.placements import PLACEMENTS, joins_default

FAMILY: Final = "default-sg"

# Groups that are default ones; one that nobody adopted goes by its VPC.
_DEFAULTS: Final = (DEFAULT_GROUP, *VPCS)

CONTROLS: Final = ("FSBP EC2.2", "CIS 5.0 5.5")


@rule(
    "default-group-adopted",
    family=FAMILY,
    on=VPCS,
    severity=Severity.MEDIUM,
    controls=CONTROLS,
    why="A VPC's default group lets its members talk to each other and to the whole internet, and whatever is started "
    "without a group becomes its member.",
    fix="Adopt it empty: aws.ec2.DefaultSecurityGroup with vpc_id and no rules. That removes the rules that it came "
    "with.",
)
def default_group_adopted(vpc: Resource, stack: Stack) -> Iterator[Finding]:
    reach = groups(stack)
    if reach.default_of(vpc) is vpc:
        if MARK in vpc.urn:
            yield vpc.unclear("stands in a template, which cannot adopt its default group: nobody here can tell")
        elif reach.unresolved_default:
            yield vpc.unclear("may have its default group adopted: it is not known yet which VPC's is")
        else:
            yield vpc.finding("leaves its default security group as AWS makes it, open to its members and to anywhere")


@rule(
    "default-group-empty",
    family=FAMILY,
    on=[token for token in RULES_AT if token != GROUP],
    severity=Severity.MEDIUM,
    controls=CONTROLS,
    why="What nobody gave a group to lands in the default one: a rule there is for things that nobody thought of.",
    fix="Leave aws.ec2.DefaultSecurityGroup without ingress and egress and without rules beside it; give whatever "
    "needs them a group of its own.",
)
def default_group_empty(rule: Resource, stack: Stack) -> Iterator[Finding]:
    reach = groups(stack)
    for permit in reach.by_rule.get(rule.urn, ()):
        if isinstance(permit.group, Missing):
            if stack.of(DEFAULT_GROUP):
                yield rule.undecided("securityGroupId")
        elif isinstance(permit.group, Resource) and permit.group.type in _DEFAULTS:
            if permit.opaque or not permit.sure:
                yield rule.undecided(permit.at or "securityGroupId")
            else:
                whose = "" if permit.group is rule else f" of {called(permit.group)}"
                yield rule.finding(f"puts a rule into the default group{whose}: {permit.traffic}", at=permit.at)


@rule(
    "default-group-unused",
    family=FAMILY,
    on=[token for token, place in PLACEMENTS.items() if place.groups],
    severity=Severity.HIGH,
    controls=CONTROLS,
    why="The members of the default group are all that nobody gave a group to; who may talk to a member is nobody's "
    "decision.",
    fix="Give it a security group of its own (vpc_security_group_ids, security_group_ids or security_groups).",
)
def default_group_unused(holder: Resource, stack: Stack) -> Iterator[Finding]:
    paths = PLACEMENTS[holder.type].groups
    if joins_default(holder):
        yield holder.finding("has no security group of its own and joins the default one of its VPC", at=paths[0])
        return
    carried = groups(stack).carried(holder)
    if any(group.type in _DEFAULTS for group in carried.sure):
        yield holder.finding("carries the default security group", at=paths[0])
    elif carried.unknown or any(group.type in _DEFAULTS for group in carried.maybe):
        yield holder.undecided(paths[0])
