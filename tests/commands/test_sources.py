"""Codes of notes and contradictions: each is explained in docs/sources.md, and users meet none without a link."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.rows import for_each
from tests.stacks import ROOT

#: `N-13`, `C-05`: of cloud-platform-aws. The others' codes have their system in front: `AA-N-37`, `TC-C08`.
CODE = re.compile(r"(?<![\w-])(?:(?:AA|WP|CA|TC)-[CNX]-?\d\d|[CN]-\d\d)(?!\w)")
ROW = re.compile(r'^\| <a id="([a-z0-9-]+)"></a>(\S+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$', re.MULTILINE)
PAGE = ROOT / "docs/sources.md"
IDS = ROOT / "tests/data/requirements.yaml"
ROWS = ROW.findall(PAGE.read_text())
#: What a tool or AWS wrote, where such letters and digits are chance; and the examples below.
FOREIGN = (":!tests/golden", ":!tests/data", ":!*.svg", ":!*.png", f":!{Path(__file__).relative_to(ROOT)}")
#: What people read who never saw the requirements. The decisions quote stack files, in which a link is none.
READ = sorted(
    path for path in [*ROOT.glob("*.md"), *ROOT.glob("Pulumi*.yaml"), *(ROOT / "docs").rglob("*.md"),
                      ROOT / "settings/schema.json", *ROOT.glob("*/README.md")]
    if path != PAGE and "decisions" not in path.parts
)  # fmt: skip
CODED = ("settings", "components", "policy/guard", "preview", "costs", "docgen", "functions", "app", "scripts")


def _mentioned() -> set[str]:
    command = ["git", "grep", "-IhE", r"[CNX]-?[0-9]{2}", "--", ".", *FOREIGN]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return set(CODE.findall(found))


def test_every_code_has_a_row() -> None:
    codes = [code for _, code, *_ in ROWS]
    assert len(codes) == len(set(codes)) >= 60
    assert _mentioned() - set(codes) == set()


def test_every_row_can_be_linked_and_says_something() -> None:
    """Its anchor is the code in small letters; it has a subject, some sentences, and requirements that exist."""
    known = {id_ for system in yaml.load(IDS.read_text(), yaml.CSafeLoader).values() for id_ in system}
    for anchor, code, about, decided, requirements in ROWS:
        assert anchor == code.lower()
        assert about.strip()
        assert len(decided.split()) >= 8, code
        assert decided.rstrip().endswith((".", ")")), code
        assert [each for each in requirements.split(", ") if each.strip() not in known] == [], code


@for_each(READ, name=lambda path: path.relative_to(ROOT).as_posix())
def test_users_meet_no_bare_code(path: Path) -> None:
    """In pages and stack files a code is a link to its row, or is not there."""
    text = re.sub(r"\[([A-Z0-9-]+)\]\([\w./]*sources\.md#([a-z0-9-]+)\)", _checked, path.read_text())
    assert CODE.findall(text) == []


def _checked(link: re.Match[str]) -> str:
    assert link[2] == link[1].lower(), link[0]
    return ""


@pytest.mark.parametrize("folder", CODED)
def test_messages_have_no_code(folder: str) -> None:
    """Findings, errors, descriptions of resources: what the program says to somebody. Comments and docstrings may."""
    assert [found for path in (ROOT / folder).rglob("*.py") for found in _said(path)] == []


def _said(path: Path) -> Iterator[str]:
    text = path.read_text()
    tree = ast.parse(text if re.search(r"[CNX]-?\d\d", text) else "")  # few files have a like of it
    prose = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            for code in CODE.findall(node.value):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {code}"


def test_a_bare_code_would_be_found() -> None:
    decided = "As C-05 has it (N-13), [N-14](sources.md#n-14), TC-N25 and AA-X-01; not CP-NET-16, EC-05, N-1 or C-051."
    assert CODE.findall(decided) == ["C-05", "N-13", "N-14", "TC-N25", "AA-X-01"]
