"""What a configuration switches off: the policies that must stay on, and the rules that then nobody asks.

The engine tells the SDK the level of each policy, and never the pack. A pack that is switched off in part would say
nothing of it, so the levels are read on their way, and the pack's own policies stay on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final

from pulumi_policy import EnforcementLevel

from guard.crossguard.configuration import OFF, RuleSet
from guard.model.rule import Parameter, Rule, read

RECORDER: Final = "recorder"
CONFIGURATION: Final = "configuration"
EXEMPTIONS: Final = "exemptions"
EXEMPTIONS_UNUSED: Final = "exemptions-unused"
UNDECIDED: Final = "undecided"

#: The policies that carry no rules, each with its level and what it does.
OWN: Final[Mapping[str, tuple[EnforcementLevel, str]]] = {
    RECORDER: (EnforcementLevel.ADVISORY, "it keeps what the program set, for the rules on the whole stack"),
    CONFIGURATION: (EnforcementLevel.MANDATORY, "it says what is wrong with the settings"),
    EXEMPTIONS: (EnforcementLevel.ADVISORY, "it shows what is exempt"),
    EXEMPTIONS_UNUSED: (EnforcementLevel.ADVISORY, "it shows which exemptions cover nothing"),
    UNDECIDED: (EnforcementLevel.ADVISORY, "it shows what is not known yet"),
}

NOTHING: Final = "everything is disabled: nothing would be asked"
MOST: Final = 5  # rules by name; more are counted


@dataclass(frozen=True)
class Levels:
    """What was configured, by policy: levels and settings."""

    levels: Mapping[str, EnforcementLevel] = field(default_factory=dict[str, EnforcementLevel])
    properties: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])

    def unasked(self, rule_sets: Iterable[RuleSet]) -> list[Rule]:
        """Return the rules that no policy asks, though each stands in one."""
        every: dict[str, Rule] = {}
        asked: set[str] = set()
        for one in rule_sets:
            every |= {rule.id: rule for rule in one.rules}
            if self.levels.get(one.name, one.level) is not EnforcementLevel.DISABLED:
                asked |= {rule.id for rule in self._asked(one)}
        return [rule for id, rule in every.items() if id not in asked]  # noqa: A001 - it reads best

    def problems(self, rule_sets: Iterable[RuleSet]) -> Iterator[str]:
        """Yield what may not be switched off and is."""
        sets = list(rule_sets)
        off = {name for name, level in self.levels.items() if level is EnforcementLevel.DISABLED}
        if all(one.name in off for one in sets if one.rules):
            yield NOTHING
            return
        yield from (f"{name} cannot be disabled: {does}" for name, (_, does) in OWN.items() if name in off)
        mandatory = {rule.id for one in sets if not one.advice for rule in one.rules}
        missed = sorted(rule.id for rule in self.unasked(sets) if rule.id in mandatory)
        if missed:
            named = f"{', '.join(missed[:MOST])}{f' and {len(missed) - MOST} more' if len(missed) > MOST else ''}"
            yield f"mandatory rules that nobody asks: {named}; exempt a resource, with its reason, instead"
        families: dict[str, list[tuple[RuleSet, tuple[Rule, ...]]]] = {}
        for one in sets:
            families.setdefault(one.family, []).append((one, self._asked(one)))
        for one in sets:
            yield from self._without_effect(one, families[one.family])

    def _without_effect(self, one: RuleSet, family: Sequence[tuple[RuleSet, tuple[Rule, ...]]]) -> Iterator[str]:
        """Yield what is set on a policy that does not carry the rule, in this profile, and not on the one that does.

        The engine hands each policy the defaults too: a value that is the default was not set.
        """
        given = self.properties.get(one.name, {})
        carriers = {rule.id: other.name for other, asked in family for rule in asked}
        own = {rule.id for other, asked in family if other is one for rule in asked}
        for rule in (each for each in one.siblings if each.id not in own and each.id in carriers):
            there = carriers[rule.id]
            words = [
                of.name for of in rule.parameters if _set(given, of) and not _set(self.properties.get(there, {}), of)
            ]
            words += [OFF] if rule.id in (given.get(OFF) or ()) and rule not in one.rules else []
            yield from (f"{one.name}: {word} does nothing to {rule.id}, which {there} carries" for word in words)

    def _asked(self, one: RuleSet) -> tuple[Rule, ...]:
        return one.configured(self.properties.get(one.name, {})).rules


def _set(given: Mapping[str, Any], parameter: Parameter) -> bool:
    return given.get(parameter.name, parameter.default) != parameter.default


Listener = Callable[[Levels], None]


def listen() -> None:
    """Let the SDK tell policies that want to know (`configured`) what the engine configures, and let each diagnostic
    have its rule's severity: the SDK gives it its policy's, which carries a family. Twice changes nothing."""
    sdk: Any = import_module("pulumi_policy.policy")
    servicer = sdk._PolicyAnalyzerServicer  # noqa: SLF001, RUF100 - it has no other place to hear of levels
    if getattr(servicer.Configure, "listened", False):
        return
    configure = servicer.Configure

    def configured(self: Any, request: Any, context: Any) -> Any:
        listener: Listener | None = getattr(self._PolicyAnalyzerServicer__policies, "configured", None)
        if listener:
            listener(_levels(request, sdk.json_format.MessageToDict))
            _keep_on(request)
        return configure(self, request, context)

    configured.listened = True  # pyright: ignore[reportFunctionMemberAccess]
    servicer.Configure = configured
    servicer.Analyze, servicer.AnalyzeStack = _severe(servicer.Analyze), _severe(servicer.AnalyzeStack)


def _severe(analyze: Callable[[Any, Any, Any], Any]) -> Callable[[Any, Any, Any], Any]:
    def analyzed(self: Any, request: Any, context: Any) -> Any:
        answer = analyze(self, request, context)
        severities = getattr(self._PolicyAnalyzerServicer__policies, "severities", {})
        for diagnostic in answer.diagnostics:
            if severity := severities.get(read(diagnostic.message).rule):
                diagnostic.severity = self._map_severity(severity)
        return answer

    return analyzed


def _levels(request: Any, plain: Callable[[Any], dict[str, Any]]) -> Levels:
    names = _words()
    return Levels(
        {name: names[of.enforcementLevel] for name, of in request.policyConfig.items()},
        {name: plain(of.properties) for name, of in request.policyConfig.items()},
    )


def _keep_on(request: Any) -> None:
    """Give the pack's own policies their levels, whatever is configured."""
    numbers = {level: number for number, level in _words().items()}
    for name, (level, _) in OWN.items():
        request.policyConfig[name].enforcementLevel = numbers[level]


def _words() -> dict[int, EnforcementLevel]:
    protocol: Any = import_module("pulumi.runtime.proto.analyzer_pb2")
    return {protocol.EnforcementLevel.Value(level.name): level for level in EnforcementLevel}
