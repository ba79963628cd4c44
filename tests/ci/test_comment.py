"""The comment of a pull request: one, short enough, updated in place."""

import json
from pathlib import Path

import pytest

from tests.ci.programs import Programs
from tests.ci.test_scripts import REPOSITORY, run


@pytest.fixture
def programs(tmp_path: Path) -> Programs:
    folder = tmp_path / "bin"
    folder.mkdir()
    return Programs(folder)


MARK = "<!-- infrastructure preview -->"


@pytest.mark.parametrize(
    ("comments", "asked"),
    [
        ([], "gh api --method POST repos/o/r/issues/5/comments"),
        (
            [{"id": 1, "user": {"type": "User"}, "body": MARK}, {"id": 2, "user": {"type": "Bot"}, "body": f"{MARK}x"}],
            "gh api --method PATCH repos/o/r/issues/comments/2",
        ),
    ],
)
def test_there_is_one_comment(programs: Programs, comments: list[object], asked: str) -> None:
    """Ours is written over; a person's that quotes it is left alone."""
    programs.add("gh", {"--paginate": json.dumps(comments)})
    done = run(programs, "comment", "put", "5", "comment.md", **REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert programs.asked()[-1].startswith(asked)


def test_a_comment_is_short_and_stays_in_its_block(programs: Programs) -> None:
    """GitHub takes 65536 characters for all four stacks; a fence in the text would end ours."""
    text = programs.folder.parent / "offline.txt"
    text.write_text("```\n" + "x" * 500 + "\n" + "line\n" * 500)
    (text.parent / "costs.md").write_text("About **9.00 USD a month**\n")
    done = run(programs, "comment", "part", "dev", str(text), "costs.md", REAL="y\n" * 9000)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout) < 16_000
    assert done.stdout.count("```") == 4
    assert "x" * 201 not in done.stdout
    assert "\n\nAbout **9.00 USD a month**\n\n<details>" in done.stdout
    small = run(programs, "comment", "part", "dev", str(text), "costs.md", REAL="y\n" * 9000, PARTS="12")
    assert len(small.stdout) < 5_000
    whole = run(programs, "comment", "whole", str(text), **REPOSITORY).stdout
    assert whole.startswith(f"{MARK}\n")
    other = run(programs, "comment", "whole", str(text), SYSTEM="shop", **REPOSITORY).stdout
    assert other.startswith("<!-- infrastructure preview of shop -->\n## What this would change in shop\n")
    assert whole.endswith("actions/runs/7\n")


def test_a_failed_preview_is_said(programs: Programs) -> None:
    (programs.folder.parent / "none.txt").touch()
    output = run(programs, "comment", "part", "dev", "none.txt", "none.txt", REAL="").stdout
    assert output.count("the run's log says why") == 3
