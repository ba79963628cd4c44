"""The rules as CrossGuard policies: few policies, one graph for all of them, nothing ever raised or passed in silence.

A policy carries the rules of one family. Beside them stand the recorder, which comes first, and four that speak of all
rules and come last: `exemptions-valid` (mandatory), `exemptions`, `exemptions-unused` and `undecided` (advisory).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from itertools import groupby
from typing import Any, Final

import pulumi
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from guard import exemptions as exempt
from guard.families import FAMILIES
from guard.graph import Finding, Recorder, Resource, Stack, canonical
from guard.rule import Rule, by_type, judge, message
from guard.rules import RULES

RECORDER: Final = "recorder"
EXEMPTIONS_VALID: Final = "exemptions-valid"
EXEMPTIONS: Final = "exemptions"
EXEMPTIONS_UNUSED: Final = "exemptions-unused"
UNDECIDED: Final = "undecided"

_SEVERITIES: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)

Said = tuple[Rule, Finding]


class Pack:
    """One run of the pack: the inputs it recorded, the graph it built, and what every rule said."""

    def __init__(self, today: date, rules: Iterable[Rule]) -> None:
        self.today = today
        self.rules = {rule.id: rule for rule in rules}
        self.recorder = Recorder()
        self._said: dict[tuple[str, str], list[Said]] = {}  # by policy and, for resource policies, URN
        self._seen: list[Any] = []
        self._stack = Stack(())
        self._exempt: tuple[tuple[str | None, date], exempt.Exemptions] | None = None

    # --- what policies ask ---

    def record(self, args: ResourceValidationArgs, report: ReportViolation) -> None:  # noqa: ARG002, RUF100
        """Keep a resource's inputs for the stack policies."""
        self.recorder.note(args)

    def resource_policy(
        self, name: str, rules: list[Rule]
    ) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
        """Return the validation of a policy whose rules need one resource only."""
        table = by_type(rules)

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            asked = table.get(canonical(args.resource_type))
            if not asked:
                return
            said = self._safely(name, report, lambda: _ask(asked, self.recorder.note(args)))
            self._settle((name, args.urn), said, args, report)

        return validate

    def stack_policy(self, name: str, rules: list[Rule]) -> Callable[[StackValidationArgs, ReportViolation], None]:
        """Return the validation of a policy whose rules need the whole stack."""

        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            said = self._safely(name, report, lambda: self._ask_all(rules, args))
            self._settle((name, ""), said, args, report)

        return validate

    def exemptions_valid(self, args: StackValidationArgs, report: ReportViolation) -> None:  # noqa: ARG002, RUF100
        """Report what is wrong with the exemptions: expired ones and those that cannot be understood."""
        for problem in self.exemptions.problems:
            report(problem, None)

    def exempted(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report every finding that an exemption covers, with the exemption's reason."""
        for rule, finding in self._all_said(args):
            entry = self.exemptions.covering(rule.id, finding)
            if entry and not finding.undecided:
                report(f"exempted: [{rule.id}] {finding.name} {finding.text}. {entry}", finding.urn)

    def unused(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report the exemptions that cover nothing any more."""
        said = [(rule.id, finding) for rule, finding in self._all_said(args)]
        for entry in self.exemptions.unused(said):
            report(f"[{entry.rule}] the exemption of {entry.resource} covers nothing: remove it", None)

    def undecided(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report, once for each rule, what it could not decide and why."""
        open_questions = [(rule, finding) for rule, finding in self._all_said(args) if finding.undecided]
        open_questions.sort(key=lambda said: said[0].id)
        for _, group in groupby(open_questions, key=lambda said: said[0].id):
            said = list(group)
            rule, findings = said[0][0], [finding for _, finding in said]
            reasons = "; ".join(sorted({f"{finding.name}: {finding.text}" for finding in findings}))
            when = "once it is known" if rule.graph else "in the update, before the resource is created"
            urns = {finding.urn for finding in findings}
            report(f"[{rule.id}] undecided, decided {when}: {reasons}", urns.pop() if len(urns) == 1 else None)

    # --- how they are answered ---

    @property
    def exemptions(self) -> exempt.Exemptions:
        """What the stack's configuration exempts; read here, for the SDK sets the configuration at the first call."""
        text = pulumi.Config("guard").get("exemptions")
        key = (text, self.today)
        if self._exempt is None or self._exempt[0] != key:
            self._exempt = (key, exempt.read(text, self.rules, self.today))
        return self._exempt[1]

    def _ask_all(self, rules: list[Rule], args: StackValidationArgs) -> list[Said]:
        stack = self.graph(args)
        return [
            (rule, finding)
            for rule in rules
            for resource in stack.of(*rule.on)
            if resource.managed
            for finding in judge(rule, resource, stack)
        ]

    def graph(self, args: StackValidationArgs) -> Stack:
        """Return the graph of the resources, built once: every policy is handed a copy of its own."""
        views = [self.recorder.view(resource) for resource in args.resources]
        seen = [(view.urn, view.inputs, view.outputs, view.depends, view.parent, view.home) for view in views]
        if seen != self._seen:
            self._seen, self._stack = seen, Stack(views)
        return self._stack

    def _safely(self, name: str, report: ReportViolation, ask: Callable[[], list[Said]]) -> list[Said]:
        """Ask, and make a breach of whatever goes wrong outside a rule, without telling any value."""
        try:
            return ask()
        except Exception as error:  # noqa: BLE001, RUF100 - the SDK turns it into an advisory note or ends the preview
            report(f"policy {name} failed: {type(error).__name__}", None)
            return []

    def _settle(
        self,
        key: tuple[str, str],
        said: list[Said],
        args: ResourceValidationArgs | StackValidationArgs,
        report: ReportViolation,
    ) -> None:
        """Report the breaches that no exemption covers; leave the policy out of the passed ones if one is open."""
        self._said[key] = said
        for rule, finding in said:
            if not finding.undecided and not self.exemptions.covering(rule.id, finding):
                report(message(rule, finding), finding.urn)
        if said and all(finding.undecided for _, finding in said):
            args.not_applicable("undecided: see the policy `undecided`")

    def _all_said(self, args: StackValidationArgs) -> list[Said]:
        present = {resource.urn for resource in args.resources}
        return [(rule, finding) for said in self._said.values() for rule, finding in said if finding.urn in present]


def _ask(rules: list[Rule], resource: Resource) -> list[Said]:
    return [(rule, finding) for rule in rules for finding in judge(rule, resource)]


def policies(*, today: date, rules: Iterable[Rule] = tuple(RULES.values())) -> list[Policy]:
    """Return the pack's policies in the order in which they must run."""
    chosen = list(rules)
    pack = Pack(today, chosen)
    recorder = ResourceValidationPolicy(
        RECORDER,
        "Keeps what the program set, for the rules on the whole stack.",
        pack.record,
        EnforcementLevel.ADVISORY,
    )
    families = [_policy(pack, name, group) for name, group in _groups(chosen).items()]
    return [recorder, *families, *_last(pack)]


def _groups(rules: list[Rule]) -> dict[str, list[Rule]]:
    """Sort rules into policies: one family, one kind and one level each."""
    groups: dict[str, list[Rule]] = {}
    for rule in rules:
        advice = "-advice" if rule.level is EnforcementLevel.ADVISORY else ""
        groups.setdefault(f"{rule.family}{advice}{'-graph' if rule.graph else ''}", []).append(rule)
    return groups


def _policy(pack: Pack, name: str, rules: list[Rule]) -> Policy:
    first = rules[0]
    about: dict[str, Any] = {
        "description": FAMILIES.get(first.family, first.family),
        "enforcement_level": first.level,
        "severity": max((rule.severity for rule in rules), key=_SEVERITIES.index),
        "framework": _framework(rules),
        "tags": [first.family],
        "remediation_steps": "\n".join(f"{rule.id}: {rule.fix}" for rule in rules),
        "url": f"docs/policies/README.md#{first.family}",
    }
    if first.graph:
        return StackValidationPolicy(name, validate=pack.stack_policy(name, rules), **about)
    return ResourceValidationPolicy(name, validate=pack.resource_policy(name, rules), **about)


def _framework(rules: list[Rule]) -> PolicyComplianceFramework:
    controls = sorted({control for rule in rules for control in rule.controls})
    return PolicyComplianceFramework(
        name="AWS Foundational Security Best Practices", version="1.0.0", specification=", ".join(controls)
    )


def _last(pack: Pack) -> list[Policy]:
    advisory, mandatory = EnforcementLevel.ADVISORY, EnforcementLevel.MANDATORY
    return [
        StackValidationPolicy(
            EXEMPTIONS_VALID, "Every exemption is understood and in force.", pack.exemptions_valid, mandatory
        ),
        StackValidationPolicy(EXEMPTIONS, "A rule is broken by exemption.", pack.exempted, advisory),
        StackValidationPolicy(EXEMPTIONS_UNUSED, "Every exemption is needed.", pack.unused, advisory),
        StackValidationPolicy(UNDECIDED, "What cannot be decided yet.", pack.undecided, advisory),
    ]
