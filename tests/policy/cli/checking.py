"""How the tests call `guard check`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from guard.cli import check
from guard.cli.check import BLOCKED, CLEAN
from tests.policy.engine import TODAY


def checked(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Check as the command line does, on the day of all tests; its status and its document."""
    given = check.parser().parse_args(["check", *map(str, arguments), "--today", TODAY.isoformat()])
    found = check.checked(given)
    document = json.loads(check.FORMATS["json"](found))
    return (CLEAN if found.clean else BLOCKED), document


def of(document: dict[str, Any], kind: str, stack: int = 0) -> set[tuple[str, str]]:
    return {(one["rule"], one["resource"]) for one in document["stacks"][stack][kind]}


def put(folder: Path, name: str, content: Any) -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def nodes(value: Any) -> Any:
    """Every place in a document: what holds it, and under which key."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from nodes(value[key])
