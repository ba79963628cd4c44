"""A rule is data and a function of one resource, alone or within its stack. Judging never raises."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Concatenate, Final

from pulumi_policy import EnforcementLevel, Severity

from guard.model.graph import Finding, Resource, Stack
from guard.model.secrets import HIDDEN, pattern

_TOKEN: Final = re.compile(r"^(?:pulumi:providers:[\w-]+|pulumi:pulumi:Stack|[\w-]+:[\w-]+/\w+:\w+|aws-native:\*)$")


class Profile(StrEnum):
    """How much a stack asks of itself."""

    BASELINE = "baseline"  # every rule at its own level
    PROTECTED = "protected"  # what keeps data from being lost is mandatory as well: for production
    STRICT = "strict"  # every rule is mandatory


@dataclass(frozen=True)
class Parameter:
    """A value that a rule takes from the configuration, there in camel case, in the check's keyword in snake case."""

    name: str
    schema: Mapping[str, Any]  # JSON schema, as CrossGuard takes it
    default: Any

    @property
    def keyword(self) -> str:
        """The name of the check's keyword argument."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()


@dataclass(frozen=True, eq=False)
class Rule:
    """One rule and all that a reader of its findings wants to know. Each stands once in `RULES`."""

    id: str
    family: str
    on: tuple[str, ...]
    severity: Severity
    controls: tuple[str, ...]
    why: str
    fix: str
    level: EnforcementLevel
    graph: bool  # needs the stack around the resource
    check: Callable[..., Iterable[Finding]]
    posture: bool = False  # taste in a sandbox, mandatory where data must not be lost
    parameters: tuple[Parameter, ...] = ()
    remediate: Callable[Concatenate[Resource, ...], Mapping[str, Any]] | None = (
        None  # the inputs that would keep the rule, if that is safe
    )

    @property
    def url(self) -> str:
        """Where the rule is documented."""
        return f"docs/policies/{self.id}.md"

    @property
    def home(self) -> str:
        """The policy that carries it where it is mandatory."""
        return f"{self.family}{'-graph' if self.graph else ''}"

    def keywords(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what its functions take beside the resource: configured parameters, or else their defaults."""
        return {one.keyword: values.get(one.name, one.default) for one in self.parameters}

    def level_in(self, profile: Profile) -> EnforcementLevel:
        """Return its level in a profile."""
        mandatory = profile is Profile.STRICT or (profile is Profile.PROTECTED and self.posture)
        return EnforcementLevel.MANDATORY if mandatory else self.level


RULES: Final[dict[str, Rule]] = {}


def rule(
    id: str,  # noqa: A002 - it reads best where rules are written
    *,
    family: str,
    on: str | Iterable[str],
    severity: Severity,
    why: str,
    fix: str,
    controls: tuple[str, ...] = (),
    level: EnforcementLevel = EnforcementLevel.MANDATORY,
    posture: bool = False,
    parameters: tuple[Parameter, ...] = (),
    remediate: Callable[Concatenate[Resource, ...], Mapping[str, Any]] | None = None,
) -> Callable[[Callable[..., Iterable[Finding]]], Callable[..., Iterable[Finding]]]:
    """Register a function of a resource, or of a resource and its stack, as a rule.

    A rule of posture advises unless the profile says otherwise. Parameters reach the check and the remedy as
    keyword arguments.
    """

    def register(check: Callable[..., Iterable[Finding]]) -> Callable[..., Iterable[Finding]]:
        if id in RULES:
            raise ValueError(f"two rules are called {id}")
        types = (on,) if isinstance(on, str) else tuple(on)
        if bad := [token for token in types if not _TOKEN.match(token)]:
            raise ValueError(f"{id}: {bad[0]} is no type token")
        asked = inspect.signature(check).parameters.values()
        graph = len([one for one in asked if one.kind is not inspect.Parameter.KEYWORD_ONLY]) > 1
        own = EnforcementLevel.ADVISORY if posture else level
        RULES[id] = Rule(
            id, family, types, severity, controls, why, fix, own, graph, check, posture, parameters, remediate
        )
        return check

    return register


def judge(
    rule: Rule, resource: Resource, stack: Stack | None = None, values: Mapping[str, Any] | None = None
) -> list[Finding]:
    """Ask a rule about a resource; a rule that fails is a breach, for nobody knows what it would have found.

    `values` are the configured parameters by their names there; the rest have their defaults.
    """
    try:
        around = (resource, stack) if rule.graph else (resource,)
        found = list(rule.check(*around, **rule.keywords(values or {})))
    except Exception as error:  # noqa: BLE001, RUF100 - one careless rule must not end the preview, nor let it pass
        return [resource.finding(f"rule {rule.id} failed: {type(error).__name__}")]
    breaches = [finding for finding in found if not finding.undecided]
    return _redacted(breaches or found, resource, stack)


def _redacted(found: list[Finding], resource: Resource, stack: Stack | None) -> list[Finding]:
    """Leave out of findings what came as a secret."""
    patterns = [stack.hidden if stack else None, pattern(resource.secrets)] if found else []
    for hidden in filter(None, patterns):
        found = [replace(one, text=hidden.sub(HIDDEN, one.text), about=hidden.sub(HIDDEN, one.about)) for one in found]
    return found


@dataclass(frozen=True)
class Message:
    """A finding's text in its parts."""

    rule: str
    text: str
    fix: str


def message(rule: Rule, finding: Finding) -> str:
    """Write a finding for people, in a form that `read` takes apart again."""
    at = f" (`{finding.at}`)" if finding.at and f"`{finding.at}`" not in finding.text else ""
    return f"[{rule.id}] {finding.name} {finding.text}{at}. Fix: {rule.fix}"


_MESSAGE: Final = re.compile(r"(?:.*\n)?(?:exempted: )?\[(?P<rule>[\w-]+)\] (?P<text>.*?)(?: Fix: (?P<fix>.*))?", re.S)


def read(text: str) -> Message:
    """Take a diagnostic of the pack apart; the SDK puts the policy's description in its first line."""
    match = _MESSAGE.fullmatch(text)
    if match is None:
        return Message("", text.split("\n", 1)[-1], "")
    return Message(match["rule"], match["text"].strip(), match["fix"] or "")


def by_type(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    """Return the rules that speak of each type."""
    table: dict[str, list[Rule]] = {}
    for one in rules:
        for token in one.on:
            table.setdefault(token, []).append(one)
    return table
