"""One version: the CHANGELOG's newest release, and the command's. The pack's: tests/policy/cli/test_alone.py."""

import re

import pytest

from commands.cli import main
from guard import __version__
from tests.stacks import ROOT

HEADINGS = re.findall(r"(?m)^## (.*)$", (ROOT / "CHANGELOG.md").read_text())


def number(release: str) -> tuple[int, ...]:
    """A heading's number, for order; the heading is `1.2.3 – 2026-12-24`."""
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+) – \d{4}-\d\d-\d\d", release)
    assert found, f"{release} is no release with its date"
    return tuple(map(int, found.groups()))


def test_the_changelog_begins_with_what_is_unreleased_and_has_releases_newest_first() -> None:
    assert HEADINGS[0] == "Unreleased"
    assert [number(each) for each in HEADINGS[1:]] == sorted({number(each) for each in HEADINGS[1:]}, reverse=True)


def test_no_change_is_told_twice() -> None:
    """As a merge of two branches may leave it."""
    lines = [line[:60] for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("- ")]
    assert [line for line in lines if lines.count(line) > 1] == []


def test_the_newest_release_is_the_version() -> None:
    assert HEADINGS[1].split()[0] == __version__


def test_the_command_says_it(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"cloudplatform {__version__}\n"
