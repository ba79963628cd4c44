"""A stack as another revision of the project has it: recorded by that revision's own program, in a worktree of Git."""

import pickle
import subprocess
import sys
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Final

from preview.recording import Recording
from preview.stack import PreviewError

#: Runs in the worktree, whose packages are then first on the path.
RECORD: Final = """\
import pathlib, pickle, sys
try:
    import sdk_importer
    from preview.engine import record_stack
    from preview.stack import PreviewError
except ImportError as problem:
    sys.exit(f"its preview is too old to be compared with ({problem})")
sdk_importer.install()
try:
    found = record_stack(sys.argv[1], folder=pathlib.Path(sys.argv[2]), known=True)
except PreviewError as problem:
    sys.exit(str(problem))
except Exception as problem:
    sys.exit(f"its program fails: {type(problem).__name__}: {problem}")
sys.stdout.buffer.write(pickle.dumps(found))
"""


def record_at(revision: str, stack: str, folder: Path) -> Recording | None:
    """Record a stack of the project in a folder as a revision has it; None if it has no such stack.

    Raises PreviewError where there is no such revision, or where its program or its settings fail.
    """
    top = Path(_git(folder, "rev-parse", "--show-toplevel") or folder)
    commit = commit_of(revision, folder)
    file = (folder.resolve() / f"Pulumi.{stack}.yaml").relative_to(top.resolve())
    if not _git(top, "ls-tree", "--name-only", commit, "--", file.as_posix()):
        return None
    with tempfile.TemporaryDirectory() as made:
        tree = Path(made) / "tree"
        _git(top, "worktree", "add", "--quiet", "--detach", str(tree), commit)
        try:
            return _recorded(revision, stack, tree, folder.resolve().relative_to(top.resolve()))
        finally:
            _git(top, "worktree", "remove", "--force", str(tree))


def commit_of(revision: str, folder: Path) -> str:
    """The commit that a revision is. Raises PreviewError."""
    if found := _git(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}"):
        return found
    raise PreviewError(f"there is no revision {revision} here; --against takes a branch, a tag or a commit: main")


def _recorded(revision: str, stack: str, tree: Path, folder: Path) -> Recording:
    command = [sys.executable, "-c", RECORD, stack, str(tree / folder)]
    done = subprocess.run(command, cwd=tree, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip() or f"its program ended with status {done.returncode}"
        raise PreviewError(f"{stack} at {revision}: {said}")
    try:
        found: Recording = pickle.loads(done.stdout)  # noqa: S301, RUF100 our own process wrote it
    except (AttributeError, ImportError, TypeError, pickle.UnpicklingError) as problem:
        raise PreviewError(f"{stack} at {revision}: its recording is of an older form ({problem})") from problem
    for part in (found, *found.resources.values()):
        if missing := [each.name for each in fields(part) if not hasattr(part, each.name)]:
            raise PreviewError(f"{stack} at {revision}: its recording is of an older form, without {missing[0]}")
    return found


def _git(folder: Path, *words: str) -> str:
    """What Git says; empty where it refuses."""
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else ""
