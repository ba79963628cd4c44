"""Rules that one property decides, as rows of a table: what good is, and what AWS makes of an unset property."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from guard.model.graph import UNKNOWN, Finding, Resource, items
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule


class Switch(NamedTuple):
    """A rule that asks one property of a resource; words are in lower case, `true` and `false` among them.

    Of a list of good words one is enough; of bad words one is too many; without either any value will do. Several
    paths are asked one by one, unless one of them is enough.
    """

    id: str
    on: Mapping[str, str | tuple[str, ...]]  # the property's path by type
    text: str
    fix: str
    why: str
    good: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    enough: bool = False
    unless: tuple[str, ...] = ()  # with one of these set, another resource answers for it
    unset: str = ""  # what AWS makes of an unset property
    controls: tuple[str, ...] = ()
    severity: Severity = Severity.MEDIUM
    level: EnforcementLevel = EnforcementLevel.MANDATORY
    posture: bool = False
    remediate: bool = False  # whether it is safe to switch on for the program: nothing is replaced, nothing stops


def ask(row: Switch, resource: Resource) -> Iterator[Finding]:
    """Ask a row's question of a resource."""
    if any(resource.inputs.get(path) not in (None, "") for path in row.unless):
        return
    answers = {path: _kept(row, resource, path) for path in _paths(row, resource)}
    if row.enough:
        answers = {next(iter(answers)): some(answers.values())}
    for path, kept in answers.items():
        if kept is UNKNOWN:
            yield resource.undecided(path)
        elif not kept:
            yield resource.finding(row.text, at=path)


def _paths(row: Switch, resource: Resource) -> tuple[str, ...]:
    paths = row.on[resource.type]
    return (paths,) if isinstance(paths, str) else paths


def _kept(row: Switch, resource: Resource, path: str) -> Answer:
    words = [word for word in items(resource[path]) if word != ""] or [row.unset]
    if row.good:
        return some(word if word is UNKNOWN else str(word).lower() in row.good for word in words)
    if row.bad:
        return every(word if word is UNKNOWN else str(word).lower() not in row.bad for word in words)
    return words != [""]


def _switched_on(row: Switch) -> Callable[[Resource], Mapping[str, Any]]:
    """Return the remedy of a row whose good word is `true`."""
    return lambda resource: {key: value for path in _paths(row, resource) for key, value in _nested(path).items()}


def _nested(path: str) -> dict[str, Any]:
    key, _, rest = path.partition(".")
    return {key: _nested(rest) if rest else True}


def _check(row: Switch) -> Callable[[Resource], Iterator[Finding]]:
    return lambda resource: ask(row, resource)


def register(family: str, *rows: Switch) -> None:
    """Register the rows of a table as rules of a family."""
    for row in rows:
        rule(
            row.id,
            family=family,
            on=row.on,
            severity=row.severity,
            controls=row.controls,
            why=row.why,
            fix=row.fix,
            level=row.level,
            posture=row.posture,
            remediate=_switched_on(row) if row.remediate else None,
        )(_check(row))
