"""Exemptions: who may break which rule, why, and until when. They stand in the stack's configuration."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from guard.crossguard.configuration import nearest
from guard.model.graph import Finding

KEY: Final = "guard:exemptions"
REQUIRED: Final = ("rule", "resource", "reason", "owner")
FINDING: Final = "finding"  # optional: one finding of several, by its property and what about it
ENDS: Final = ("expires", "decision")  # a date, or the record of a decision that stands until it is changed
DECISIONS: Final = ("docs/decisions/", "docs/adr/")  # where projects keep such records


@dataclass(frozen=True)
class Exemption:
    """One exemption: a rule, the resources and perhaps the one finding it holds for, and who answers for it."""

    rule: str
    resource: str
    reason: str
    owner: str
    expires: date | None = None
    decision: str = ""
    finding: str = ""

    def covers(self, rule: str, finding: Finding) -> bool:
        """Say whether it holds for a finding of a rule."""
        subjects = (finding.name, finding.urn)
        here = rule == self.rule and any(fnmatchcase(subject, self.resource) for subject in subjects)
        return here and (self.finding in ("", finding.key) or fnmatchcase(finding.key, self.finding))

    def expired(self, today: date) -> bool:
        """Say whether its last day is over."""
        return self.expires is not None and self.expires < today

    def __str__(self) -> str:
        until = f"until {self.expires}" if self.expires else f"see {self.decision}"
        return f"{self.reason} ({self.owner}, {until})"


@dataclass(frozen=True)
class Exemptions:
    """What a stack's configuration exempts, and what is wrong with it."""

    entries: tuple[Exemption, ...] = ()
    problems: tuple[str, ...] = ()
    lapsed: frozenset[int] = field(default_factory=frozenset[int])

    def covering(self, rule: str, finding: Finding) -> Exemption | None:
        """Return the exemption in force that covers a finding."""
        live = (entry for at, entry in enumerate(self.entries) if at not in self.lapsed)
        return next((entry for entry in live if entry.covers(rule, finding)), None)

    def unused(self, seen: Iterable[tuple[str, Finding]]) -> list[Exemption]:
        """Return the exemptions in force that cover nothing of what the rules found."""
        results = list(seen)
        live = (entry for at, entry in enumerate(self.entries) if at not in self.lapsed)
        return [entry for entry in live if not any(entry.covers(rule, finding) for rule, finding in results)]


def read(text: str | None, rules: Collection[str], today: date) -> Exemptions:
    """Read the configuration's JSON list; whatever is wrong becomes a problem in words, never an exception."""
    if not text:
        return Exemptions()
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        return Exemptions(problems=(f"{KEY} is no JSON: {error}",))
    return parse(document, rules, today)


def parse(document: Any, rules: Collection[str], today: date, source: str = KEY) -> Exemptions:
    """Read a list of entries, from the configuration or from the file that `source` names."""
    if not isinstance(document, list):
        return Exemptions(problems=(f"{source} must be a list of entries",))
    entries: list[Exemption] = []
    problems: list[str] = []
    lapsed: set[int] = set()
    for number, entry in enumerate(cast(list[Any], document), start=1):
        wrong = _problems(entry, rules)
        problems += [f"{source}, entry {number}: {problem}" for problem in wrong]
        if wrong:
            continue
        exemption = _exemption(entry)
        entries.append(exemption)
        if exemption.expired(today):
            lapsed.add(len(entries) - 1)
            problems.append(
                f"{source}, entry {number}: the exemption of {exemption.resource} from {exemption.rule} "
                f"expired on {exemption.expires}; {exemption.owner} fixes the resource or renews the exemption"
            )
    return Exemptions(tuple(entries), tuple(problems), frozenset(lapsed))


def _exemption(entry: dict[str, str]) -> Exemption:
    expires = date.fromisoformat(entry["expires"]) if "expires" in entry else None
    words = [entry[key].strip() for key in REQUIRED]
    return Exemption(*words, expires=expires, decision=entry.get("decision", ""), finding=entry.get(FINDING, ""))


def _problems(entry: Any, rules: Collection[str]) -> list[str]:
    if not isinstance(entry, dict):
        return ["an entry is a table with rule, resource, reason, owner and expires or decision"]
    table = cast(dict[str, Any], entry)
    known = (*REQUIRED, FINDING, *ENDS)
    found = [f"unknown key {key}{nearest(key, known)}" for key in table if key not in known]
    found += [f"{key} must be words" for key in known if key in table and not _is_words(table[key])]
    found += [f"{key} is missing" for key in REQUIRED if key not in table]
    if found:
        return found
    if table["rule"] not in rules:
        found.append(f"there is no rule {table['rule']}{nearest(table['rule'], rules)}")
    if not table["resource"].strip("*? "):
        found.append("resource would match everything: name one, or a pattern with a name in it")
    return found + _end_problems(table)


def _end_problems(table: dict[str, Any]) -> list[str]:
    if len([key for key in ENDS if key in table]) != 1:
        return ["give either expires: a date, or decision: the file of a record under docs/decisions/"]
    if "decision" in table:
        return (
            []
            if table["decision"].startswith(DECISIONS)
            else [f"decision must be a file under {' or '.join(DECISIONS)}"]
        )
    try:
        date.fromisoformat(table["expires"])
    except ValueError:
        return ["expires must be a date like 2026-12-31"]
    return []


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
