"""Each script says with `--help` what it does and wants, and does nothing else."""

import subprocess
from pathlib import Path

import pytest

from tests.ci.lint import scripts
from tests.stacks import ROOT

OURS = [
    file
    for file in scripts()
    if file.name not in ("cloudplatform", "before-stop") and not file.is_relative_to(ROOT / "findings")
    if "tests/data" not in str(file)
]


def test_all_scripts_are_asked() -> None:
    assert {"bootstrap", "deploy", "run", "deploy.sh", "destroy.sh", "mutants"} < {file.name for file in OURS}
    assert len(OURS) >= 21


@pytest.mark.parametrize("script", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_script_has_help(script: Path, tmp_path: Path) -> None:
    said = subprocess.run(
        [script, "--help"], cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False
    )
    first = script.read_text().splitlines()[1].removeprefix("# ")
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines()[0] == first
    assert "set -euo" not in said.stdout
    assert [*tmp_path.iterdir()] == []
