"""Runs the project's own program for a stack file, as the engine would, and asks the policy pack about it."""

import os
import runpy
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date
from pathlib import Path
from typing import NamedTuple

from rich.console import Console

from preview.causes import FilePositions, causes
from preview.document import document
from preview.pack import Later, ask, settings_in
from preview.providers import refuse_disabled
from preview.recorder import ProgramExit, record, record_both
from preview.recording import LogMessage, Recording
from preview.stack import ROOT, PreviewError, ProjectStack, open_stack
from preview.wire import Object

#: Tells the program which file its settings come from, so that it can name their positions in messages.
FILE_VARIABLE = "CLOUDPLATFORM_STACK_FILE"


class Previewed(NamedTuple):
    """A stack, what its program registered, and what there is to say of it."""

    stack: ProjectStack
    recording: Recording  #: as the first preview sees it
    update: Recording | None  #: with every id known; None of another program, which may do otherwise then
    document: Object


def previews(
    stacks: Sequence[ProjectStack], today: date | None = None, settings: Object | None = None
) -> Generator[Previewed]:
    """Previews of stacks, one after the other. Raises PreviewError.

    `settings` is a policy configuration by policy. `today` decides which exemptions have expired: without it, the day
    that GUARD_TODAY names, or this one.
    """
    day = today or _today()
    for stack in stacks:
        _heed_use(stack)
    for stack in stacks:
        with _progress(f"recording {stack.name}"):
            recording, later = run_both(stack)
        from costs.estimate import estimate_in  # here: the settings come first
        from costs.policies import told

        update = later if isinstance(later, Recording) else None
        with _progress(f"asking the policy pack about {stack.name}"):
            estimated = estimate_in(stack.folder, update or recording)
            verdict = ask(recording, day, later, settings=told(estimated, settings or {}))
        file_positions = FilePositions(stack.file, stack.project, stack.positions)
        broken = (*verdict.violations, *verdict.advisories)
        found = causes(recording, broken, stack.config, file_positions)
        yield Previewed(stack, recording, update, document(recording, verdict, found, update, estimated))


def _today() -> date:
    from guard.crossguard.exemptions import today

    try:
        return today()
    except ValueError as problem:
        raise PreviewError(str(problem)) from problem


def _heed_use(stack: ProjectStack) -> None:
    """Says what is wrong with what is assumed of a stack's use before it is recorded. Raises PreviewError."""
    from costs.usage import assumed

    try:
        assumed(stack.folder, stack.name)
    except ValueError as problem:
        raise PreviewError(str(problem)) from problem


def policy_settings(file: Path) -> Object:
    """The policy configuration in a file. Raises PreviewError."""
    try:
        return settings_in(file)
    except OSError as problem:
        raise PreviewError(f"{file} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise PreviewError("\n".join(f"{file}: {line}" for line in str(problem).splitlines())) from problem


def run(stack: ProjectStack, *, known: bool = False) -> Recording:
    """Record the project's program for a stack. Raises PreviewError with what the program says of its settings."""
    (recording,) = _recorded(stack, lambda *program, **about: (record(*program, **about, known=known),))
    return recording


def run_both(stack: ProjectStack) -> tuple[Recording, Later]:
    """Record a stack's preview and, with every value known, its update. Raises PreviewError as `run` does.

    Our own program runs once for both. Another may do in an update what it does not do in a preview: what records that
    is returned.
    """
    if stack.main == ROOT and (both := _recorded(stack, record_both)):
        early, late = both
        return early, late
    return run(stack), lambda: run(stack, known=True)


def _recorded(stack: ProjectStack, recorder: Callable[..., Sequence[Recording]]) -> Sequence[Recording]:
    program = stack.main / "__main__.py"
    if not program.is_file():
        raise PreviewError(f"{stack.main} has no __main__.py")
    try:
        with _as_the_engine_would(stack):
            found = recorder(
                lambda: runpy.run_path(str(program), run_name="__main__"),
                project=stack.project,
                stack=stack.name,
                config=stack.config,
                secret_keys=stack.secret_keys,
                folder=stack.folder,
            )
    except ProgramExit as leaving:
        raise PreviewError(_errors(leaving.messages) or f"the program ended with status {leaving.code}") from leaving
    if errors := "".join(_errors(each.messages) for each in found[:1]):
        raise PreviewError(errors)
    if found:
        refuse_disabled(found[0], FilePositions(stack.file, stack.project, stack.positions))
    return found


def record_stack(
    name: str, config_file: Path | None = None, folder: Path | None = None, *, known: bool = False
) -> Recording:
    """Record a stack of the project in a folder, or in the current one. Raises PreviewError."""
    return run(open_stack(name, config_file, folder), known=known)


def _errors(messages: tuple[LogMessage, ...]) -> str:
    return "\n".join(message.text for message in messages if message.severity == "error")


@contextmanager
def _as_the_engine_would(stack: ProjectStack) -> Generator[None]:
    """The program's folder current and first on the import path, its stack file named, nothing of it left behind.

    What it prints goes to standard error: standard output is the preview's.
    """
    folder, path, named = Path.cwd(), list(sys.path), os.environ.get(FILE_VARIABLE)
    os.chdir(stack.main)
    sys.path.insert(0, str(stack.main))
    os.environ[FILE_VARIABLE] = str(stack.file)
    try:
        with redirect_stdout(sys.stderr):
            yield
    finally:
        os.chdir(folder)
        sys.path[:] = path
        os.environ.pop(FILE_VARIABLE)
        if named is not None:
            os.environ[FILE_VARIABLE] = named


@contextmanager
def _progress(doing: str) -> Generator[None]:
    """Says on standard error what is being waited for: on a terminal while it lasts, elsewhere how long it took."""
    console, began = Console(stderr=True), time.monotonic()
    if console.is_terminal:
        with console.status(f"{doing} …", refresh_per_second=4):
            yield
        return
    yield
    print(f"{doing}: {time.monotonic() - began:.1f} s", file=sys.stderr)
