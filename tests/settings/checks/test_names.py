"""Names that have no room are refused, and only those that the stack may have."""

from pathlib import Path

import pytest

from settings.checks.names import names_have_room
from settings.file import reading, stackfile
from settings.settings import Settings
from settings.tables.names import LIMITS

ROOT = Path(__file__).parents[3]


def _settings(stack: str) -> Settings:
    return reading.read(
        stackfile.read(ROOT / f"Pulumi.{stack}.yaml", "cloudplatform"), project="cloudplatform", stack=stack
    )


def test_a_kind_of_store_limits_the_stacks_that_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """dev has a cache; shared has none, and no name of one either."""
    dev, shared = _settings("dev"), _settings("shared")
    monkeypatch.setitem(LIMITS, "redis", 20)
    [complaint] = names_have_room(dev)
    assert complaint.path == ("project",)
    assert complaint.message == (
        "'cloudplatform-dev' leaves no room in the 20 characters of a cache's name; "
        "use at most 10 for project and environment together"
    )
    assert [*names_have_room(shared)] == []
