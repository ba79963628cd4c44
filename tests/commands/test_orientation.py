"""A newcomer finds the way: folders and tasks are in tables, their paths exist, packages say what they are."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rows import for_each
from tests.stacks import ROOT

TRACKED = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
FOLDERS = {path.partition("/")[0] for path in TRACKED if "/" in path}
PACKAGES = sorted(str(Path(path).parent) for path in TRACKED if path.endswith("__init__.py"))
#: Folders of tests that mirror the rules' families say nothing of their own.
MIRRORED = re.compile(r"tests/policy/rules/\w+|tests/policy/[a-z]+|app/tests(/\w+)?|tests/\w+/\w+")


def table(page: str, heading: str) -> list[list[str]]:
    """The rows of the first table under a heading of a page, each as its cells."""
    _, found, rest = (ROOT / page).read_text().partition(f"## {heading}\n")
    assert found, f"{page} has no heading {heading}"
    lines = [line for line in rest.split("\n## ")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if not set(line) <= set("|- ")]


def named(text: str) -> Iterator[str]:
    """The paths in a text, code blocks left out: with a slash or an ending. `<word>` stands for any word."""
    for code in re.findall(r"`([^`\n]+)`", re.sub(r"(?ms)^```.*?^```", "", text)):
        if re.fullmatch(r"[\w./<>-]+", code) and ("/" in code or re.search(r"\.(py|md|yaml|json|toml|txt)$", code)):
            yield code


def exists(path: str) -> bool:
    """Whether a path, with any word for each `<…>`, is a file or folder here."""
    return any(True for _ in ROOT.glob(re.sub(r"<[\w -]+>", "*", path).rstrip("/")))


README = table("README.md", "Where things are")
FOLDER_TABLE = table("CONTRIBUTING.md", "Where new code goes")
TASK_TABLE = table("CONTRIBUTING.md", "What to touch")


@pytest.mark.parametrize("rows", [README, FOLDER_TABLE], ids=["README", "CONTRIBUTING"])
def test_each_folder_has_a_row(rows: list[list[str]]) -> None:
    """Whoever lists the root finds each folder explained."""
    told = {path.partition("/")[0] for row in rows for path in named(row[0])}
    assert FOLDERS - told == set()


def test_each_folder_of_tests_has_a_row() -> None:
    told = {path.split("/")[1] for row in README for path in named(row[0]) if path.startswith("tests/") if path[6:]}
    assert {path.split("/")[1] for path in TRACKED if re.match(r"tests/\w+/", path)} - told == set()


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_each_path_exists(page: str) -> None:
    """In tables and beside them; `--out` files of an example are none."""
    paths = set(named((ROOT / page).read_text()))
    assert len(paths) > 10
    assert [path for path in sorted(paths) if not exists(path)] == []


@pytest.mark.parametrize(
    "task", ["A service", "A kind of store", "An alarm", "A detector", "A rule", "A field of the preview"]
)
def test_each_task_has_a_row(task: str) -> None:
    """With the files to touch, at most seven that are written by hand, and what to run."""
    [row] = [row for row in TASK_TABLE if row[0].startswith(task)]
    assert 1 <= len(list(named(row[1]))) <= 7
    assert "`" in row[2]


def test_a_path_that_does_not_exist_is_seen() -> None:
    assert list(named("`tests/x.py`, `make lint`, `components/<tier>/`, `a b/c`")) == [
        "tests/x.py",
        "components/<tier>/",
    ]
    assert exists("components/<tier>/database.py")
    assert not exists("components/<tier>/databases.py")


@for_each(PACKAGES)
def test_each_package_says_what_it_is(package: str) -> None:
    """A sentence at least; outside the mirrored tests and the rules' families also what belongs there."""
    told = ast.get_docstring(ast.parse((ROOT / package / "__init__.py").read_text())) or ""
    if MIRRORED.fullmatch(package):
        return
    assert len(told.split()) >= 4, package
    if package.count("/") <= 1 and not re.match(r"functions/(?!common)", package):
        assert "belongs here" in told, package
