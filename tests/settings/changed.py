"""Changes of the stack files, and what is wrong with them then."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from settings.file import reading, stackfile
from settings.file.problems import InvalidSettings
from tests.stack_files import Config, config, written

PLACE = re.compile(r" \(the other is in line \d+\)$")


def problems(folder: Path, stack: str, change: Callable[[Config], object]) -> list[str]:
    """What is wrong with a stack file after a change of its tables, without the places."""
    tables = config(stack)
    change(tables)
    file = written(folder, stack, tables)
    with pytest.raises(InvalidSettings) as caught:
        reading.read(stackfile.read(file, "cloudplatform"), project="cloudplatform", stack=stack, file=file)
    return [f"{each.field}: {PLACE.sub('', each.message)}" for each in caught.value.problems]


def update(table: str, *path: str, **words: Any) -> Callable[[Config], object]:
    """Other words in a table, or in one inside it."""

    def change(config: Config) -> None:
        found = config[f"cloudplatform:{table}"]
        for word in path:
            found = found[word]
        found.update({key.replace("_", "-"): value for key, value in words.items()})

    return change
