"""What several rows of a table have in common, written once: how it comes into the rows, and where it came from."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from settings.tables.table import Path

#: A table of rows → the table of what they have in common, both by their keys in a stack file.
DEFAULTS: Final = {"services": "service-defaults"}


def merged(rows: str, common: str) -> str:
    """The text of a table of rows, each with what it does not say itself; no change where either is no table."""
    own, given = _table(rows), _table(common)
    if own is None or given is None:
        return rows
    whole = {
        word: _over(given, cast(dict[str, Any], row)) if isinstance(row, dict) else row for word, row in own.items()
    }
    return json.dumps(whole)


def origin(path: Path, rows: str, common: str) -> Path:
    """Where a value of a merged table stands: below the table of rows, or in what they have in common."""
    table, *below = path
    own, given = _depth(_table(rows), below), _depth(_table(common), below[1:]) + 1
    return (DEFAULTS[str(table)], *below[1:]) if given > max(own, 1) else path


def _over(common: Mapping[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The row's values, then those that it lacks; tables in it are filled up in the same way."""
    both = {
        key: _over(common[key], cast(dict[str, Any], value))
        for key, value in row.items()
        if isinstance(value, dict) and isinstance(common.get(key), dict)
    }
    return {**common, **row, **both}


def _depth(data: object, path: Sequence[str | int]) -> int:
    """How many steps of a path are there."""
    for depth, part in enumerate(path):
        try:
            data = cast(Any, data)[part]
        except (KeyError, IndexError, TypeError):  # nothing there, or no table and no list
            return depth
    return len(path)


def _table(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return cast(dict[str, Any], data) if isinstance(data, dict) else None
