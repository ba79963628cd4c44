"""A function's archive: our own source and the pure-Python packages that it needs, as they are installed here; of a
stack's own function the files of its folder.

There is no build step. Whoever installed requirements.txt has the same files: the same source gives the same archive.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import PackagePath, distribution
from pathlib import Path, PurePosixPath

import pulumi

from functions.common.function import FunctionDefinition

ROOT = Path(__file__).parent.parent
SHARED = "functions/common"
#: What every function logs with, and what that imports. AWS has a layer of it as well, of a number that would have to
#: be looked up in every region; these are pinned in requirements.txt.
EVERYWHERE = ("aws-lambda-powertools", "jmespath", "typing-extensions")
COMPILED = frozenset({".so", ".pyd", ".dll", ".dylib"})
#: What an installer adds to a distribution: it says where and how it was installed, and so differs between machines.
INSTALLERS = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json", "uv_build.json", "uv_cache.json"})


class PackagingError(Exception):
    """A distribution cannot go into an archive as it is."""


def archive(function: FunctionDefinition) -> pulumi.AssetArchive:
    """The archive for `aws.lambda_.Function(code=…)`."""
    return pulumi.AssetArchive({name: pulumi.FileAsset(_given(path)) for name, path in files(function).items()})


def files(function: FunctionDefinition) -> Mapping[str, Path]:
    """Every file of the archive, by its name in it, in the names' order. Raises PackagingError where none is there."""
    if function.code:
        return _own(function.code)
    found = {f"{folder}/{path.name}": path for folder in (SHARED, function.folder) for path in _sources(folder)}
    found["functions/__init__.py"] = ROOT / "functions/__init__.py"
    for name in (*EVERYWHERE, *function.distributions):
        found.update(_installed(name))
    return dict(sorted(found.items()))


def _own(folder: str) -> Mapping[str, Path]:
    """The files of a stack's own function, by their names below its folder."""
    paths = (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
    found = {path.relative_to(ROOT / folder).as_posix(): path for path in paths}
    if not {"handler.py", "handler.mjs"} & found.keys():
        raise PackagingError(f"{folder} has no handler.py and no handler.mjs")
    return dict(sorted(found.items()))


def _sources(folder: str) -> Iterator[Path]:
    return (ROOT / folder).glob("*.py")


@cache
def _installed(name: str) -> Mapping[str, Path]:
    """What of a distribution is imported, and its own words about itself: its version is read from them.

    Most functions need the same distributions, and each lists hundreds of files.
    """
    listed = distribution(name).files or ()
    if compiled := next((path for path in listed if path.suffix in COMPILED), None):
        raise PackagingError(f"{name} is not pure Python: it has {compiled}")
    return {path.as_posix(): Path(str(path.locate())) for path in listed if _wanted(path)}


def _wanted(path: PackagePath) -> bool:
    generated = path.suffix == ".pyc" or path.name in INSTALLERS
    outside = PurePosixPath(path).is_absolute() or ".." in path.parts  # scripts
    return not (generated or outside or "tests" in path.parts)


def _given(path: Path) -> str:
    """From the project's root where it lies below: what is recorded then names no machine's folders."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
