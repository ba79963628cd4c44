"""Units: whoever writes one beside a number is told the number, and advice about a number says what it counts."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from settings.file.error_text import Allowed
from settings.file.units import WORDS, Unit, unit
from settings.settings import Settings
from tests.settings.file.test_messages import broken, in_a_folder_of_its_own, problems, read

__all__ = ["in_a_folder_of_its_own"]

FASTAPI = "services.fastapi"
MISTAKES = [
    ("memory: 512", "memory: 512MB", f'{FASTAPI}.memory: "512MB" has a unit; write 512 (MiB)'),
    ("memory: 512", "memory: 0.5 GB", f'{FASTAPI}.memory: "0.5 GB" has a unit; write 512 (MiB)'),
    ("cpu: 256", "cpu: 0.25 vCPU", f'{FASTAPI}.cpu: "0.25 vCPU" has a unit; write 256 (CPU units)'),
    ("cpu: 60}", "cpu: 60%}", f'{FASTAPI}.count.cpu: "60%" has a unit; write 60 (percent)'),
    ("backup-days: 7", "backup-days: 1 week", 'database.backup-days: "1 week" has a unit; write 7 (days)'),
    ("initial: 20", "initial: 20G", 'database.storage.initial: "20G" has a unit; write 20 (GiB)'),
    ("multi-az: false", "monitoring: 1m", 'database.monitoring: "1m" has a unit; write 60 (seconds)'),
]
BEYOND = [
    ("memory: 512", "memory: 512 days", f'{FASTAPI}.memory: "512 days" is text; use a whole number such as 512 (MiB)'),
    ("cpu: 256", "cpu: 0.25", f"{FASTAPI}.cpu: 0.25 is a number; use a whole number such as 256 (CPU units)"),
    ("backup-days: 7", "backup-days: 12 hours",
     'database.backup-days: "12 hours" is text; use a whole number from 1 to 35 (days)'),
    ("backup-days: 7", "backup-days: 60d",
     'database.backup-days: "60d" is text; use a whole number from 1 to 35 (days)'),
    ("replicas: 0", "replicas: 1 node", 'cache.replicas: "1 node" is text; use a whole number from 0 to 5'),
    ("multi-az: false", "monitoring: 2m",
     'database.monitoring: "2m" is unknown here; use 1, 5, 10, 15, 30 or 60 (seconds)'),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES + BEYOND)
def test_a_unit_is_answered(old: str, new: str, message: str) -> None:
    """With the number that is meant where the table would take it, else with what the number counts."""
    assert [line.split(" ", 1)[1] for line in problems(broken(old, new))] == [message]


@pytest.mark.parametrize(("old", "new", "message"), MISTAKES)
def test_the_number_is_taken(old: str, new: str, message: str) -> None:
    number = re.findall(r"write (\S+)", message)[0]
    assert read(broken(old, re.sub(r": .*?(}|$)", rf": {number}\1", new)))


@pytest.mark.parametrize(
    ("name", "text", "number"),
    [
        ("seconds", "5 Minutes", 300),
        ("minutes", "90s", 1.5),
        ("minutes", "2 hrs", 120),
        ("milliseconds", "0.02 s", 20),
        ("MB", "1m", 1),
        ("minutes", "1m", 1),
        ("US dollars", "$600", 600),
        ("percent", "-5 %", -5),
        ("GB", "500 percent", None),
        ("days", "ten days", None),
        ("days", "5", None),
    ],
)
def test_what_a_text_means(name: str, text: str, number: float | None) -> None:
    assert Unit(name).meant(text) == number


#: What counts something else than the unit that its description speaks of.
OTHERWISE = "in five minutes"


def numbers(allowed: Allowed, key: str = "", seen: tuple[Any, ...] = ()) -> Iterator[tuple[str, Allowed]]:
    """Each number that a stack file may have: its key, and what is allowed there."""
    if allowed.counts:
        yield key, allowed
    for schema in allowed.alternatives:
        if schema.get("properties") in seen:
            continue
        below = (*seen, schema["properties"]) if "properties" in schema else seen
        for part in (
            *schema.get("properties", ()),
            *(["x"] if _rows(schema) else ()),
            *([0] if "items" in schema else ()),
        ):
            yield from numbers(allowed.below([part]), key if part == 0 else str(part), below)


def _rows(schema: Any) -> bool:
    return "patternProperties" in schema or isinstance(schema.get("additionalProperties"), dict)


def test_what_a_number_counts_is_known_wherever_its_table_says_it() -> None:
    """So that no message about it lacks the unit."""
    found = list(numbers(Allowed.of(Settings.model_json_schema(by_alias=True))))
    said = rf"\b({WORDS})\b"
    lost = {
        f"{key}: {allowed.description()}"
        for key, allowed in found
        if re.search(said, f"{key.rpartition('-')[2]} {allowed.description()}") and not allowed.unit
        if not re.search(OTHERWISE, allowed.description())
    }
    assert lost == set()
    assert len({key for key, allowed in found if allowed.unit}) > 40
    assert unit("replicas", "read replicas") is None
