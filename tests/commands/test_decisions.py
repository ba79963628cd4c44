"""The decisions are one series: numbered without a gap, listed in the index, and named where they are needed."""

import re
import subprocess

import pytest

from tests.stack_files import config
from tests.stacks import ROOT, STACKS

FOLDER = ROOT / "docs/decisions"
PAGES = sorted(FOLDER.glob("ADR-*.md"))
ROW = re.compile(r"^\| ADR-(\d{3}) \| \[(.+)\]\((ADR-\d{3}-[a-z0-9-]+\.md)\) \| (\w+) \|", re.MULTILINE)


def test_the_numbers_have_no_gap() -> None:
    assert [page.name[:8] for page in PAGES] == [f"ADR-{number:03d}-" for number in range(1, len(PAGES) + 1)]
    assert len(PAGES) >= 18


def test_the_index_lists_each_with_its_title_and_status() -> None:
    rows = ROW.findall((FOLDER / "README.md").read_text())
    assert rows == [(page.name[4:7], _title(page.read_text()), page.name, _status(page.read_text())) for page in PAGES]


def _title(text: str) -> str:
    return text.partition("\n")[0].partition(": ")[2]


def _status(text: str) -> str:
    found = re.search(r"^## Status\n\n(\w+)\.", text, re.MULTILINE)
    return found[1] if found else "none"


def test_each_number_that_is_named_is_a_page() -> None:
    """In code, tests, stack files and pages: `ADR-010` without a page would explain nothing."""
    known = {page.name[:7] for page in PAGES} | {"ADR-000"}  # the template's
    examples = [":!policy", ":!docs/policies", ":!tests/policy", ":!tests/preview"]
    command = ["git", "grep", "-IhoE", r"\bADR-[0-9]{3}\b", "--", ".", *examples]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(listed.stdout.split()) - known == set()


@pytest.mark.parametrize("stack", STACKS)
def test_each_decision_of_an_exemption_is_a_page(stack: str) -> None:
    named = [each["decision"] for each in config(stack).get("guard:exemptions", []) if "decision" in each]
    assert named
    assert [each for each in named if ROOT / each not in PAGES] == []
