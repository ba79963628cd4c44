"""The comment of a pull request: one, short enough, updated in place."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from preview.document import document
from preview.markdown import comment
from preview.recorder import record
from preview.verdict import PackVerdict
from tests.ci.programs import Programs
from tests.ci.test_scripts import REPOSITORY, run
from tests.preview import samples
from tests.preview.samples import CONFIG
from tests.requirements.workflows import running, uses, workflows


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
    """GitHub takes 65536 characters for all stacks of a system; a fence in the text would end ours."""
    root = programs.folder.parent
    (root / "blueprints/shop").mkdir(parents=True)
    for folder, number in ((root, 4), (root / "blueprints/shop", 12)):
        for stack in range(number):
            (folder / f"Pulumi.s{stack}.yaml").touch()
    (root / "offline.md").write_text("| stack |\n|---|\n| `dev` |\n\n### dev: fine\n")
    done = run(programs, "comment", "part", "dev", "offline.md", REAL="```\n" + "x" * 500 + "\n" + "y\n" * 9000)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("| stack |\n|---|\n| `dev` |\n\n### dev: fine\n\n<details>")
    assert len(done.stdout) < 5_000
    assert done.stdout.count("```") == 2
    assert "x" * 201 not in done.stdout
    small = run(programs, "comment", "part", "dev", "offline.md", REAL="y" * 199 + "\n" + "y\n" * 9000, SYSTEM="shop")
    assert len(small.stdout) < 1_700


def test_a_comment_begins_with_a_table_of_all_stacks(programs: Programs) -> None:
    """A row a stack; one whose preview failed is said to have."""
    for name in ("dev", "prod"):
        text = comment([samples_document(name)], 10_000, ["flowchart TB\n  a --> b"])
        (programs.folder.parent / f"{name}.md").write_text(text)
    (programs.folder.parent / "failed.md").write_text("### staging\n\nThe offline preview failed; the log says why.\n")
    whole = run(programs, "comment", "whole", "dev.md", "failed.md", "prod.md", **REPOSITORY).stdout
    head, _, rest = whole.partition("\n\n### dev: ")
    assert head.splitlines()[:4] == [
        MARK,
        "## What this would change",
        "",
        "| stack | verdict | resources | USD a month | of the budget | advice |",
    ]
    assert [line.split("|")[1].strip() for line in head.splitlines()[5:]] == ["`dev`", "`prod`"]
    assert rest.index("### staging\n\nThe offline") < rest.index("### prod: ")
    assert rest.count("```mermaid\nflowchart TB") == 2
    assert whole.endswith("actions/runs/7\n")
    other = run(programs, "comment", "whole", "dev.md", SYSTEM="shop", **REPOSITORY).stdout
    assert other.startswith("<!-- infrastructure preview of shop -->\n## What this would change in shop\n\n| stack |")


def samples_document(stack: str) -> dict[str, Any]:
    """A small preview."""
    found = record(samples.network, project="sample", stack=stack, config=CONFIG, secret_keys=[])
    return document(found, PackVerdict())


@pytest.mark.parametrize("workflow", ["preview", "systems-preview"])
def test_the_json_document_that_a_short_comment_names_can_be_had(programs: Programs, workflow: str) -> None:
    """The comment says of what it left out that the JSON document has it, and where that is."""
    python = programs.folder.parent / ".venv/bin"
    python.mkdir(parents=True)
    programs.add("python", {}, folder=python)
    steps = workflows().steps(workflow, "preview")
    command = steps[running(steps, r"^\.ci/comment offline ")]["run"].split()
    assert run(programs, "comment", *command[1:]).returncode == 0
    [document] = re.findall(r"--out (\S+\.json)", programs.asked()[0])
    upload = next(step for step in steps if uses(step, "actions/upload-artifact"))
    assert document in upload["with"]["path"].split()
    assert upload["if"] == "always()"
    (programs.folder.parent / "part.md").touch()
    assert f"{document}, is among the artifacts" in run(programs, "comment", "whole", "part.md", **REPOSITORY).stdout


def test_a_failed_preview_is_said(programs: Programs) -> None:
    (programs.folder.parent / "none.txt").touch()
    output = run(programs, "comment", "part", "dev", "none.txt", REAL="").stdout
    assert output.startswith("### dev\n\nThe offline preview failed; the run's log says why.\n")
    assert output.count("the run's log says why") == 2
