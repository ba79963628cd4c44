"""What AWS offers: regions, classes, versions, parameters and the like, as a generated and dated table.

`table.json` is written by `python -m settings.known.sources`, which says where each value comes from; a test fails when
those packages know more. A stack file's `allow-unknown` lets a newer value pass. What belongs here: a value that AWS
offers and a package lists, so that a stack file can be checked against it.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).with_name("table.json")


@cache
def table() -> Mapping[str, Any]:
    """The whole table, read once."""
    return json.loads(FILE.read_text())
