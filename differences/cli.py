"""`./cloudplatform diff`: what differs between two stacks, two revisions of one, or two JSON documents."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from differences.compare import differences
from differences.render import markdown, text
from differences.sides import ComparedStack, earlier, read, recorded
from preview.document import written
from preview.engine import run
from preview.revisions import record_at
from preview.stack import PreviewError, open_all, open_stack, place
from preview.wire import Object

BAD_INPUT: Final = 2


FORMATS: Final[dict[str, Callable[[Object], str]]] = {
    "text": text,
    "markdown": markdown,
    "json": lambda found: written([found]),
}


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    found = argparse.ArgumentParser(
        prog="cloudplatform diff",
        description="What differs: settings, resources, money, statements of IAM, alarms. No CLI, account or network.",
    )
    found.add_argument(
        "before", metavar="BEFORE", help="a stack such as dev, FOLDER/STACK, or a preview's JSON: a.json"
    )
    found.add_argument("after", metavar="AFTER", nargs="?", help="likewise; not with --against")
    found.add_argument("--against", metavar="REVISION", help="one stack here, and as a revision of Git has it: main")
    found.add_argument("--project", type=Path, default=Path(), metavar="FOLDER", help="of Pulumi.yaml; else this one")
    found.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    return found


def main(arguments: Sequence[str]) -> int:
    """Answers the command line: 0, or 2 for bad input, with what would be right."""
    wanted = parser()
    given = wanted.parse_args(arguments)
    if bool(given.after) == bool(given.against):
        wanted.error("two are compared: `diff dev prod`, `diff prod --against main` or `diff a.json b.json`")
    try:
        found = compared(given.before, given.after, given.against, given.project)
    except (PreviewError, ValueError) as problem:
        sys.stderr.write(f"{problem}\n")
        return BAD_INPUT
    sys.stdout.write(FORMATS[given.format](found))
    return 0


def compared(first: str, second: str | None, revision: str | None, project: Path) -> Object:
    """The differences that the command line asks for. Raises PreviewError, with the mistakes of both sides."""
    if revision:
        folder, stack = place(first, project)
        now = _side(first, project)
        return differences(earlier(record_at(revision, stack, folder), first, revision, folder), now)
    assert second
    if first.endswith(".json") != second.endswith(".json"):
        raise PreviewError(f"{first} and {second}: give two stacks or two JSON documents, not one of each")
    open_all([each for each in (first, second) if not each.endswith(".json")], project)  # all mistakes at once
    return differences(_side(first, project), _side(second, project))


def _side(name: str, project: Path) -> ComparedStack:
    if name.endswith(".json"):
        return read(Path(name))
    folder, stack = place(name, project)
    return recorded(run(open_stack(stack, folder=folder), known=True), name, folder)
