"""A preview beside what a revision has: what differs, what is new, and what cannot be compared."""

import json
import subprocess
from pathlib import Path

import pytest

from preview import against, cli
from preview.engine import record_stack
from preview.recording import Recording
from preview.stack import PreviewError


@pytest.fixture
def as_before(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a revision has: the stack dev, with a database."""

    def record_at(revision: str, stack: str, folder: Path) -> Recording | None:
        if stack == "mistaken":
            raise PreviewError(f"{stack} at {revision}: its program fails: KeyError: 'a'")
        open_file = folder / "Pulumi.open.yaml"
        return record_stack("dev", open_file, folder, known=True) if stack == "dev" else None

    monkeypatch.setattr(against, "record_at", record_at)
    subprocess.run(["git", "init", "-q"], check=True)
    commit = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "a"]
    subprocess.run(commit, check=True)
    return project


def test_what_differs_from_a_revision_is_in_the_same_document(as_before, capsys):
    assert cli.main(["dev", "--against", "HEAD", "--out", "-", "--out", "a.json", "--out", "a.md"]) == 0
    [row] = json.loads(Path("a.json").read_text())["differences"]["first"]
    assert (row["action"], row["kind"], row["name"]) == ("deleted", "rds.Instance", "store")
    assert "Differences against dev at HEAD" in capsys.readouterr().out
    assert "**First: data would be lost or left behind**" in Path("a.md").read_text()


def test_a_stack_that_the_revision_lacks_is_new_and_one_that_fails_there_is_not_compared(as_before, capsys):
    Path("Pulumi.dev.yaml").rename("Pulumi.mistaken.yaml")
    assert cli.main(["open", "mistaken", "--against", "HEAD", "--format", "json"]) == 1
    new, failed = json.loads(capsys.readouterr().out)
    assert {row["action"] for row in new["differences"]["resources"]} == {"created"}
    assert failed["not_compared"].endswith("HEAD is not known: mistaken at HEAD: its program fails: KeyError: 'a'")


def test_an_unknown_revision_is_said_before_anything_is_recorded(as_before, capsys):
    assert cli.main(["dev", "--against", "no-such"]) == 2
    assert capsys.readouterr().err.startswith("there is no revision no-such here")
