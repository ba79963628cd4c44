"""The command line: `python -m preview STACK ...`."""

import argparse
import contextlib
import os
import sys
import traceback
from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.status import Status

from preview import render
from preview.document import document, written
from preview.engine import BadInput, Stack, open_stack, run
from preview.export import export
from preview.pack import Pack, settings_in
from preview.wire import Object

CLEAN, BLOCKED, BAD_INPUT, INTERNAL = 0, 1, 2, 3

#: A recording is the program's alone, for `python -m guard check`; the pack is not asked.
FORMATS = ("text", "json", "svg", "recording")

EXIT_STATUS = """\
exit status:
  0  every stack may be deployed
  1  a mandatory rule of the policy pack is broken
  2  what you gave cannot be previewed; the message says what would be right
  3  a fault of ours
"""

FAULT = """\
preview: {error}
This is a fault of the program, the policy pack or the preview, not of your settings. Please report it in the project's
issue tracker, with the output of the same command and --debug."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Preview the stacks that the command line names, and say by the exit status whether they may be deployed."""
    given = parser().parse_args(arguments)
    try:
        if given.config_file and len(given.stack) > 1:
            raise BadInput("--config-file is one file: it goes with one stack")
        stacks = [open_stack(name, given.config_file) for name in given.stack]
        if given.format == "recording":
            _write(written(export(run(stack)) for stack in stacks), given.out)
            return CLEAN
        documents = list(previews(stacks, settings=_settings(given.policy_pack_config)))
        _deliver(documents, given)
    except BadInput as problem:
        print(problem, file=sys.stderr)
        return BAD_INPUT
    except Exception as error:
        if given.debug:
            traceback.print_exc()
        print(FAULT.format(error=f"{type(error).__name__}: {error}"), file=sys.stderr)
        return INTERNAL
    return BLOCKED if any(found["violations"] for found in documents) else CLEAN


def _settings(file: Path | None) -> Object:
    try:
        return settings_in(file) if file else {}
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror}") from problem
    except ValueError as problem:
        raise BadInput("\n".join(f"{file}: {line}" for line in str(problem).splitlines())) from problem


def previews(stacks: Sequence[Stack], today: date | None = None, settings: Object | None = None) -> Generator[Object]:
    """The documents of stacks, recorded one after the other in this process.

    `settings` is a policy configuration by policy; `today` decides which exemptions have expired.
    """
    with contextlib.ExitStack() as started:
        # All packs start now: their imports take the second core while the first imports AWS's SDK.
        packs = [
            started.enter_context(Pack(each.project, each.name, each.config, today=today, settings=settings))
            for each in stacks
        ]
        for stack, pack in zip(stacks, packs, strict=True):
            with _progress(f"recording {stack.name} …"):
                recording = run(stack)
            with _progress(f"asking the policy pack about {stack.name} …"):
                yield document(recording, pack.ask(recording))


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser(
        prog="python -m preview",
        description="Shows what a stack would be and whether the policy pack lets it pass: no CLI, account or network.",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stack", nargs="+", metavar="STACK", help="a stack of the project, such as prod")
    parser.add_argument("--config-file", type=Path, metavar="FILE", help="stack file (default: Pulumi.STACK.yaml)")
    parser.add_argument(
        "--policy-pack-config", type=Path, metavar="FILE", help="levels and settings of policies, as for the CLI"
    )
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--tree", choices=("summary", "full"), default="summary", help="full: every resource by name")
    parser.add_argument("--debug", action="store_true", help="show where a fault of ours comes from")
    return parser


def _deliver(documents: list[Object], given: argparse.Namespace) -> None:
    if given.format == "text" and not given.out and sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        render.terminal(documents, Console(), given.tree)
        return
    _write(_text(documents, given), given.out)


def _write(text: str, out: Path | None) -> None:
    if not out:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BadInput(f"{out} cannot be written: {problem.strerror}") from problem


def _text(documents: list[Object], given: argparse.Namespace) -> str:
    match given.format:
        case "json":
            return written(documents)
        case "svg":
            return render.picture(documents, given.tree, title=f"python -m preview {' '.join(given.stack)}")
        case _:
            return render.plain(documents, given.tree)


def _progress(doing: str) -> Status:
    """Says on a terminal what is being waited for, and nothing elsewhere."""
    return Console(stderr=True).status(doing, refresh_per_second=4)
