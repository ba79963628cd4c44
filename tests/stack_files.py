"""Stack files that differ from a committed one."""

import pickle
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from preview.recording import Recording
from tests.stacks import recorded_as, stack_file

Config = dict[str, Any]


class _Loader(yaml.CSafeLoader):
    """Takes the key `on` for a word, as the engine does."""

    yaml_implicit_resolvers = {
        first: rows for first, rows in yaml.CSafeLoader.yaml_implicit_resolvers.items() if first not in "oO"
    }


@cache
def _committed(stack: str) -> bytes:
    return pickle.dumps(yaml.load(stack_file(stack).read_text(), _Loader)["config"])


def config(stack: str) -> Config:
    """The configuration of a committed stack file, by full key: a copy, as reading YAML takes longer."""
    return pickle.loads(_committed(stack))  # noqa: S301, RUF100 we wrote it


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything in a configuration."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        yield (*path, key)
        yield from paths(below, (*path, key))


def written(folder: Path, stack: str, tables: Config) -> Path:
    """A stack file with a configuration."""
    path = folder / stack_file(stack).name
    path.write_text(yaml.dump({"config": tables}, Dumper=yaml.CSafeDumper, sort_keys=False))
    return path


def changed(stack: str, change: Callable[[Config], object], known: bool = True) -> Recording:
    """What a committed stack file registers after a change of its tables; equal changes are recorded once."""
    tables = config(stack)
    change(tables)
    with tempfile.TemporaryDirectory() as folder:
        return recorded_as(written(Path(folder), stack, tables), stack, known)


def longest(it: Config) -> None:
    """Every name of one's own choice as long as anybody would have it, and the prefix as long as settings allow."""
    word = "recommendation-and-pricing-for-partners1"  # 40 characters: the longest
    other = "customer-documents-and-their-thumbnails1"  # 40 too
    it |= {"cloudplatform:project": "partnerportal", "cloudplatform:environment": "loadtest"}  # 22 with the hyphen
    services = it["cloudplatform:services"]
    services[word] = services.pop("fastapi") | {"group": word}
    buckets = it["cloudplatform:buckets"]
    buckets[other] = buckets.pop("assets")
    services[word]["buckets"] = {other: {"prefix": "app/"}}
    it["cloudplatform:secrets"]["jwt-secret"]["path"] = services[word]["secrets"]["JWT_SECRET"] = f"{word}/{word}"
    it["cloudplatform:key"]["administrators"][word] = {}
