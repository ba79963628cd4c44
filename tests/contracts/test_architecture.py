"""Who may import whom, and what the real CLI needs."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stacks import ROOT

PYTHON = [sys.executable, "-W", "error::SyntaxWarning"]


def test_the_contracts_of_pyproject_hold():
    """import-linter: data flows one way, the pack knows nothing of us, the preview nothing of components."""
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " kept, 0 broken" in run.stdout


def test_settings_import_no_pulumi():
    """Reading a stack file needs neither an engine nor a provider; `from_runtime` alone asks the SDK, when called."""
    files = sorted(path.relative_to(ROOT).with_suffix("") for path in (ROOT / "settings").rglob("*.py"))
    modules = [".".join(path.parts) for path in files if path.stem[0] != "_"]
    assert len(modules) > 25
    script = f"import sys, {', '.join(modules)}; print([m for m in sys.modules if m.partition('_')[0] == 'pulumi'])"
    run = subprocess.run([*PYTHON, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


def _imported(path: Path, words: str) -> set[str]:
    """What a file imports; nothing where none of the words stands in it of which one must in the import asked for."""
    found: set[str] = set()
    text = path.read_text()
    for node in ast.walk(ast.parse(text)) if re.search(words, text) else ():
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom):
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def test_the_pack_has_one_name():
    """`policy.guard` beside `guard` would be two modules with two UNKNOWNs: nobody imports it, and ruff refuses it."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(listed.split()) > 800
    words = r"policy\s*\.\s*guard|from\s+policy\s+import"
    imported = {name: _imported(ROOT / name, words) for name in listed.split()}
    assert [name for name, found in imported.items() if any(each.startswith("policy.guard") for each in found)] == []
    assert '"policy.guard".msg' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize("folder", ["settings", "components", "policy/guard"])
def test_tests_are_not_imported(folder):
    """What is shipped does not lean on its tests."""
    importing = [
        path for path in (ROOT / folder).rglob("*.py") if any(n.startswith("tests") for n in _imported(path, "tests"))
    ]
    assert importing == []


def test_pip_lists_what_is_installed():
    """The Pulumi CLI asks the virtual environment's pip for the plugins' versions before it runs the program."""
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = [sys.executable, "-m", "pip", "list", "--format", "json"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    found = {each["name"].replace("_", "-"): each["version"] for each in json.loads(run.stdout)}
    pinned = re.findall(r"^(pulumi[a-z-]*)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert len(pinned) >= 5
    assert {name: found.get(name) for name, _ in pinned} == dict(pinned)
