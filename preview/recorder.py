"""Runs a Pulumi program against a monitor that keeps everything the program registers, as the engine would see it."""

import asyncio
import contextvars
from collections.abc import Callable, Collection, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from pulumi.runtime import run_in_stack
from pulumi.runtime.config import set_all_config
from pulumi.runtime.settings import Settings, configure

from preview.both import Both, marking
from preview.lean import lean, outputs, registrations
from preview.monitor import DuplicateUrnError, Monitor
from preview.recording import LogMessage, Options, RecordedResource, Recording
from preview.wire import UNKNOWN

__all__ = ["UNKNOWN", "DuplicateUrnError", "Options", "ProgramExit", "RecordedResource", "Recording", "record"]


class ProgramExit(Exception):  # noqa: N818 an exit need not be an error
    """The program called `sys.exit`, after saying what it had to say."""

    def __init__(self, code: int, messages: tuple[LogMessage, ...]) -> None:
        super().__init__(f"the program exited with status {code}")
        self.code = code
        self.messages = messages


def record(
    program: Callable[[], object],
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Collection[str] = (),
    folder: Path | None = None,
    known: bool = False,
) -> Recording:
    """Run a program as the engine would and return what it registered.

    `config` has full keys (`aws:region`) and text, as in PULUMI_CONFIG. `folder` is where the project's Pulumi.yaml is;
    without it the current one. With `known` the run is an update in which every id and output is answered; without, it
    is the preview of a new stack. The program's own exception comes back to the caller after all outstanding
    registrations; its `sys.exit` comes back as ProgramExit.
    """
    monitor = Monitor(project, stack, config, folder or Path.cwd(), known=known)
    # The SDK keeps its state in context variables: a context of its own isolates the runs of one process.
    contextvars.Context().run(_run, program, monitor, frozenset(secret_keys))
    return monitor.recording(frozenset(secret_keys))


def record_both(
    program: Callable[[], object],
    *,
    project: str,
    stack: str,
    config: Mapping[str, str],
    secret_keys: Collection[str] = (),
    folder: Path | None = None,
) -> tuple[Recording, ...]:
    """What `record` returns of the preview of a new stack and with every value known, from one run of the program.

    Nothing where it did something of which its preview cannot be told from its update (`preview.both`).
    """
    monitor = Both(project, stack, config, folder or Path.cwd())
    secret = frozenset(secret_keys)
    contextvars.Context().run(_run, program, monitor, secret)
    return (monitor.preview.recording(secret), monitor.recording(secret)) if monitor.alike else ()


def _run(program: Callable[[], object], monitor: Monitor, secret_keys: Collection[str]) -> None:
    configure(
        Settings(
            project=monitor.project,
            stack=monitor.stack,
            monitor=monitor,
            engine=monitor.engine,
            dry_run=not monitor.known,
            organization="organization",
            root_directory=str(monitor.folder),
        )
    )
    set_all_config(dict(monitor.config), list(secret_keys))
    with lean(), marking() if isinstance(monitor, Both) else nullcontext():
        asyncio.run(run_in_stack(lambda: _settled(program, monitor)))


async def _settled(program: Callable[[], object], monitor: Monitor) -> None:
    """Call the program and wait for its registrations, then for outputs that are still made.

    The SDK would wait for them too, one by one: with each that is done it begins to wait for all others anew.
    """
    _call(program, monitor)
    await asyncio.sleep(0)  # registrations begin
    while pending := _pending(registrations()) or _pending(outputs()):
        done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_EXCEPTION)
        if any(each.cancelled() or each.exception() for each in done):
            return  # to the SDK, which says what went wrong


def _pending(futures: Collection[asyncio.Future[Any]]) -> list[asyncio.Future[Any]]:
    return [each for each in list(futures) if not each.done()]


def _call(program: Callable[[], object], monitor: Monitor) -> None:
    try:
        program()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else bool(leaving.code)
        if code:
            raise ProgramExit(code, tuple(monitor.engine.messages)) from leaving
