"""`./cloudplatform costs [--project FOLDER] STACK…`: what stacks cost a month, in Markdown."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from costs.comment import comment, estimated, rows
from preview.stack import PreviewError


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    found = argparse.ArgumentParser(prog="cloudplatform costs", description="What stacks cost a month, in Markdown.")
    found.add_argument("stacks", metavar="STACK", nargs="+", help="such as dev")
    found.add_argument("--project", type=Path, default=Path(), metavar="FOLDER", help="of Pulumi.yaml; else this one")
    found.add_argument("--against", metavar="REVISION", help="beside what they cost as a revision of Git has them")
    found.add_argument("--fail-over-budget", action="store_true", help="status 1 if a stack costs more than its budget")
    return found


def main(arguments: Sequence[str]) -> int:
    """Answers the command line: 0, 1 for a budget that is broken where that was asked, 2 for bad input."""
    given = parser().parse_args(arguments)
    over = False
    for stack in given.stacks:
        try:
            found = estimated(stack, given.project)
            before = rows(estimated(stack, given.project, given.against)) if given.against else None
        except (PreviewError, ValueError) as error:
            sys.stderr.write(f"{error}\n")
            return 2
        over = over or found.over
        title = f"### {stack}\n\n" if len(given.stacks) > 1 else ""
        sys.stdout.write(f"{title}{comment(found, before, given.against or '')}")
    return int(over and given.fail_over_budget)
