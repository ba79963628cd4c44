"""Files and names of everything of ours that is code: short enough to be read, and one name for one thing."""

import ast
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.stacks import ROOT

LINES = 350  #: of a file
BODY = 50  #: lines of a function
SCRIPTS = (".py", ".sh", ".yml")
#: Words of infrastructure that two packages mean otherwise: what one resource is, and what a program uses of it.
BOTH = {
    "Cache": "the component, and the application's client",
    "Database": "the component, and the application's client",
    "Settings": "of a stack, and the application's own",
}
#: Which one thing each of these means, everywhere: they named several.
ONE = {
    "Finding": "policy/guard/model/graph.py",
    "Pack": "policy/guard/crossguard/pack.py",
    "Recorder": "components/security/recorder.py",
    "Rule": "policy/guard/model/rule.py",
    "Stack": "policy/guard/model/graph.py",
}


def _ours() -> list[str]:
    """The files of the repository that are code: programs, scripts and workflows, the tests too."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [name for name in listed if name.endswith(SCRIPTS) or (name.startswith(".ci/") and "." not in name[4:])]


OURS = _ours()
PROGRAMS = [name for name in OURS if name.endswith(".py")]


@cache
def _read(name: str) -> tuple[list[str], dict[str, int]]:
    """A file's public classes and long functions: all trees together would be a million objects that stay."""
    tree = ast.parse((ROOT / name).read_text())
    classes = [node.name for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    return classes, _long(tree)


def _classes(names: Iterable[str]) -> dict[str, list[str]]:
    """The files of each public class, by its name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        for each in _read(name)[0]:
            found[each].append(name)
    return found


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """The statements within one, at any depth: functions and classes stand in no expression."""
    for name in ("body", "orelse", "handlers", "finalbody", "cases"):
        for inner in getattr(node, name, ()):
            yield inner
            yield from _statements(inner)


def _long(tree: ast.Module) -> dict[str, int]:
    """The functions that are too long, and their lines."""
    functions = [node for node in _statements(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    return {name: length for name, length in lengths.items() if length > BODY}


def test_all_of_ours_is_looked_at() -> None:
    folders = {Path(name).parts[0] for name in OURS}
    assert folders >= {"settings", "components", "functions", "policy", "preview", "costs", "app", "tests", ".ci"}
    assert len(OURS) > 700


def test_no_file_is_long() -> None:
    """A reader holds 350 lines in mind, not more."""
    lengths = {name: (ROOT / name).read_text().count("\n") for name in OURS}
    assert {name: length for name, length in lengths.items() if length > LINES} == {}


#: Blocks of every kind, each within the one before, and a function in the last.
WITHIN = """
class C:
 if x: pass
 else:
  try: pass
  except E:
   try: pass
   finally:
    match x:
     case 1:
      def f():
"""


def test_no_function_is_long() -> None:
    found = {f"{name} {each}": size for name in PROGRAMS for each, size in _read(name)[1].items()}
    assert found == {}
    for beginning in ("def f():\n", WITHIN):
        assert _long(ast.parse(beginning + "       pass\n" * BODY)) == {"f": BODY + 1}


def test_a_class_has_a_name_of_its_own() -> None:
    """Where a name would mean two things a reader has to look at the import to know which."""
    programs = [name for name in PROGRAMS if not name.startswith("app/tests")]
    several = {name: files for name, files in _classes(programs).items() if len(files) > 1}
    assert set(several) - set(BOTH) == set(), several
    for name, files in several.items():
        assert len(files) == 2, files
        assert any(file.startswith("app/") for file in files), name


@pytest.mark.parametrize(("name", "file"), ONE.items())
def test_what_named_several_things_names_one(name: str, file: str) -> None:
    assert _classes(PROGRAMS)[name] == [file]


@pytest.mark.parametrize("name", ["Group", "Place", "Shape"])
def test_what_says_too_little_names_nothing(name: str) -> None:
    assert name not in _classes(PROGRAMS)
