"""`--watch`: the SDKs are imported once; each preview is a fork of the process that has them."""

import contextlib
import io
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Collection, Iterable
from importlib import import_module
from multiprocessing.process import BaseProcess
from pathlib import Path

import watchfiles

from preview.stack import ROOT, ProjectStack

#: Files that a preview reads, and folders that hold none of them.
READ = (".py", ".yaml", ".json", ".txt")
UNREAD = ("docs", "tests", "findings", "benchmarks", "build")

#: Packages of ours that are running; who changes them starts the preview again.
RUNNING = ("__main__", "preview", "sdk_importer")


def watch(files: Collection[Path], stacks: Callable[[], Iterable[ProjectStack]], preview: Callable[[], int]) -> int:
    """Preview now, and again after each change of the project or of these files, until Ctrl-C. Returns 0.

    `stacks` opens what `preview` will show; it raises PreviewError where that is wrong.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets what it starts with `&` ignore Ctrl-C
    folders = {Path.cwd(), ROOT, *(file.resolve().parent for file in files)}
    running, imported = None, False
    try:
        for changes in watchfiles.watch(
            *folders, watch_filter=_Filter(files), debounce=100, step=20, rust_timeout=100, yield_on_timeout=True
        ):
            # The first report is empty: from here on no saved file is missed, not even during the first preview.
            if running is None:
                print("Previews again after each saved file; Ctrl-C ends it.", file=sys.stderr)
            elif changes:
                _kill(running)
                print(f"\n{', '.join(sorted({Path(file).name for _, file in changes}))}:", file=sys.stderr)
            else:
                continue
            if any(not Path(file).name.startswith("Pulumi.") for _, file in changes):
                _forget_program()
            imported = imported or _import_sdks(stacks)
            running = _fork(preview)
    except KeyboardInterrupt:
        pass
    finally:
        if running:
            _kill(running)
    return 0


class _Filter(watchfiles.DefaultFilter):
    """What a preview reads, without what editors and tools leave behind; files that are given, wherever they are."""

    def __init__(self, given: Collection[Path] = ()) -> None:
        super().__init__()
        self.given = frozenset(str(file.resolve()) for file in given)

    def __call__(self, change: watchfiles.Change, path: str) -> bool:
        if path in self.given:
            return True
        file = Path(path)
        inside = file.relative_to(ROOT).parts if file.is_relative_to(ROOT) else ()
        return super().__call__(change, path) and file.suffix in READ and not (inside and inside[0] in UNREAD)


def _import_sdks(stacks: Callable[[], Iterable[ProjectStack]]) -> bool:
    """Import all that a preview imports, by recording the program once.

    False if it cannot be recorded; a preview says why.
    """
    from preview import engine

    for name in ("preview.render", "guard.crossguard.pack"):
        import_module(name)
    try:
        with contextlib.redirect_stderr(io.StringIO()):
            for stack in stacks():
                engine.run(stack)
    except Exception:
        return False
    return True


def _forget_program() -> None:
    """Forget the project's modules, but for the preview that is running: each fork imports them as they are now."""
    for name, module in list(sys.modules.items()):
        file = Path(getattr(module, "__file__", None) or sys.prefix)
        ours = file.is_relative_to(ROOT) and not file.is_relative_to(sys.prefix)
        if ours and name.partition(".")[0] not in RUNNING:
            del sys.modules[name]


def _fork(preview: Callable[[], int]) -> BaseProcess:
    process = multiprocessing.get_context("fork").Process(target=_alone, args=(preview,))
    process.start()
    return process


def _alone(preview: Callable[[], int]) -> None:
    """In a group of processes of its own, so that what it starts, such as Git, ends with it."""
    os.setpgid(0, 0)
    preview()


def _kill(process: BaseProcess) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.kill()
    process.join()
