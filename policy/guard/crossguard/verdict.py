"""What the rules say of a stack, whoever asks: the CrossGuard policies (guard.crossguard.pack) or `guard check`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from pulumi_policy import EnforcementLevel

from guard.aws.templates import outer
from guard.crossguard.configuration import RuleSet
from guard.crossguard.exemptions import Exemption, Exemptions, useless
from guard.crossguard.levels import OWN, Levels
from guard.model.graph import Finding, Resource, Stack
from guard.model.rule import Rule, judge


class JudgementKind(StrEnum):
    """What a judgement means for whoever wants to deploy."""

    VIOLATION = "violation"  # blocks
    ADVICE = "advice"
    EXEMPTED = "exempted"  # a breach that the stack gives a reason for
    UNDECIDED = "undecided"  # hangs on a value that nobody knows yet
    PASSED = "passed"


@dataclass(frozen=True)
class RuleFinding:
    """What one rule says of one resource; several findings are several of these."""

    rule: Rule
    finding: Finding


@dataclass(frozen=True)
class Judgement:
    """One finding, or a rule that is kept, weighed by level and exemptions."""

    rule: Rule
    urn: str
    name: str
    kind: JudgementKind
    finding: Finding | None = None  # None where the rule is kept
    exemption: Exemption | None = None


@dataclass(frozen=True)
class Verdict:
    """All that is said of a stack."""

    judgements: tuple[Judgement, ...]
    problems: tuple[str, ...] = ()  # of the configuration and the exemptions: they block too
    unused: tuple[Exemption, ...] = ()
    unasked: tuple[Rule, ...] = ()  # the rules that the configuration leaves out
    off: tuple[str, ...] = ()  # the pack's own policies that the configuration disables
    empty: bool = False  # nothing was asked of any resource; a provider is none, nor is the stack itself

    @property
    def clean(self) -> bool:
        """Whether nothing mandatory is broken and the configuration is sound."""
        return not self.problems and not self.of(JudgementKind.VIOLATION)

    def useless(self, entry: Exemption) -> str:
        """Say what to do with an exemption that covers nothing."""
        return useless(entry, [(one.rule.id, one.finding) for one in self.judgements if one.finding])

    def of(self, kind: JudgementKind) -> list[Judgement]:
        """Return the judgements of one kind."""
        return [one for one in self.judgements if one.kind is kind]


#: A stack of other providers' resources, or of none.
NOBODY: Final = "no rule speaks of anything in this stack: nothing was asked"
_ITSELF: Final = "pulumi:"  # providers, and the stack itself


def ask(rules: Iterable[Rule], resource: Resource, stack: Stack, values: Mapping[str, Any]) -> list[RuleFinding]:
    """Ask rules about one resource of a stack."""
    found = [(rule, finding) for rule in rules for finding in judge(rule, resource, stack, values)]
    return [RuleFinding(rule, replace(finding, urn=outer(finding.urn))) for rule, finding in found]


def ask_all(rules: Iterable[Rule], stack: Stack, values: Mapping[str, Any]) -> list[RuleFinding]:
    """Ask rules about every resource of a stack that the program manages."""
    return [
        one
        for rule in rules
        for resource in stack.of(*rule.on)
        if resource.managed
        for one in ask([rule], resource, stack, values)
    ]


def undecided_notes(results: Iterable[RuleFinding]) -> list[tuple[str, str | None]]:
    """Write one note for each rule that could not decide everything: the text and, if it is about one only, the URN."""
    notes: list[tuple[str, str | None]] = []
    opened = sorted((one for one in results if one.finding.undecided), key=lambda one: one.rule.id)
    for _, rule_set in groupby(opened, key=lambda one: one.rule.id):
        of_rule = list(rule_set)
        rule = of_rule[0].rule
        reasons = "; ".join(sorted({f"{one.finding.name}: {one.finding.text}" for one in of_rule}))
        when = "once it is known" if rule.graph else "in the update, before the resource is created"
        urns = {one.finding.urn for one in of_rule}
        notes.append((f"[{rule.id}] undecided, decided {when}: {reasons}", urns.pop() if len(urns) == 1 else None))
    return notes


@dataclass(frozen=True)
class Terms:
    """What a stack is judged by: the policies' rules and levels, their configuration, and the exemptions."""

    rule_sets: tuple[RuleSet, ...]
    exemptions: Exemptions = field(default_factory=Exemptions)
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])  # by policy
    levels: Mapping[str, EnforcementLevel] = field(default_factory=dict[str, EnforcementLevel])  # by policy
    problems: tuple[str, ...] = ()

    def level(self, rule_set: RuleSet) -> EnforcementLevel:
        """Return a policy's level; `remediate` blocks like mandatory where nothing can be fixed."""
        level = self.levels.get(rule_set.name, rule_set.level)
        return EnforcementLevel.MANDATORY if level is EnforcementLevel.REMEDIATE else level


def weigh(stack: Stack, terms: Terms) -> Verdict:
    """Judge a whole stack: every rule on every resource that it speaks of."""
    judgements: list[Judgement] = []
    levels = Levels(terms.levels, terms.properties)
    off = list(levels.problems(terms.rule_sets))
    problems = [*off, *terms.problems, *terms.exemptions.problems]
    results: list[RuleFinding] = []
    for rule_set in terms.rule_sets:
        asked = rule_set.configured(terms.properties.get(rule_set.name, {}))
        problems += asked.problems
        level = terms.level(rule_set)
        if level is EnforcementLevel.DISABLED:
            continue
        for rule in asked.rules:
            for resource in (one for one in stack.of(*rule.on) if one.managed):
                found = ask([rule], resource, stack, asked.values)
                results += found
                judgements += [_judgement(one, level, terms.exemptions) for one in found] or [
                    Judgement(rule, resource.urn, resource.name, JudgementKind.PASSED)
                ]
    empty = all(stack.resources[one.urn].type.startswith(_ITSELF) for one in judgements)
    if empty and not off:
        problems.insert(0, NOBODY)
    unused = terms.exemptions.unused((one.rule.id, one.finding) for one in results)
    unasked = levels.unasked(terms.rule_sets)
    own = tuple(name for name in OWN if terms.levels.get(name) is EnforcementLevel.DISABLED)
    return Verdict(tuple(judgements), tuple(problems), tuple(unused), tuple(unasked), own, empty)


def _judgement(results: RuleFinding, level: EnforcementLevel, exemptions: Exemptions) -> Judgement:
    rule, finding = results.rule, results.finding
    exemption = None if finding.undecided else exemptions.covering(rule.id, finding)
    if finding.undecided:
        kind = JudgementKind.UNDECIDED
    elif exemption:
        kind = JudgementKind.EXEMPTED
    else:
        kind = JudgementKind.VIOLATION if level is EnforcementLevel.MANDATORY else JudgementKind.ADVICE
    return Judgement(rule, finding.urn, finding.name, kind, finding, exemption)
