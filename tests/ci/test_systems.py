"""The other systems' workflows: which stacks they run for, and that they do for each what the main system's do."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.ci.test_scripts import CI, commit, git
from tests.requirements.workflows import CHECKOUT, CREDENTIALS, PULUMI, running, using, workflows
from tests.stacks import BLUEPRINT_STACKS, ROOT, recorded


def systems(folder: Path, *since: str) -> dict[str, Any]:
    done = subprocess.run(["bash", ".ci/systems", *since], cwd=folder, capture_output=True, text=True, check=True)
    return {name: json.loads(value) for name, _, value in (line.partition("=") for line in done.stdout.splitlines())}


def test_every_stack_of_every_system_is_in_the_matrix() -> None:
    """With its region; development and staging first, and a stack after those whose names its own begins with."""
    found = systems(ROOT)
    names = [f"{row['system']}/{row['stack']}" for row in found["stacks"]]
    assert sorted(names) == sorted(BLUEPRINT_STACKS)
    assert [name for name in names if name.startswith("web-platform/")] == [
        f"web-platform/{stack}" for stack in ("staging", "global", "production")
    ]
    assert [name.partition("/")[0] for name in names] == sorted(name.partition("/")[0] for name in names)
    assert names.index("techcorp/production") < names.index("techcorp/production-dr")
    for name, row in zip(names, found["stacks"], strict=True):
        assert row["region"] == recorded(name, True).config["aws:region"]
    assert found["systems"] == sorted({name.partition("/")[0] for name in BLUEPRINT_STACKS})


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two systems, and its first commit."""
    folder = tmp_path_factory.mktemp("systems")
    for place in (
        ".ci/systems",
        "blueprints/a/Pulumi.dev.yaml",
        "blueprints/a/Pulumi.prod.yaml",
        "blueprints/b/Pulumi.x.yaml",
    ):
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text("config:\n  aws:region: eu-west-1\n")
    (folder / ".ci/systems").write_text((CI / "systems").read_text())
    git(folder, "init", "--quiet")
    commit(folder)
    return folder


@pytest.mark.parametrize(
    ("file", "stacks"),
    [
        ("README.md", []),
        ("Pulumi.dev.yaml", []),
        ("blueprints/a/Pulumi.prod.yaml", ["a/prod"]),
        ("blueprints/a/Pulumi.yaml", ["a/dev", "a/prod"]),
        ("components/component.py", ["a/dev", "a/prod", "b/x"]),
    ],
)
def test_what_changed(repository: Path, file: str, stacks: list[str]) -> None:
    since = git(repository, "rev-parse", "HEAD").strip()
    (repository / file).parent.mkdir(exist_ok=True)
    with (repository / file).open("a") as opened:
        opened.write("# new\n")
    commit(repository)
    found = systems(repository, since)
    assert [f"{row['system']}/{row['stack']}" for row in found["stacks"]] == stacks
    assert found["systems"] == sorted({name[0] for name in stacks})
    assert len(systems(repository, "0" * 40)["stacks"]) == len(systems(repository)["stacks"]) > 2


MATRIX = "${{ fromJSON(needs.stacks.outputs.stacks) }}"
PLACE = "${{ matrix.system }}-${{ matrix.stack }}"


@pytest.mark.parametrize(
    ("file", "job", "environment"),
    [("preview", "preview", f"{PLACE}-read"), ("up", "apply", PLACE), ("drift", "drift", f"{PLACE}-read")],
)
def test_each_stack_runs_in_an_environment_of_its_own(file: str, job: str, environment: str) -> None:
    """Its role and its state are that environment's; without them no step asks AWS, and nothing else is left out."""
    found = workflows().job(f"systems-{file}", job)
    assert (found["needs"], found["environment"]) == ("stacks", environment)
    assert found["strategy"]["matrix"] == {"include": MATRIX}
    assert found["env"]["PULUMI_BACKEND_URL"] == "${{ vars.PULUMI_BACKEND_URL }}"
    for action in (CREDENTIALS, PULUMI):
        assert using(found["steps"], action)["if"] == "vars.AWS_ROLE != ''"
    assert using(found["steps"], CREDENTIALS)["with"]["aws-region"] == "${{ matrix.region }}"
    running(workflows().steps(f"systems-{file}", "stacks"), r"\.ci/systems")


@pytest.mark.parametrize(
    ("file", "job", "main"),
    [("preview", "preview", "preview"), ("up", "apply", "apply-staging"), ("drift", "drift", "drift")],
)
def test_the_engine_is_asked_the_same(file: str, job: str, main: str) -> None:
    """As for the main system, in the system's folder."""
    ours, theirs = (
        using(steps, PULUMI)["with"]
        for steps in (workflows().steps(f"systems-{file}", job), workflows().steps(file, main))
    )
    packs = {"policyPacks": "${{ github.workspace }}/policy"} if "policyPacks" in theirs else {}
    assert ours == theirs | packs | {"stack-name": "${{ matrix.stack }}", "work-dir": "blueprints/${{ matrix.system }}"}


def test_a_pull_request_shows_verdict_and_costs_of_each_system() -> None:
    """Beside main's, for which main is checked out too; one comment a system."""
    steps = workflows().steps("systems-preview", "preview")
    assert using(steps, CHECKOUT)["with"]["fetch-depth"] == 2
    verdict = running(steps, r'^\.ci/comment offline "\$STACK" offline\.md "blueprints/\$SYSTEM"$')
    part = running(steps, r'^\.ci/comment part "\$STACK" offline\.md >')
    assert verdict < part < running(steps, r'^\.ci/validate-policies "\$STACK" "blueprints/\$SYSTEM"$')
    comment = workflows().job("systems-preview", "comment")
    assert comment["strategy"]["matrix"] == {"system": "${{ fromJSON(needs.stacks.outputs.systems) }}"}
    assert comment["env"] == {"SYSTEM": "${{ matrix.system }}"}
    assert ".ci/comment put" in comment["steps"][running(comment["steps"], r"\.ci/comment whole")]["run"]


def test_updates_wait_for_one_another() -> None:
    """One stack at a time, in the order of the matrix; a failure stops the rest."""
    strategy = workflows().job("systems-up", "apply")["strategy"]
    assert (strategy["max-parallel"], strategy["fail-fast"]) == (1, True)
    assert workflows().job("systems-drift", "drift")["strategy"]["fail-fast"] is False
