"""The stacks of the five systems, recorded whole: once for all processes of a test run, while nothing of it changes."""

import contextlib
import fcntl
import hashlib
import pickle
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from preview.engine import record_stack, run_both
from preview.recording import Recording
from preview.stack import open_stack

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = ("dev", "staging", "prod")
STACKS = (*ENVIRONMENTS, "shared")
PROJECT = "cloudplatform"
BLUEPRINTS = ROOT / "blueprints"
#: The stacks of the systems below blueprints/, each called by its system and its own name: techcorp/production.
BLUEPRINT_STACKS = tuple(
    f"{file.parent.name}/{file.name.split('.')[1]}" for file in sorted(BLUEPRINTS.glob("*/Pulumi.*.yaml"))
)
EVERY_STACK = (*STACKS, *BLUEPRINT_STACKS)
#: What a recording follows from, beside its stack file.
FOLDERS = ("app", "components", "functions", "preview", "settings")
FILES = ("__main__.py", "Pulumi.yaml", "requirements.txt", "sdk_importer.py")
HOUR = 3600
KEPT = ROOT / "build" / "recordings"


@cache
def recorded(stack: str, known: bool) -> Recording:
    """The stack as an update (every id known) or as the first preview (every id unknown) registers it.

    What an equal run of any process was recorded as, or a run now: one for both, as a preview's is.
    """
    file = stack_file(stack)
    with _alone(stack):
        if found := _found(file, stack, known):
            return found
        early, late = run_both(open_stack(stack.rpartition("/")[2], file, project(stack)[1]))
        assert isinstance(late, Recording)
        for each in (early, late):
            _keep(_kept(file, stack, each.known), pickle.dumps(each))
        return late if known else early


def recorded_as(file: Path, stack: str, known: bool) -> Recording:
    """The same with any stack file: of what it says, not of where it lies. Raises PreviewError."""
    with _alone(stack):
        if found := _found(file, stack, known):
            return found
        found = record_file(file, stack, known)
        _keep(_kept(file, stack, known), pickle.dumps(found))
        return found


@contextlib.contextmanager
def _alone(stack: str) -> Iterator[None]:
    """No other process records this stack meanwhile: it would do the same work."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{stack.replace('/', '.')}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _found(file: Path, stack: str, known: bool) -> Recording | None:
    try:
        return pickle.loads(_kept(file, stack, known).read_bytes())  # noqa: S301, RUF100 we wrote it
    except (OSError, EOFError, pickle.UnpicklingError):
        return None


def project(stack: str) -> tuple[str, Path]:
    """The Pulumi project of a stack, and its folder: of one below blueprints/, or the main system's."""
    system = stack.rpartition("/")[0]
    return (system, BLUEPRINTS / system) if system else (PROJECT, ROOT)


def stack_file(stack: str) -> Path:
    """The committed file of a stack."""
    return project(stack)[1] / f"Pulumi.{stack.rpartition('/')[2]}.yaml"


def record_file(file: Path, stack: str, known: bool) -> Recording:
    """The program run now, with any stack file, as a preview runs it. Raises PreviewError."""
    return record_stack(stack.rpartition("/")[2], file, project(stack)[1], known=known)


@cache
def _program() -> bytes:
    """A digest of what a recording follows from beside its stack file: our files, the packages, the interpreter."""
    below = (file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*")) if _counts(file))
    files = [*(ROOT / name for name in FILES), *below]
    parts = [sys.version.encode(), *(bytes(file.relative_to(ROOT)) + b"\0" + file.read_bytes() for file in files)]
    return hashlib.blake2b(b"\0".join(parts)).digest()


def _counts(file: Path) -> bool:
    return file.is_file() and "__pycache__" not in file.parts


def _kept(file: Path, stack: str, known: bool) -> Path:
    given = (_program(), stack.encode(), file.read_bytes(), bytes([known]))
    content = hashlib.blake2b(b"\0".join(given), digest_size=16).hexdigest()
    return KEPT / f"{stack.replace('/', '.')}-{content}.pickle"


def _keep(file: Path, data: bytes) -> None:
    """Write a file whole; another process may do the same at the same time."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as written:
        written.write(data)
    Path(written.name).replace(file)
    for old in file.parent.glob(f"{file.name.partition('-')[0]}-*"):
        with contextlib.suppress(FileNotFoundError):  # another process was faster
            if time.time() - old.stat().st_mtime > HOUR:
                old.unlink()
