"""What is wrong with a stack's settings, in words that say what would be right."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

SHOWN = 60  # characters of a value that a message repeats
LINE = 1000  # characters of a message


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong: where, if a file says it; which field; what is wrong and what would be right."""

    field: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column} " if self.file and self.line else ""
        return where + _line(f"{self.field}: {self.message}")


class InvalidSettings(Exception):  # noqa: N818 - reads as what it says where it is caught
    """A stack's settings with all their problems, in the order of the file; those without a place come last."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems), key=_order))
        super().__init__(self.problems)

    def __str__(self) -> str:
        count = len(self.problems)
        first = f"{count} problem{'' if count == 1 else 's'} in the stack's settings:"
        return "\n".join((first, *map(str, self.problems)))


def _line(text: str) -> str:
    """One line of a terminal, whatever values a message repeats."""
    plain = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:LINE])
    return plain + "…" if len(text) > LINE else plain


def _order(problem: Problem) -> tuple[object, ...]:
    placed = problem.line is not None
    return (not placed, problem.file or "", problem.line or 0, problem.column or 0, problem.field, problem.message)


def named(key: str, path: Iterable[str | int] = ()) -> str:
    """How messages name a field: services.api.routes[0].hosts[1]; an odd key is quoted."""
    text = _key(key)
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{_key(part)}"
    return text


def shown(value: object) -> str:
    """A value of a table, short enough for a message and always on one line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    return short(json.dumps(value, ensure_ascii=False))


def short(text: str) -> str:
    """Text with its middle left out when it is long."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 20]}…{text[-19:]}"


def printed(path: Path) -> str:
    """A file's name as a terminal can open it: from the current folder, if it is below."""
    absolute = path.absolute()
    here = Path.cwd()
    return str(absolute.relative_to(here) if absolute.is_relative_to(here) else path)


def _key(part: str) -> str:
    simple = part.isascii() and part and all(c.isalnum() or c in "-_:/ " for c in part)
    return short(part if simple else json.dumps(part, ensure_ascii=False))
