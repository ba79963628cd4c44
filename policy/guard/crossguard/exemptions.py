"""Exemptions: who may break which rule, why, and until when. They stand in the stack's configuration."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final, cast

from guard.crossguard.configuration import EXEMPTIONS as KEY
from guard.crossguard.configuration import nearest
from guard.model.graph import Finding
from guard.model.rule import RULES

REQUIRED: Final = ("rule", "resource", "reason", "owner")
FINDING: Final = "finding"  # optional: one finding of several, by its property and what about it
ENDS: Final = ("expires", "decision")  # a date, or the record of a decision that stands until it is changed
DECISIONS: Final = ("docs/decisions/", "docs/adr/")  # where projects keep such records
LONGEST: Final = timedelta(days=2 * 366)  # what is to stand longer is a decision
TODAY: Final = "GUARD_TODAY"
DAY: Final = 'a date in quotes, like "2026-12-31"'  # bare, the engine reads a point in time
_FORM: Final = {"expires": DAY}
PACK: Final = Path(__file__).parents[2]


def today() -> date:
    """Return the day on which exemptions are judged: what GUARD_TODAY says, or today."""
    said = os.environ.get(TODAY)
    try:
        return date.fromisoformat(said) if said else date.today()  # noqa: DTZ011, RUF100
    except ValueError:
        raise ValueError(f"{TODAY} is {said}; give a date like 2026-12-31") from None


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
        here = rule == self.rule and any(one == self.resource or fnmatchcase(one, self.resource) for one in subjects)
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
    expired_at: frozenset[int] = field(default_factory=frozenset[int])

    def covering(self, rule: str, finding: Finding) -> Exemption | None:
        """Return the exemption in force that covers a finding."""
        live = (entry for at, entry in enumerate(self.entries) if at not in self.expired_at)
        return next((entry for entry in live if entry.covers(rule, finding)), None)

    def unused(self, seen: Iterable[tuple[str, Finding]]) -> list[Exemption]:
        """Return the exemptions in force that cover nothing of what the rules found."""
        results = list(seen)
        live = (entry for at, entry in enumerate(self.entries) if at not in self.expired_at)
        return [entry for entry in live if not any(entry.covers(rule, finding) for rule, finding in results)]


def useless(entry: Exemption, seen: Iterable[tuple[str, Finding]]) -> str:
    """Say what to do with an exemption that covers nothing of what the rules found."""
    own = [finding for rule, finding in seen if rule == entry.rule]
    keys = sorted({one.key for one in own if replace(entry, finding="").covers(entry.rule, one)})
    if keys:
        return f"its finding is none of {', '.join(keys)}"
    return f"remove it{nearest(entry.resource, {one.name for one in own})}"


def written(text: str | None) -> list[Exemption]:
    """Return the entries of the configuration's JSON list that can be understood, whatever becomes of them."""
    try:
        document: Any = json.loads(text or "[]")
    except ValueError:
        return []
    entries = cast(list[Any], document) if isinstance(document, list) else []
    return [_exemption(entry) for entry in entries if not _form_problems(entry) and not _end_problems(entry)]


def read(
    text: str | None, rules: Collection[str], today: date, source: str = KEY, beside: Iterable[Path] = ()
) -> Exemptions:
    """Read the configuration's JSON list; whatever is wrong becomes a problem in words, never an exception."""
    if not text:
        return Exemptions()
    try:
        document: Any = json.loads(text)
    except ValueError as error:
        return Exemptions(problems=(f"{source} is no JSON: {error}",))
    if isinstance(document, str):
        return Exemptions(problems=(f"{source} must be a list of entries",))
    return parse(document, rules, today, source, beside)


def parse(
    document: Any, rules: Collection[str], today: date, source: str = KEY, beside: Iterable[Path] = ()
) -> Exemptions:
    """Read a list of entries, from the configuration or from the file that `source` names.

    Records of decisions are looked for `beside` that file, here, and where the pack is, and above.
    """
    folders = [each for start in (*beside, Path.cwd(), PACK) for each in (start, *start.parents)]
    if isinstance(document, str):  # as `pulumi config set` writes it without --path
        return read(document, rules, today, source, beside)
    if not isinstance(document, list):
        return Exemptions(problems=(f"{source} must be a list of entries",))
    entries: list[Exemption] = []
    problems: list[str] = []
    expired_at: set[int] = set()
    for number, entry in enumerate(cast(list[Any], document), start=1):
        wrong = _problems(entry, rules, today, folders)
        problems += [f"{source}, entry {number}: {problem}" for problem in wrong]
        if wrong:
            continue
        exemption = _exemption(entry)
        entries.append(exemption)
        if exemption.expired(today):
            expired_at.add(len(entries) - 1)
            problems.append(
                f"{source}, entry {number}: the exemption of {exemption.resource} from {exemption.rule} "
                f"expired on {exemption.expires}; {exemption.owner} fixes the resource or renews the exemption"
            )
    return Exemptions(tuple(entries), tuple(problems), frozenset(expired_at))


def _exemption(entry: dict[str, str]) -> Exemption:
    expires = date.fromisoformat(entry["expires"]) if "expires" in entry else None
    words = [entry[key].strip() for key in REQUIRED]
    return Exemption(*words, expires=expires, decision=entry.get("decision", ""), finding=entry.get(FINDING, ""))


def _problems(entry: Any, rules: Collection[str], today: date, folders: Iterable[Path]) -> list[str]:
    found = _form_problems(entry)
    if found:
        return found
    table = cast(dict[str, Any], entry)
    if table["rule"] not in rules:
        found.append(f"there is no rule {table['rule']}{_of_family(table['rule']) or nearest(table['rule'], rules)}")
    if _matches_anything(table["resource"]):
        found.append("resource would match everything: name one, or a pattern with a name in it")
    return found + (_end_problems(table) or _end_refused(table, today, folders))


def _of_family(word: str) -> str:
    """Name the rules of a family or a policy: an exemption is from one of them."""
    family = word.removesuffix("-graph").removesuffix("-advice")
    rules = [rule.id for rule in RULES.values() if rule.family == family]
    return f": that is a family; name one of {', '.join(rules)}" if rules else ""


def _form_problems(entry: Any) -> list[str]:
    if not isinstance(entry, dict):
        return ["an entry is a table with rule, resource, reason, owner and expires or decision"]
    table = cast(dict[str, Any], entry)
    known = (*REQUIRED, FINDING, *ENDS)
    found = [f"unknown key {key}{nearest(key, known)}" for key in table if key not in known]
    found += [f"{key} must be {_FORM.get(key, 'words')}" for key in known if key in table and not _is_words(table[key])]
    return found + [f"{key} is missing" for key in REQUIRED if key not in table]


_WILD: Final = r"\[[^\]]*\]|[*?]"
LEAST: Final = 3  # letters that a name must have in common with a pattern that leaves its beginning and end open

# Names that nobody gives: a pattern that matches one of them matches whatever comes.
_UNLIKELY_NAMES: Final = ("q", "Q", "0", "q-q", "q_q", "q.q", "qqqqqqqq", "qqq-qqq-qqq-qqq", "\u0416")


def _matches_anything(pattern: str) -> bool:
    """Say whether a pattern names nothing: no resource, and of a URN no more than the stack that all are in."""
    if pattern[:1] == pattern[-1:] == "*" and max(map(len, re.split(_WILD, pattern))) < LEAST:
        return True
    parts = [re.sub(_WILD, "q", part) for part in pattern.split("::")]
    stack, project = "q", "q"
    if pattern.startswith("urn:"):
        stack, project = parts[0].removeprefix("urn:pulumi:") or "q", parts[1] if parts[1:] else "q"
    urns = (
        f"urn:pulumi:{at}::{of}::aws:q/{name}:{name}::{name}"
        for at, of in {("q", "q"), (stack, project)}
        for name in _UNLIKELY_NAMES
    )
    return pattern not in _UNLIKELY_NAMES and any(
        fnmatchcase(subject, pattern.strip()) for subject in (*_UNLIKELY_NAMES, *urns)
    )


def _end_problems(table: dict[str, Any]) -> list[str]:
    if len([key for key in ENDS if key in table]) != 1:
        return ["give either expires: a date, or decision: the file of a record under docs/decisions/"]
    if "decision" in table:
        under = table["decision"].startswith(DECISIONS)
        return [] if under else [f"decision must be a file under {' or '.join(DECISIONS)}"]
    try:
        date.fromisoformat(table["expires"])
    except ValueError:
        return [f"expires must be {DAY}"]
    return []


def _end_refused(table: dict[str, Any], today: date, folders: Iterable[Path]) -> list[str]:
    """Return what is wrong with an end that is none: so far away, or a record that nobody wrote."""
    record = table.get("decision")
    if record is not None:
        there = ".." not in Path(record).parts and any((folder / record).is_file() for folder in folders)
        return [] if there else [f"decision: there is no file {record}"]
    ends = date.fromisoformat(table["expires"])
    return [f"expires on {ends}, more than two years from now: record a decision"] if ends - today > LONGEST else []


def _is_words(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())
