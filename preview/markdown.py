"""Markdown for pull requests and pages."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown; columns whose head begins with `>` are figures and stand right."""
    lines = [
        "| " + " | ".join(each.removeprefix(">") for each in head) + " |",
        "|" + "|".join("---:" if each.startswith(">") else "---" for each in head) + "|",
    ]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])
