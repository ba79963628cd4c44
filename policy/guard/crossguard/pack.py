"""The rules as CrossGuard policies: few policies, one graph for all of them, nothing ever raised or passed in silence.

A policy carries the rules of one family (see configuration.py). Beside them stand the recorder, which comes
first, and four that speak of all rules and come last: `configuration` (mandatory), `exemptions`, `exemptions-unused`
and `undecided` (advisory).
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any, Final, cast

import pulumi
from pulumi_policy import (
    Policy,
    PolicyComplianceFramework,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)

from guard.aws.templates import HOLDERS, INNER, holder, unfolded
from guard.crossguard import conversion
from guard.crossguard import exemptions as exempt
from guard.crossguard.configuration import PROFILE, VARIABLE, Asked, Chosen, RuleSet, profile, rule_sets, unread
from guard.crossguard.dispatch import CurrentType, Policies
from guard.crossguard.levels import (
    CONFIGURATION,
    EXEMPTIONS,
    EXEMPTIONS_UNUSED,
    OWN,
    RECORDER,
    UNDECIDED,
    Levels,
    listen,
)
from guard.crossguard.remedies import remediated
from guard.crossguard.verdict import RuleFinding, ask, ask_all, undecided_notes
from guard.model.families import FAMILIES
from guard.model.graph import Stack, canonical
from guard.model.recorded import RecordedInputs
from guard.model.rule import Rule, message
from guard.rules import RULES

#: For gc.set_threshold in a process that is the pack's own: the SDK makes thousands of objects of a stack for each
#: policy, nearly all of which live until it has answered; looking for garbage among them took two fifths of the time.
COLLECTION: Final = (500_000, 50, 100)

_SEVERITIES: Final = (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_NOBODY: Final = Stack(())

Validation = ResourceValidationArgs | StackValidationArgs


class Pack:
    """One run of the pack: the inputs it recorded, the graph it built, and what every rule found."""

    def __init__(
        self, today: date, rules: Iterable[Rule], problems: Iterable[str] = (), carried: Iterable[RuleSet] = ()
    ) -> None:
        self.today = today
        self.carried = tuple(carried)
        self.rules = {rule.id: rule for rule in rules}
        self.recorded = RecordedInputs()
        self.current = CurrentType()
        self._problems = dict.fromkeys(problems)  # of the configuration, each once, in the order of their discovery
        self._asked: dict[str, tuple[dict[str, Any], Asked]] = {}  # by policy: its configuration, and what follows
        self._found: dict[tuple[str, str], list[RuleFinding]] = {}  # by policy and, for resource policies, URN
        self._shown: set[str] = set()  # the policies that saw the graph as it is
        self._urns: list[str] = []
        self._stack = _NOBODY
        self._exempt: tuple[tuple[str | None, date], exempt.Exemptions] | None = None
        self._levels = Levels()

    def configured(self, levels: Levels) -> None:
        """Take note of what the engine configures."""
        self._levels = levels

    # --- what policies ask ---

    def record(self, args: ResourceValidationArgs, report: ReportViolation) -> None:  # noqa: ARG002, RUF100
        """Keep a resource's inputs for the stack policies, and say what it is to `dispatch`."""
        self.current.token = holder(self.recorded.note(args).type)

    def resource_policy(self, rule_set: RuleSet) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
        """Return the validation of a policy whose rules need one resource only."""
        types = rule_set.by_type

        def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
            asked = self._configured(rule_set, args)
            token = canonical(args.resource_type)
            if token not in types and holder(token) not in HOLDERS:
                return

            def judge() -> list[RuleFinding]:
                return [
                    one
                    for resource in unfolded([self.recorded.note(args)])
                    for one in ask(
                        [rule for rule in types.get(resource.type, ()) if rule in asked.rules],
                        resource,
                        _NOBODY,
                        asked.values,
                    )
                ]

            results = self._safely(rule_set.name, report, judge)
            self._settle((rule_set.name, args.urn), results, args, report)

        return validate

    def stack_policy(self, rule_set: RuleSet) -> Callable[[StackValidationArgs, ReportViolation], None]:
        """Return the validation of a policy whose rules need the whole stack."""

        def validate(args: StackValidationArgs, report: ReportViolation) -> None:
            asked = self._configured(rule_set, args)
            results = self._safely(
                rule_set.name, report, lambda: ask_all(asked.rules, self.graph(args, rule_set.name), asked.values)
            )
            self._settle((rule_set.name, ""), results, args, report)

        return validate

    def remedy(self, rule_set: RuleSet) -> Callable[[ResourceValidationArgs], Mapping[str, Any] | None]:
        """Return the remediation of a policy: the inputs with which its rules are kept, where that is safe."""

        def remediate(args: ResourceValidationArgs) -> Mapping[str, Any] | None:
            asked = self._configured(rule_set, args)
            possible = rule_set.by_type.get(canonical(args.resource_type), ())
            carried = [rule for rule in possible if rule.remediate and rule in asked.rules]
            return remediated(carried, args, asked.values, self.exemptions)

        return remediate

    def configuration(self, args: StackValidationArgs, report: ReportViolation) -> None:  # noqa: ARG002, RUF100
        """Report what is wrong with the configuration and the exemptions: expired ones, and what nobody understands."""
        for problem in (*self._levels.problems(self.carried), *self._problems, *self.exemptions.problems):
            report(problem, None)

    def exempted(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report every finding that an exemption covers, with the exemption's reason."""
        for one in self._all_found(args):
            entry = self.exemptions.covering(one.rule.id, one.finding)
            if entry and not one.finding.undecided:
                report(f"exempted: [{one.rule.id}] {one.finding.name} {one.finding.text}. {entry}", one.finding.urn)

    def unused(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report the exemptions that cover nothing any more."""
        found = [(one.rule.id, one.finding) for one in self._all_found(args)]
        for entry in self.exemptions.unused(found):
            advice = exempt.useless(entry, found)
            report(f"[{entry.rule}] the exemption of {entry.resource} covers nothing: {advice}", None)

    def undecided(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Report, once for each rule, what it could not decide and why."""
        for text, urn in undecided_notes(self._all_found(args)):
            report(text, urn)

    # --- how they are answered ---

    @property
    def exemptions(self) -> exempt.Exemptions:
        """What the stack's configuration exempts; read here, for the SDK sets the configuration at the first call."""
        text = pulumi.Config("guard").get("exemptions")
        key = (text, self.today)
        if self._exempt is None or self._exempt[0] != key:
            self._exempt = (key, exempt.read(text, self.rules, self.today))
        return self._exempt[1]

    def _configured(self, rule_set: RuleSet, args: Validation) -> Asked:
        properties = dict(args.get_config() or {})
        before = self._asked.get(rule_set.name)
        if before is None or before[0] != properties:
            before = self._asked[rule_set.name] = (properties, rule_set.configured(properties))
            self._problems |= dict.fromkeys(before[1].problems)
        return before[1]

    def graph(self, args: StackValidationArgs, policy: str) -> Stack:
        """Return the graph of the resources: every policy is handed a copy of its own, the graph is built once.

        Within one evaluation each policy asks once; one that asks again, or other resources, mean a new evaluation.
        """
        urns = [resource.urn for resource in args.resources]
        if policy in self._shown or urns != self._urns:
            self._shown.clear()
            self._urns, self._stack = urns, Stack(unfolded(self.recorded.view(resource) for resource in args.resources))
        self._shown.add(policy)
        return self._stack

    def _safely(self, name: str, report: ReportViolation, ask: Callable[[], list[RuleFinding]]) -> list[RuleFinding]:
        """Ask, and make a breach of whatever goes wrong outside a rule, without telling any value."""
        try:
            return ask()
        except Exception as error:  # noqa: BLE001, RUF100 - the SDK turns it into an advisory note or ends the preview
            report(f"policy {name} failed: {type(error).__name__}", None)
            return []

    def _settle(
        self, key: tuple[str, str], results: list[RuleFinding], args: Validation, report: ReportViolation
    ) -> None:
        """Report the breaches that no exemption covers; leave the policy out of the passed ones if one is open."""
        self._found[key] = results
        for one in results:
            if not one.finding.undecided and not self.exemptions.covering(one.rule.id, one.finding):
                report(message(one.rule, one.finding), one.finding.urn)
        if results and all(one.finding.undecided for one in results):
            args.not_applicable("undecided: see the policy `undecided`")

    def _all_found(self, args: StackValidationArgs) -> list[RuleFinding]:
        present = {resource.urn for resource in args.resources}
        return [one for results in self._found.values() for one in results if one.finding.urn in present]


def from_environment() -> Chosen:
    """Return the profile that the environment or the stack's configuration names; both stand when a pack is started."""
    configuration = cast(dict[str, str], json.loads(os.environ.get("PULUMI_CONFIG") or "{}"))
    chosen = profile(os.environ.get(VARIABLE), configuration.get(PROFILE))
    own = os.environ.get("PULUMI_PROJECT") == "guard"  # then its settings have that beginning too
    return chosen if own else replace(chosen, problems=(*chosen.problems, *unread(configuration)))


def policies(
    *, today: date, rules: Iterable[Rule] = tuple(RULES.values()), chosen: Chosen | None = None
) -> list[Policy]:
    """Return the pack's policies in the order in which they must run."""
    every = list(rules)
    chosen = chosen or from_environment()
    carried = rule_sets(every, chosen.profile)
    pack = Pack(today, every, chosen.problems, carried)
    recorder = ResourceValidationPolicy(
        RECORDER,
        "Keeps what the program set, for the rules on the whole stack.",
        pack.record,
        OWN[RECORDER][0],
    )
    found = [recorder, *(_policy(pack, rule_set) for rule_set in carried), *_last(pack)]
    conversion.install()
    listen()
    return Policies(
        found, pack.current, _names_by_type(tuple(carried)), pack.configured, {rule.id: rule.severity for rule in every}
    )


@cache
def _names_by_type(carried: tuple[RuleSet, ...]) -> dict[str, set[str]]:
    """Return the resource policies that speak of each type, by any of their rules."""
    found: dict[str, set[str]] = {}
    for rule_set in carried:
        tokens = {token for rule in rule_set.siblings if not rule_set.graph for token in rule.on}
        for token in (*tokens, *(HOLDERS if tokens & INNER else ())):
            found.setdefault(token, set()).add(rule_set.name)
    return found


def _policy(pack: Pack, rule_set: RuleSet) -> Policy:
    rules = rule_set.rules or rule_set.siblings
    about: dict[str, Any] = {
        "description": FAMILIES[rule_set.family],
        "enforcement_level": rule_set.level,
        "config_schema": rule_set.schema,
        "severity": max((rule.severity for rule in rules), key=_SEVERITIES.index),
        "framework": _framework(rules),
        "tags": [rule_set.family],
        "remediation_steps": "\n".join(f"{rule.id}: {rule.fix}" for rule in rules),
        "url": f"docs/policies/README.md#{rule_set.family}",
    }
    if rule_set.graph:
        return StackValidationPolicy(rule_set.name, validate=pack.stack_policy(rule_set), **about)
    if any(rule.remediate for rule in rule_set.siblings):
        about["remediate"] = pack.remedy(rule_set)
    return ResourceValidationPolicy(rule_set.name, validate=pack.resource_policy(rule_set), **about)


def _framework(rules: Iterable[Rule]) -> PolicyComplianceFramework:
    controls = sorted({control for rule in rules for control in rule.controls})
    return PolicyComplianceFramework(
        name="AWS Foundational Security Best Practices", version="1.0.0", specification=", ".join(controls)
    )


def _last(pack: Pack) -> list[Policy]:
    about = {
        CONFIGURATION: ("Every setting and every exemption is understood and in force.", pack.configuration),
        EXEMPTIONS: ("A rule is broken by exemption.", pack.exempted),
        EXEMPTIONS_UNUSED: ("Every exemption is needed.", pack.unused),
        UNDECIDED: ("What cannot be decided yet.", pack.undecided),
    }
    return [StackValidationPolicy(name, text, ask, OWN[name][0]) for name, (text, ask) in about.items()]
