"""The README's claims: its links lead somewhere, its commands exist, its excerpts are what the stack files say."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from preview import cli
from settings.file.problems import InvalidSettings
from settings.file.reading import read
from settings.file.stackfile import load
from tests.rows import for_each

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "policy/README.md"]


@for_each(PAGES, name=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of every page is a file or folder."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("excerpt", re.findall(r"```yaml\n(.*?)```", README, re.DOTALL))
def test_excerpts_are_what_the_stack_file_says(excerpt: str) -> None:
    """Line by line, in that order."""
    lines = iter((ROOT / "Pulumi.prod.yaml").read_text().splitlines())
    assert all(line in lines for line in excerpt.splitlines())


@pytest.mark.parametrize("command", re.findall(r"^\.venv/bin/python -m preview (.*)$", README, re.MULTILINE))
def test_preview_commands_are_understood(command: str) -> None:
    given = cli.parser().parse_args(shlex.split(command))
    assert all((ROOT / f"Pulumi.{stack}.yaml").is_file() for stack in given.stack)


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z-]+)", README))))
def test_make_targets_exist(target: str) -> None:
    done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_what_it_invites_to_break_is_refused_with_its_place(tmp_path: Path) -> None:
    """`route: internet` for the data tier: the message has file, line and what would be right."""
    text = (ROOT / "Pulumi.dev.yaml").read_text()
    assert "data: {route: none" in text
    file = tmp_path / "Pulumi.dev.yaml"
    file.write_text(text.replace("data: {route: none", "data: {route: internet"))
    with pytest.raises(InvalidSettings) as refused:
        read(load(file, "cloudplatform").config, project="cloudplatform", stack="dev", file=file)
    assert re.search(
        r"Pulumi\.dev\.yaml:\d+:\d+ database\.tier: tier 'data' has route internet .*; use private", str(refused.value)
    )
