"""Defaults of a table's rows, such as `service-defaults`: merges them into the rows, and finds a value's origin."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

from settings.tables.table import Path

#: A table of rows → the table of what they have in common, both by their keys in a stack file.
DEFAULTS: Final = {"services": "service-defaults"}


def merged(rows: str, common: str) -> str:
    """The text of a table whose rows got the defaults that they lack; unchanged if either text is no table."""
    own, given = _table(rows), _table(common)
    if own is None or given is None:
        return rows
    whole = {
        word: _over(given, cast(dict[str, Any], row)) if isinstance(row, dict) else row for word, row in own.items()
    }
    return json.dumps(whole)


def origin(path: Path, rows: str, common: str) -> Path:
    """Where a value of a merged table is written: in its row, or in the defaults."""
    table, *below = path
    own, given = _depth(_table(rows), below), _depth(_table(common), below[1:]) + 1
    return (DEFAULTS[str(table)], *below[1:]) if given > max(own, 1) else path


def _over(common: Mapping[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The row with the defaults that it lacks, also in the tables inside it."""
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
