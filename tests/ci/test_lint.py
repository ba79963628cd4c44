"""Scripts and workflows are free of what shellcheck and actionlint know, and stop at the first command that fails."""

from pathlib import Path

from tests.ci.lint import actionlint, scripts, shellcheck
from tests.rows import for_each
from tests.stacks import ROOT


def test_every_script_is_looked_at() -> None:
    """Those that the workflows run, those for a person, and whatever else has a shell in its first line."""
    found = {str(each.relative_to(ROOT)) for each in scripts()}
    named = [*(ROOT / ".ci").iterdir(), *(ROOT / "scripts").glob("*.sh")]
    assert found >= {str(each.relative_to(ROOT)) for each in named}
    assert "tests/mutants" in found


def test_shellcheck_finds_nothing() -> None:
    done = shellcheck(*scripts())
    assert done.returncode == 0, done.stdout + done.stderr


def test_actionlint_finds_nothing() -> None:
    done = actionlint()
    assert done.returncode == 0, done.stdout + done.stderr


@for_each(scripts(), name=lambda script: script.name)
def test_a_script_stops_at_what_fails(script: Path) -> None:
    """A command, a variable that is not set, or a part of a pipe: the first line that is no comment says so."""
    lines = [line for line in script.read_text().splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"


def test_both_would_say_so(tmp_path: Path) -> None:
    """What the tests above rely on: each finds a fault that is planted, in a workflow's command too."""
    script = tmp_path / "script.sh"
    script.write_text("#!/usr/bin/env bash\nrm -r $1\n")
    assert "SC2086" in shellcheck(script).stdout
    workflow = tmp_path / "workflow.yml"
    job = "    runs-on: ubuntu-latest\n    steps:\n      - run: rm -r $1\n      - run: echo ${{ nothing.there }}\n"
    workflow.write_text(f"name: X\non: push\njobs:\n  one:\n{job}")
    output = actionlint(workflow).stdout
    assert "SC2086" in output
    assert 'undefined variable "nothing"' in output
