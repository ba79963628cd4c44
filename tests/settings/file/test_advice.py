"""300 mistakes in all stack files: each file is a stack that holds all it says, or is refused with place and advice.

What messages advise is accepted when it is followed, to the letter.
"""

import random
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from settings.settings import Settings
from settings.tables.policy import PolicyTable
from tests.settings.file.mending import NAMESPACE, Config, committed, fixed, leaves, mutated, read, read_file
from tests.stacks import EVERY_STACK

EACH = 20  # mutated files of each stack: 320 in all, and always the same


@cache
def mutations(stack: str) -> list[Config]:
    """The same in every run."""
    chance, config = random.Random(f"mistakes in {stack}"), committed(stack)
    return [mutated(config, chance)[0] for _ in range(EACH)]


def said(settings: Settings) -> set[tuple[Any, ...]]:
    """The tables and rows that settings hold, by their paths in a stack file."""
    whole = settings.model_dump(mode="json", by_alias=True, exclude_unset=True)
    return {path[:depth] for path in leaves(whole) for depth in range(1, len(path) + 1)}


def lost(config: Config, settings: Settings) -> list[tuple[Any, ...]]:
    """What a file says and its settings do not."""
    kept = said(settings)
    ours = [path for path in leaves(config) if path and str(path[0]).startswith(f"{NAMESPACE}:")]
    plain = [(str(key).removeprefix(f"{NAMESPACE}:"), *below) for key, *below in ours]
    return [path for path in plain if path not in kept]


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_a_committed_file_loses_nothing(stack: str, tmp_path: Path) -> None:
    """The comparison below is about something: settings hold each value of the file, under the file's own words."""
    settings, problems = read_file(committed(stack), stack, tmp_path)
    assert problems == []
    assert settings
    assert lost(committed(stack), settings) == []
    assert lost({f"{NAMESPACE}:cahce": {"node": "x"}}, settings) == [("cahce", "node")]


@pytest.mark.parametrize("stack", EVERY_STACK)
def test_a_mistake_is_answered_or_is_none(stack: str, tmp_path: Path) -> None:
    """A refused file has file, line, field and words; an accepted one loses no table and no value."""
    refused = 0
    for config in mutations(stack):
        settings, problems = read_file(config, stack, tmp_path)
        if settings:
            assert lost(config, settings) == []
            words = {key.partition(":")[2] for key in config if key.startswith("guard:")}
            assert words <= PolicyTable.model_fields.keys()
        refused += not settings
        for problem in problems:
            assert problem.file, problem
            assert problem.line, problem
            assert problem.field, problem
            assert len(problem.message) > 10, problem
    assert refused >= EACH // 2


def test_advice_is_accepted_when_it_is_followed() -> None:
    """In at least 95 of a hundred files that are refused."""
    counts, others = Counter[str](), list[str]()
    for stack in EVERY_STACK:
        for config in mutations(stack):
            if problems := read(config, stack)[1]:
                came = fixed(config, stack)
                counts[came] += 1
                others += [f"{came}: {stack}: {each}" for each in problems if came != "accepted"]
    report = "\n".join([f"{dict(counts)}", *others])
    assert counts.total() >= 230, report
    assert counts["accepted"] >= 0.95 * counts.total(), report
