"""What `guard check` found, in the form from which every output format is written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pulumi_policy import EnforcementLevel

from guard.cli.state import Position, State
from guard.crossguard.verdict import Judgement, Terms, Verdict
from guard.model.rule import Profile, Rule, message, read

NAME: Final = "cloudplatform-guard"


@dataclass(frozen=True)
class Checked:
    """One stack, judged: what was read, by what it was judged, and the verdict."""

    state: State
    profile: Profile
    levels: Mapping[str, EnforcementLevel]  # by rule
    verdict: Verdict

    @property
    def title(self) -> str:
        """How people call the stack."""
        return f"{self.state.project} {self.state.stack}".strip() or self.state.source

    def position(self, judgement: Judgement) -> Position | None:
        """Return where the program declares the judged resource, if the engine kept it."""
        return self.state.positions.get(judgement.urn)


@dataclass(frozen=True)
class CheckReport:
    """All stacks of one call, and the rules that there are."""

    stacks: tuple[Checked, ...]
    rules: tuple[Rule, ...]
    docs: str = ""  # the URL under which the rules' pages are published

    @property
    def clean(self) -> bool:
        """Whether every stack may be deployed."""
        return all(one.verdict.clean for one in self.stacks)

    def page(self, rule: Rule) -> str:
        """Return where a rule is documented: a URL if the pages are published, else the file."""
        return f"{self.docs.rstrip('/')}/{rule.url.rpartition('/')[2]}" if self.docs else rule.url


_LEVELS: Final = (EnforcementLevel.DISABLED, EnforcementLevel.ADVISORY, EnforcementLevel.MANDATORY)


def levels(terms: Terms) -> dict[str, EnforcementLevel]:
    """Return the level at which each rule is asked: the firmer of two if it was put on a second policy."""
    found: dict[str, EnforcementLevel] = {}
    for rule_set in terms.rule_sets:
        for rule in rule_set.configured(terms.properties.get(rule_set.name, {})).rules:
            found[rule.id] = max(terms.level(rule_set), found.get(rule.id, _LEVELS[0]), key=_LEVELS.index)
    return found


def sentence(judgement: Judgement) -> str:
    """Return what a finding says of its resource; nothing where the rule is kept."""
    return read(message(judgement.rule, judgement.finding)).text.rstrip(".") if judgement.finding else ""


def fingerprint(judgement: Judgement) -> str:
    """Return what stays the same of a finding while others come and go: its rule, resource, property and subject."""
    key = judgement.finding.key if judgement.finding else ""
    return hashlib.sha256("\n".join((judgement.rule.id, judgement.urn, key)).encode()).hexdigest()
