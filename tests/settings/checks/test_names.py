"""Names: a row's own before the pattern's; one that has no room is refused, if the stack may have it."""

from pathlib import Path
from typing import Any

import pytest

from settings.checks.names import names_have_room
from settings.file import reading, stackfile
from settings.settings import Settings
from settings.tables.buckets import BucketTable
from settings.tables.compute import RepositoryTable
from settings.tables.data import DynamoTable
from settings.tables.names import LIMITS, NamesTable

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("kind", ["bucket", "dynamodb", "ecr"])
def test_a_row_may_say_its_name(kind: str) -> None:
    """One without has the name that `names` gives it, or the pattern's."""
    rows: dict[str, Any] = {"own": {"name": "my-own"}, "listed": {}, "other": {}}
    found = _settings("dev").model_copy(
        update={
            "physical_names": NamesTable(exact={kind: {"own": "not-this", "listed": "a-listed"}}),
            "buckets": {word: BucketTable(**row) for word, row in rows.items()},
            "tables": {word: DynamoTable(hash="Id", **row) for word, row in rows.items()},
            "repositories": {word: RepositoryTable(**row) for word, row in rows.items()},
        }
    )
    vars(found).pop("names", None)  # kept of before
    names = [found.names.of(kind, word) for word in rows]
    assert names[:2] == ["my-own", "a-listed"]
    assert names[2] not in ("my-own", "a-listed")


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
