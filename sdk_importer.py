"""Imports generated Pulumi SDKs in a tenth of the time: annotations stay text, docstrings are left out.

Nine tenths of `import pulumi_aws.ec2` is the evaluation of type annotations and the loading of docstrings, and no
program needs either. So the same source is compiled as if it began with `from __future__ import annotations`, and its
byte code is kept beside the virtual environment's packages. ADR-019 says why, and what was measured.

    import sdk_importer
    sdk_importer.install()

CLOUDPLATFORM_SDK_CACHE names another folder for the byte code, or `off`: then Python imports the SDKs as it always
does. Only the standard library is imported here: this runs before everything else.
"""

import __future__

import contextlib
import hashlib
import json
import marshal
import os
import re
import sys
import tempfile
from collections.abc import Collection, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType
from typing import TypeGuard

VARIABLE = "CLOUDPLATFORM_SDK_CACHE"
OFF = "off"
FORM = 1  #: changes when the same source is to be compiled otherwise
PLUGIN = "pulumi-plugin.json"  #: stands in the folder of every SDK that Pulumi generated, and says its version
DIGEST = 16  #: bytes
TYPED_DICT = re.compile(rb"^\s*class (\w+)\(TypedDict\):", re.MULTILINE)
OPTIMIZE = 2  #: no docstrings; `assert` goes too, of which generated SDKs have none (a test holds that)


def install() -> None:
    """Import generated SDKs in this way from now on. A second call changes nothing.

    Does nothing where the environment says `off`, and where the folder for the byte code cannot be written: compiling
    anew in each run would be slower than Python's own import.
    """
    folder = _folder()
    if folder and not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder(folder))


def _folder() -> Path | None:
    """Where the byte code is kept, if it may be: it is run, so nobody else may write there."""
    chosen = os.environ.get(VARIABLE, "")
    ours = chosen or sys.prefix != sys.base_prefix  # a system's Python is not ours to write to
    if chosen == OFF or not ours or os.name != "posix":  # elsewhere a folder does not say who may write
        return None
    folder = Path(chosen) if chosen else Path(sys.prefix) / "sdk-cache"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.stat()
    except OSError:
        return None
    private = found.st_uid == os.getuid() and not found.st_mode & 0o022
    return folder if private and os.access(folder, os.W_OK) else None


class Finder(MetaPathFinder):
    """Finds what Python's own finder finds, and gives the modules of generated SDKs another loader."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._versions: dict[str, str] = {}  # by package; empty where it is none that Pulumi generated

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module's spec, or None where other finders shall answer."""
        package = fullname.partition(".")[0]
        if not package.startswith("pulumi_") or self._versions.get(package) == "":
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return None
        version = self._versions.setdefault(package, _version(Path(spec.loader.path).parent))
        if version:
            spec.loader = Loader(fullname, spec.loader.path, self.folder, version)
        return spec


def _version(package: Path) -> str:
    """The version of a package that Pulumi generated; empty for others."""
    try:
        return str(json.loads((package / PLUGIN).read_bytes()).get("version") or "unknown")
    except (OSError, ValueError, AttributeError):
        return ""


class Loader(SourceFileLoader):
    """Loads a module from kept byte code, or compiles it and keeps that."""

    def __init__(self, fullname: str, path: str, folder: Path, version: str) -> None:
        super().__init__(fullname, path)
        self.folder, self.version = folder, version

    def get_code(self, fullname: str) -> CodeType:
        """The module's code. Whatever is wrong with what was kept, the source decides."""
        key = self._key()
        kept = self.folder / f"{fullname}.{sys.implementation.cache_tag}"
        code = _read(kept, key)
        if code is None:
            code = compiled(self.get_data(self.path), self.path)
            _keep(kept, key + _digest(body := marshal.dumps(code)) + body)
        return code

    def _key(self) -> bytes:
        """What the byte code follows from: the package's version, the interpreter, the source as Python tells it."""
        source = Path(self.path).stat()
        told = (FORM, sys.version, self.version, self.path, source.st_size, source.st_mtime_ns)
        return _digest(MAGIC_NUMBER + repr(told).encode())


def compiled(source: bytes, path: str) -> CodeType:
    """The byte code of a generated module: annotations as text, no docstrings, no fields of typed dictionaries.

    A `TypedDict` compiles each of its fields' annotations on its own, which takes half of what is left. Type checkers
    read the source; at run time the SDK asks only whether a type is one (pulumi 3.272, _types.py, `is_typeddict`).
    """
    flags = __future__.annotations.compiler_flag
    code = compile(source, path, "exec", flags=flags, dont_inherit=True, optimize=OPTIMIZE)
    typed = {match[1].decode() for match in TYPED_DICT.finditer(source)}
    if not typed:
        return code
    constants = tuple(_empty(each) if _is_body(each, typed) else each for each in code.co_consts)
    return code.replace(co_consts=constants)


def _is_body(constant: object, classes: Collection[str]) -> TypeGuard[CodeType]:
    """Whether a constant of a module's code is the body of one of these classes."""
    return isinstance(constant, CodeType) and constant.co_name in classes


def _empty(body: CodeType) -> CodeType:
    """The body of a class that has the same name and nothing in it."""
    module = compile(f"class {body.co_name}: pass", body.co_filename, "exec", dont_inherit=True)
    return next(constant for constant in module.co_consts if isinstance(constant, CodeType))


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=DIGEST).digest()


def _read(file: Path, key: bytes) -> CodeType | None:
    """The code in a file, if it is whole and follows from `key`."""
    try:
        data = file.read_bytes()
    except OSError:
        return None
    body = data[2 * DIGEST :]
    if data[: 2 * DIGEST] != key + _digest(body):  # before marshal sees it, which trusts what it reads
        return None
    return marshal.loads(body)


def _keep(file: Path, data: bytes) -> None:
    """Write a file whole or not at all; another process may do the same at the same time."""
    with contextlib.suppress(OSError):
        descriptor, name = tempfile.mkstemp(dir=file.parent)
        try:
            with os.fdopen(descriptor, "wb") as written:
                written.write(data)
            Path(name).replace(file)
        except OSError:
            Path(name).unlink()
