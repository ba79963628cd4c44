"""What else keys are called by those who come from another tool."""

import pytest

from settings.schema import schema
from settings.words import SYNONYMS, nearest

TABLES = [[*table["properties"]] for table in schema()["$defs"].values() if "properties" in table]


@pytest.mark.parametrize(("written", "meant"), SYNONYMS.items())
def test_a_synonym_means_a_key_that_there_is_and_is_none_itself(written: str, meant: str) -> None:
    """`variables` is nearer to `writable` by its letters. Where nothing has the name that is meant, letters decide."""
    own = [keys for keys in TABLES if meant in keys]
    assert own
    assert all(nearest(written, keys) == meant for keys in own)
    assert not any(written in keys for keys in own)
    assert nearest(written, [f"{written}s"]) == f"{written}s"
