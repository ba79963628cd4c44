"""Digests of the files and archives that resources are given: where their content alone changes, that is a difference.

Pulumi's engine hashes them too; its program tells it paths and texts alone.
"""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from preview.wire import MARK, Object

LENGTH: Final = 12  #: digits of a digest: enough to tell two contents apart


def digests(inputs: Mapping[str, Any], folder: str) -> tuple[tuple[str, str], ...]:
    """A digest for each property that is a file or an archive, if all of it can be read; `folder` is the program's."""
    given = ((key, cast(Object, value)) for key, value in inputs.items() if isinstance(value, dict) and MARK in value)
    found = ((key, _digest(value, folder)) for key, value in given)
    return tuple((key, digest[:LENGTH]) for key, digest in found if digest)


def _digest(value: Object, folder: str) -> str:
    """Of a text, a file, a folder, or an archive with the names in it; empty where one cannot be read."""
    if "assets" in value:
        members = [(name, _digest(cast(Object, value["assets"][name]), folder)) for name in sorted(value["assets"])]
        return _hash(f"{name}\0{digest}\n" for name, digest in members) if all(each for _, each in members) else ""
    if "text" in value:
        return _hash([value["text"]])
    try:  # there are hundreds, for which a Path takes longer to make
        return _of_path(os.path.join(folder, value["path"]))  # noqa: PTH118
    except (KeyError, OSError):  # it is at an address, or not there
        return ""


def _of_path(path: str) -> str:
    found = os.stat(path)  # noqa: PTH116
    if not stat.S_ISDIR(found.st_mode):
        return _of_file(path, found.st_mtime_ns)
    files = sorted(each for each in Path(path).rglob("*") if each.is_file())
    return _hash(f"{each.relative_to(path)}\0{_of_file(str(each), each.stat().st_mtime_ns)}\n" for each in files)


@cache
def _of_file(path: str, _changed: int) -> str:
    """Functions share most of their files; one that has changed since is read again."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def _hash(parts: Iterator[str] | list[str]) -> str:
    return hashlib.sha256("".join(parts).encode()).hexdigest()
