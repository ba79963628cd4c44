"""Policy documents in one shape: whatever JSON, lists or scalars they were written in."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any, cast

from guard.graph import UNKNOWN, Missing, items


def statements(document: Any) -> list[dict[str, Any]] | Missing:
    """Return a document's statements; UNKNOWN if any part of it is, for then the provider hides all of it."""
    if document is UNKNOWN:
        return UNKNOWN
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return []
    found = items(cast(dict[str, Any], document).get("Statement")) if isinstance(document, dict) else []
    return UNKNOWN if UNKNOWN in found else [item for item in found if isinstance(item, dict)]


def words(value: Any) -> list[str]:
    """Return an element that may be a word or a list of words as lower-case words; `false` is a word, too."""
    return [str(item).lower() for item in items(value)]


def anyone(principal: Any) -> bool:
    """Say whether a Principal element means everybody."""
    if isinstance(principal, dict):
        return any("*" in words(value) for key, value in cast(dict[str, Any], principal).items() if key == "AWS")
    return "*" in words(principal)


def covers(patterns: Any, name: str) -> bool:
    """Say whether a name matches one of an element's patterns."""
    return any(fnmatchcase(name.lower(), pattern.replace("[", "[[]")) for pattern in words(patterns))


def conditions(statement: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Return a statement's conditions as operator, key and values, all in lower case."""
    block: Any = statement.get("Condition") or {}
    return [
        (operator.lower(), key.lower(), words(values))
        for operator, keys in cast(dict[str, dict[str, Any]], block).items()
        for key, values in keys.items()
    ]
