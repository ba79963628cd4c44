"""Checks stacks from files, without engine, account or network: `python -m guard check FILE...`."""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import yaml

from guard.aws.templates import unfolded
from guard.cli.formats import FORMATS
from guard.cli.report import Checked, CheckReport, levels
from guard.cli.state import BadInput, read, text
from guard.crossguard import exemptions as exempt
from guard.crossguard.configuration import PROFILE, VARIABLE, overlay, profile, rule_sets, unread
from guard.crossguard.exemptions import Exemptions
from guard.crossguard.levels import OWN
from guard.crossguard.verdict import Terms, weigh
from guard.model.graph import Stack
from guard.model.rule import Profile
from guard.rules import RULES

CLEAN, BLOCKED, BAD_INPUT, INTERNAL = 0, 1, 2, 3

EXIT_STATUS: Final = """\
exit status:
  0  no mandatory rule is broken
  1  a mandatory rule is broken, or the configuration is wrong
  2  what you gave cannot be checked; the message says what would be right
  3  a fault of the pack
"""

FAULT: Final = """\
guard: {error}
This is a fault of the pack, not of your stack. Please report it, with the output of the same command and --debug.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names, and say by the exit status whether it may be deployed."""
    given = parser().parse_args(arguments)
    try:
        report = checked(given)
        _deliver(FORMATS[given.format](report), given.out)
    except BadInput as problem:
        sys.stderr.write(f"{problem}\n")
        return BAD_INPUT
    except Exception as error:  # noqa: BLE001, RUF100 - whatever it is, the caller's pipeline gets a status and one line
        if given.debug:
            traceback.print_exc()
        sys.stderr.write(FAULT.format(error=type(error).__name__))  # its text may hold a value
        return INTERNAL
    return CLEAN if report.clean else BLOCKED


def parser() -> argparse.ArgumentParser:
    """What the command line may say."""
    parser = argparse.ArgumentParser(
        prog="python -m guard",
        description="Checks exported stacks and recorded previews by the pack's rules: no engine, account or network.",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("command", choices=("check",), help="the only one")
    parser.add_argument("file", nargs="+", metavar="FILE", help="an export or a recording; - reads standard input")
    parser.add_argument("--format", choices=tuple(FORMATS), default="text", help="default: text")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write there instead of to standard output")
    parser.add_argument("--profile", choices=tuple(Profile), help=f"default: {VARIABLE}, else the stack's {PROFILE}")
    parser.add_argument("--config", type=Path, metavar="FILE", help="as the CLI's --policy-pack-config takes it")
    parser.add_argument(
        "--exemptions", type=Path, metavar="FILE", help="a list of exemptions, or a stack file with one"
    )
    parser.add_argument("--today", type=_day, metavar="DATE", help="the day on which exemptions are judged")
    parser.add_argument("--docs", default="", metavar="URL", help="where the pages of docs/policies are published")
    parser.add_argument("--debug", action="store_true", help="show where a fault of the pack comes from")
    return parser


def checked(given: argparse.Namespace) -> CheckReport:
    """Judge the stacks of all files."""
    today: date = given.today or _today()
    states = [state for file in given.file for state in read(_content(file), file)]
    settings = _settings(given.exemptions) if given.exemptions else {}
    beside = (given.exemptions.absolute().parent,) if given.exemptions else ()
    shared = exempt.parse(settings.get(exempt.KEY, []), RULES, today, str(given.exemptions), beside)
    configuration: Any = _parsed(given.config) if given.config else {}
    stacks: list[Checked] = []
    for state in states:
        chosen = profile(given.profile or os.environ.get(VARIABLE), state.config.get(PROFILE) or settings.get(PROFILE))
        policies = tuple(rule_sets(RULES.values(), chosen.profile))
        own = exempt.read(state.config.get(exempt.KEY), RULES, today)
        wanted = overlay(configuration, policies, OWN)
        problems = (*chosen.problems, *unread({**settings, **state.config}), *wanted.problems)
        terms = Terms(policies, _both(own, shared), wanted.properties, wanted.levels, problems)
        stacks.append(Checked(state, chosen.profile, levels(terms), weigh(Stack(unfolded(state.resources)), terms)))
    return CheckReport(_used(stacks, shared), tuple(RULES.values()), given.docs)


def _both(own: Exemptions, shared: Exemptions) -> Exemptions:
    moved = {at + len(own.entries) for at in shared.expired_at}
    return Exemptions(own.entries + shared.entries, own.problems + shared.problems, own.expired_at | moved)


def _used(stacks: list[Checked], shared: Exemptions) -> tuple[Checked, ...]:
    """Leave an exemption of the file out of the unused ones if another stack of this call needs it."""
    needed = {entry for entry in shared.entries for one in stacks if entry not in one.verdict.unused}
    unused = [tuple(entry for entry in one.verdict.unused if entry not in needed) for one in stacks]
    return tuple(
        replace(one, verdict=replace(one.verdict, unused=left)) for one, left in zip(stacks, unused, strict=True)
    )


def _settings(file: Path) -> dict[str, Any]:
    """Return the pack's settings from a file: a list of exemptions, or a stack file, whose profile counts too."""
    found = _parsed(file)
    if isinstance(found, list):
        return {exempt.KEY: found}
    config = cast(dict[str, Any], found).get("config") if isinstance(found, dict) else None
    if not isinstance(config, dict):
        raise BadInput(f"{file} is neither a list of exemptions nor a stack file with a `config`")
    return cast(dict[str, Any], config)


def _parsed(file: Path) -> Any:
    """Read YAML or JSON; a bare date is a word, but in a stack file what the engine makes of it."""
    content = _content(str(file))
    try:
        return json.loads(content)
    except ValueError:
        pass  # as YAML then; to its parser JSON that is indented with tabs is none (findings/)
    try:
        found: Any = yaml.safe_load(content)
        form = "{} 00:00:00 +0000 UTC" if isinstance(found, dict) and "config" in found else "{}"
        return json.loads(json.dumps(found, default=form.format))
    except (yaml.YAMLError, TypeError, ValueError) as error:
        where = (
            f", line {error.problem_mark.line + 1}"
            if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark
            else ""
        )
        raise BadInput(f"{file} is neither YAML nor JSON{where}") from error


def _content(file: str) -> str:
    try:
        return text(sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes(), file)
    except OSError as problem:
        raise BadInput(f"{file} cannot be read: {problem.strerror}") from problem


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise BadInput(f"{out} cannot be written: {problem.strerror}") from problem


def _today() -> date:
    try:
        return exempt.today()
    except ValueError as problem:
        raise BadInput(str(problem)) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError("give a date like 2026-12-31") from None
