"""`./cloudplatform costs [--project FOLDER] STACK…`: what stacks cost a month, in Markdown."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from costs.comment import comment, estimated
from costs.policies import told
from preview.engine import policy_settings
from preview.outputs import write
from preview.stack import PreviewError, place


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    found = argparse.ArgumentParser(prog="cloudplatform costs", description="What stacks cost a month, in Markdown.")
    found.add_argument("stacks", metavar="STACK", nargs="+", help="such as dev, or FOLDER/STACK")
    found.add_argument("--project", type=Path, default=Path(), metavar="FOLDER", help="of Pulumi.yaml; else this one")
    found.add_argument("--against", metavar="REVISION", help="beside what they cost as a revision of Git has them")
    found.add_argument("--fail-over-budget", action="store_true", help="status 1 if a stack costs more than its budget")
    found.add_argument(
        "--write-policy-pack-config",
        type=Path,
        metavar="FILE",
        help="tell the policy pack what the stack costs: for `pulumi preview --policy-pack-config FILE`",
    )
    found.add_argument(
        "--policy-pack-config", type=Path, metavar="FILE", help="levels and settings of policies that go into that file"
    )
    return found


def main(arguments: Sequence[str]) -> int:
    """Answers the command line: 0, 1 for a budget that is broken where that was asked, 2 for bad input."""
    given = _given(arguments)
    over = False
    for stack in given.stacks:
        try:
            settings = policy_settings(given.policy_pack_config) if given.policy_pack_config else {}
            folder, name = place(stack, given.project)
            found = estimated(name, folder)
            before = estimated(name, folder, given.against) if given.against else None
            if given.write_policy_pack_config:
                write(f"{json.dumps(told(found, settings), indent=2)}\n", given.write_policy_pack_config)
        except (PreviewError, ValueError) as error:
            sys.stderr.write(f"{error}\n")
            return 2
        over = over or found.over
        title = f"### {stack}\n\n" if len(given.stacks) > 1 else ""
        sys.stdout.write(f"{title}{comment(found, before, given.against or '')}")
    return int(over and given.fail_over_budget)


def _given(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked, where it can be done."""
    asked = parser()
    given = asked.parse_args(arguments)
    if given.write_policy_pack_config and len(given.stacks) > 1:
        asked.error("--write-policy-pack-config is one file: it goes with one stack")
    if given.policy_pack_config and not given.write_policy_pack_config:
        asked.error("--policy-pack-config goes into the file of --write-policy-pack-config: name one")
    return given
