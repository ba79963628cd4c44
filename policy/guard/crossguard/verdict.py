"""What the rules say of a stack, whoever asks: the CrossGuard policies (guard.crossguard.pack) or `guard check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby
from typing import Any

from pulumi_policy import EnforcementLevel

from guard.crossguard.configuration import Group
from guard.crossguard.exemptions import Exemption, Exemptions
from guard.model.graph import Finding, Resource, Stack
from guard.model.rule import Rule, judge


class Kind(StrEnum):
    """What a judgement means for whoever wants to deploy."""

    VIOLATION = "violation"  # blocks
    ADVICE = "advice"
    EXEMPTED = "exempted"  # a breach that the stack gives a reason for
    UNDECIDED = "undecided"  # hangs on a value that nobody knows yet
    PASSED = "passed"


@dataclass(frozen=True)
class Said:
    """What one rule says of one resource; several findings are several of these."""

    rule: Rule
    finding: Finding


@dataclass(frozen=True)
class Judgement:
    """One finding, or a rule that is kept, weighed by level and exemptions."""

    rule: Rule
    urn: str
    name: str
    kind: Kind
    finding: Finding | None = None  # None where the rule is kept
    exemption: Exemption | None = None


@dataclass(frozen=True)
class Verdict:
    """All that is said of a stack."""

    judgements: tuple[Judgement, ...]
    problems: tuple[str, ...] = ()  # of the configuration and the exemptions: they block too
    unused: tuple[Exemption, ...] = ()

    @property
    def clean(self) -> bool:
        """Whether nothing mandatory is broken and the configuration is sound."""
        return not self.problems and not self.of(Kind.VIOLATION)

    def of(self, kind: Kind) -> list[Judgement]:
        """Return the judgements of one kind."""
        return [one for one in self.judgements if one.kind is kind]


def ask(rules: Iterable[Rule], resource: Resource, stack: Stack, values: Mapping[str, Any]) -> list[Said]:
    """Ask rules about one resource of a stack."""
    return [Said(rule, finding) for rule in rules for finding in judge(rule, resource, stack, values)]


def ask_all(rules: Iterable[Rule], stack: Stack, values: Mapping[str, Any]) -> list[Said]:
    """Ask rules about every resource of a stack that the program manages."""
    return [
        one
        for rule in rules
        for resource in stack.of(*rule.on)
        if resource.managed
        for one in ask([rule], resource, stack, values)
    ]


def undecided_notes(said: Iterable[Said]) -> list[tuple[str, str | None]]:
    """Write one note for each rule that could not decide everything: the text and, if it is about one only, the URN."""
    notes: list[tuple[str, str | None]] = []
    opened = sorted((one for one in said if one.finding.undecided), key=lambda one: one.rule.id)
    for _, group in groupby(opened, key=lambda one: one.rule.id):
        of_rule = list(group)
        rule = of_rule[0].rule
        reasons = "; ".join(sorted({f"{one.finding.name}: {one.finding.text}" for one in of_rule}))
        when = "once it is known" if rule.graph else "in the update, before the resource is created"
        urns = {one.finding.urn for one in of_rule}
        notes.append((f"[{rule.id}] undecided, decided {when}: {reasons}", urns.pop() if len(urns) == 1 else None))
    return notes


@dataclass(frozen=True)
class Terms:
    """What a stack is judged by: the policies' rules and levels, their configuration, and the exemptions."""

    groups: tuple[Group, ...]
    exemptions: Exemptions = field(default_factory=Exemptions)
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])  # by policy
    levels: Mapping[str, EnforcementLevel] = field(default_factory=dict[str, EnforcementLevel])  # by policy
    problems: tuple[str, ...] = ()

    def level(self, group: Group) -> EnforcementLevel:
        """Return a policy's level; `remediate` blocks like mandatory where nothing can be mended."""
        level = self.levels.get(group.name, group.level)
        return EnforcementLevel.MANDATORY if level is EnforcementLevel.REMEDIATE else level


def weigh(stack: Stack, terms: Terms) -> Verdict:
    """Judge a whole stack: every rule on every resource that it speaks of."""
    judgements: list[Judgement] = []
    problems = [*terms.problems, *terms.exemptions.problems]
    said: list[Said] = []
    for group in terms.groups:
        asked = group.configured(terms.properties.get(group.name, {}))
        problems += asked.problems
        level = terms.level(group)
        if level is EnforcementLevel.DISABLED:
            continue
        for rule in asked.rules:
            for resource in (one for one in stack.of(*rule.on) if one.managed):
                found = ask([rule], resource, stack, asked.values)
                said += found
                judgements += [_judgement(one, level, terms.exemptions) for one in found] or [
                    Judgement(rule, resource.urn, resource.name, Kind.PASSED)
                ]
    unused = terms.exemptions.unused((one.rule.id, one.finding) for one in said)
    return Verdict(tuple(judgements), tuple(problems), tuple(unused))


def _judgement(said: Said, level: EnforcementLevel, exemptions: Exemptions) -> Judgement:
    rule, finding = said.rule, said.finding
    exemption = None if finding.undecided else exemptions.covering(rule.id, finding)
    if finding.undecided:
        kind = Kind.UNDECIDED
    elif exemption:
        kind = Kind.EXEMPTED
    else:
        kind = Kind.VIOLATION if level is EnforcementLevel.MANDATORY else Kind.ADVICE
    return Judgement(rule, finding.urn, finding.name, kind, finding, exemption)
