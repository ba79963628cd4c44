"""Policy documents in one shape, whatever JSON, lists or scalars they were written in, and what they really say.

A rule that forbids something reads a document with `allowed`: it hides nothing, so one bad statement breaks the rule
while the rest is unknown. A rule that asks for something reads it with `statements`: unknown as soon as a part is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, Final, NamedTuple, cast

from guard.model.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, dig, items
from guard.model.logic import Answer, some

Statement = dict[str, Any]

_ELEMENTS: Final = {
    name.lower(): name
    for name in (
        *("Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource"),
        *("Condition",),
    )
}

# What a statement says of which nothing is known.
OPAQUE: Final[Statement] = dict.fromkeys(("Effect", "Principal", "Action", "Resource", "Condition"), UNKNOWN)


# --- one shape ----------------------------------------------------------------------------------------------------


def parsed(document: Any) -> Any:
    """Return a document as data, JSON text or not; ABSENT if it is text that is no JSON."""
    return _parsed(document) if isinstance(document, str) else document


@lru_cache(maxsize=4096)
def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return ABSENT


def statements(document: Any) -> list[Statement] | Missing:
    """Return a document's statements; UNKNOWN if any part of it is, for then the provider hides all of it."""
    found = parts(document)
    return UNKNOWN if any(hidden(statement) for statement in found) else found


def parts(document: Any) -> list[Statement]:
    """Return a document's statements, OPAQUE ones for those of which nothing is known."""
    document = parsed(document)
    if document is UNKNOWN:
        return [OPAQUE]
    found = items(cast(dict[str, Any], document).get("Statement")) if isinstance(document, dict) else []
    return [
        OPAQUE if entry is UNKNOWN else _spelt(cast(dict[str, Any], entry))
        for entry in found
        if entry is UNKNOWN or isinstance(entry, dict)
    ]


def allowed(document: Any) -> list[Statement]:
    """Return the statements of a document that allow something, and those that may."""
    found = [(statement, statement.get("Effect")) for statement in parts(document)]
    return [
        OPAQUE if effect is UNKNOWN else one for one, effect in found if effect is UNKNOWN or is_word(effect, "allow")
    ]


def _spelt(statement: dict[str, Any]) -> Statement:
    return {_ELEMENTS.get(name.lower(), name): value for name, value in statement.items()}


def is_word(value: Any, word: str) -> bool:
    """Say whether a value is a word, in whatever case."""
    return isinstance(value, str) and value.lower() == word


def hidden(value: Any) -> bool:
    """Say whether any part of a value is unknown."""
    if isinstance(value, dict):
        return any(map(hidden, cast(dict[str, Any], value).values()))
    return value is UNKNOWN or (isinstance(value, list) and any(map(hidden, cast(list[Any], value))))


class Carried(NamedTuple):
    """A document that a resource carries, where, and its name if there are several."""

    at: str
    name: str
    document: Any


def carried(resource: Resource, path: str) -> list[Carried]:
    """Return the documents at a path; in a list of blocks each has its own."""
    outer, _, key = path.rpartition(".")
    blocks = resource[outer] if outer else resource.inputs
    if blocks is UNKNOWN:
        return [Carried(path, "", UNKNOWN)]
    found = [(dig(block, "name"), dig(block, key)) for block in items(blocks)]
    several = isinstance(blocks, list)
    return [
        Carried(path, name if several and isinstance(name, str) else "", document)
        for name, document in found
        if document is not ABSENT
    ]


def judged(resource: Resource, at: str, text: str, ask: Callable[[Statement], Answer]) -> Iterator[Finding]:
    """Ask every statement of a resource's document that allows something; yes is a breach."""
    for number, statement in enumerate(allowed(resource[at]), start=1):
        sid = statement.get("Sid")
        about = sid if isinstance(sid, str) and sid else f"statement {number}"
        match ask(statement):
            case True:
                yield resource.finding(text, at=at, about=about)
            case False:
                pass
            case _:
                yield resource.undecided(at, about)


# --- elements -----------------------------------------------------------------------------------------------------


def words(value: Any) -> list[str]:
    """Return an element that may be a word or a list of words as lower-case words; `false` is a word, too."""
    found = list(cast(tuple[Any, ...], value)) if isinstance(value, tuple) else items(value)
    return [str(item).lower() for item in found if item is not UNKNOWN]


def holds(value: Any, test: Callable[[str], bool]) -> Answer:
    """Return whether one of an element's words passes a test; UNKNOWN if none does and one is not known."""
    return some([*map(test, words(value)), *(UNKNOWN for item in items(value) if item is UNKNOWN)])


def opposite(answer: Answer) -> Answer:
    """Return no for yes, yes for no, and UNKNOWN for itself."""
    return UNKNOWN if answer is UNKNOWN else not answer


def covers(patterns: Any, name: str) -> bool:
    """Say whether a name matches one of an element's patterns."""
    return any(fnmatchcase(name.lower(), pattern.replace("[", "[[]")) for pattern in words(patterns))


def wild(pattern: str) -> bool:
    """Say whether a pattern may match more than itself."""
    return "*" in pattern or "?" in pattern


# --- principals ---------------------------------------------------------------------------------------------------


def principals(statement: Statement, kind: str) -> Any:
    """Return the principals of a kind (AWS, Service, Federated), in whatever shape they were written."""
    found = statement.get("Principal")
    if isinstance(found, dict):
        return [one for key, value in cast(dict[str, Any], found).items() if is_word(key, kind) for one in items(value)]
    return found if found is UNKNOWN else []


def anyone(principal: Any) -> bool:
    """Say whether a Principal element means everybody."""
    if isinstance(principal, dict):
        return any("*" in words(value) for key, value in cast(dict[str, Any], principal).items() if key in ("AWS", "*"))
    return "*" in words(principal)


# A principal is named in full: a wildcard in it, or in the account of an ARN, is everybody's.
_OPEN: Final = re.compile(r"[*?]|arn:[^:]*:(iam|sts)::[^:]*[*?]")


def admits_anyone(statement: Statement) -> Answer:
    """Return whether a statement speaks to principals that nobody named; all but some are such, too."""
    if statement.get("NotPrincipal") is not None:
        return True
    principal = statement.get("Principal")
    values = list(cast(dict[str, Any], principal).values()) if isinstance(principal, dict) else [principal]
    return some(holds(value, lambda word: bool(_OPEN.match(word))) for value in values)
