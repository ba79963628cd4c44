"""Each check is asked, and reads the tables that it declares: of a broken table it would complain for nothing."""

import re
from pathlib import Path
from typing import Any

import pytest

from settings.checks import CHECKS
from settings.checks.check import Check
from settings.file import reading, stackfile
from settings.settings import Settings

ROOT = Path(__file__).parents[3]
STACKS = ("dev", "staging", "prod", "shared")
#: The keys of the tables, by the names of the fields; the stack's own name is no table and always right.
TABLES = {name: info.alias or name for name, info in Settings.model_fields.items() if name != "stack"}


def _name(check: Check) -> str:
    return check.complaints.__name__


class Watched(Settings):
    """Settings that remember which of their tables were read."""

    def __getattribute__(self, name: str) -> Any:
        if name in TABLES:
            READ.add(TABLES[name])
        return super().__getattribute__(name)


READ: set[str] = set()


def watched(stack: str) -> Watched:
    file = ROOT / f"Pulumi.{stack}.yaml"
    settings = reading.read(stackfile.read(file, "cloudplatform"), project="cloudplatform", stack=stack)
    return Watched.model_construct(**{name: getattr(settings, name) for name in Settings.model_fields})


def test_every_declared_check_is_asked() -> None:
    declared = [
        name
        for file in sorted((ROOT / "settings/checks").glob("*.py"))
        for name in re.findall(r"^@check\(.*\)\ndef (\w+)", file.read_text(), re.MULTILINE)
    ]
    assert [_name(check) for check in CHECKS] == declared
    assert len(declared) > 30


@pytest.mark.parametrize("check", CHECKS, ids=_name)
def test_a_check_reads_the_tables_that_it_declares_and_no_other(check: Check) -> None:
    assert set(check.tables) <= set(TABLES.values())
    for stack in STACKS:
        settings = watched(stack)
        READ.clear()
        assert [*check(settings)] == []
        assert set(check.tables) >= READ, f"{stack}: declare {READ - set(check.tables)}"
