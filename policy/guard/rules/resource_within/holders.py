"""What stands inside another resource is judged by the rules of its own type; what nobody can read is named here."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.native import ANY
from guard.aws.templates import HOLDERS, within
from guard.model.graph import Finding, Resource
from guard.model.rule import Severity, rule

FAMILY: Final = "resource-within"


@rule(
    "resource-within-unread",
    family=FAMILY,
    on=HOLDERS,
    severity=Severity.MEDIUM,
    posture=True,
    why="What a template, a generic resource or aws-native makes goes past every other rule where the pack cannot read "
    "it.",
    fix="Declare the resource by its own type of aws, or exempt this one with a reason and check its template by "
    "itself (cfn-lint).",
)
def resource_within_unread(holder: Resource) -> Iterator[Finding]:
    found = within(holder)
    text = "is of a type that this pack cannot read" if holder.type == ANY else "holds what this pack cannot read"
    for kind in found.unread:
        yield holder.finding(f"{text}: {kind}", about=kind)
    for path in found.unknown:
        yield holder.undecided(path)
