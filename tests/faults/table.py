"""The table of faults: what is broken on purpose, and what must hold all the same.

A test names its faults with `@faults(subject, Fault(…), …)` and is run once for each, with the row as its parameter
`fault`; or with `@fault(subject, broken=…, holds=…)` where it tries one. A subject is what is broken: a function's
name, a script's, `app`. At the end of a run pytest prints how many faults each subject held; with -v the whole table.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

MARKER = "fault"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One row."""

    name: str  #: the test's id
    broken: str  #: what happens, as a short sentence
    holds: str  #: what must hold then
    given: Any = None  #: whatever else the test needs of it


def faults(subject: str, *rows: Fault) -> pytest.MarkDecorator:
    """Run a test once for each row."""
    return pytest.mark.parametrize(
        MARKER, [pytest.param(row, id=row.name, marks=fault(subject, row.broken, row.holds)) for row in rows]
    )


def fault(subject: str, broken: str, holds: str) -> pytest.MarkDecorator:
    """Say of a test which one fault it tries."""
    return pytest.mark.fault(subject, broken, holds)


class FaultTable:
    """The plugin: a fault is held when every test that tries it passes."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, ...], bool] = {}  #: by subject, what is broken, what must hold

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Write each test's fault into its properties, which travel with its reports from xdist's workers."""
        for item in items:
            item.user_properties += [(MARKER, mark.args) for mark in item.iter_markers(MARKER)]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what was held."""
        for name, row in report.user_properties:
            if name == MARKER and (report.when == "call" or report.failed):
                key = tuple(map(str, row))  # pyright: ignore[reportArgumentType] what was written above
                self.held[key] = self.held.get(key, True) and report.passed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table, if any fault was tried."""
        if self.held:
            terminalreporter.section("faults held")
            for line in summary(self.held.items(), whole=terminalreporter.verbosity > 0):
                terminalreporter.write_line(line)


def summary(rows: Iterable[tuple[tuple[str, ...], bool]], *, whole: bool = False) -> list[str]:
    """By subject how many were tried and held; then those that were not, or all of them."""
    found = sorted(rows)
    width = max(len("subject"), *(len(subject) for (subject, *_), _ in found))
    lines = [f"{'subject':<{width}} tried  held"]
    for subject in dict.fromkeys(subject for (subject, *_), _ in found):
        lines.append(_count(f"{subject:<{width}}", [held for (name, *_), held in found if name == subject]))
    lines.append(_count(f"{'all':<{width}}", [held for _, held in found]))
    for (subject, broken, holds), held in found:
        if whole or not held:
            lines.append(f"{'held' if held else 'NOT HELD'}: {subject}: {broken} → {holds}")
    return lines


def _count(name: str, held: list[bool]) -> str:
    return f"{name} {len(held):>5} {sum(held):>5}"
