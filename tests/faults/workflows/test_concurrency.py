"""Runs that wait for one another: one that only skips takes nobody's place, and nothing that changes AWS is cut off.

GitHub lets one run of a group work and one wait; a newer one takes the place of who waits.
https://docs.github.com/en/actions/using-jobs/using-concurrency
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.faults.table import Fault, fault, faults
from tests.requirements.reading import at
from tests.requirements.workflows import CREDENTIALS, workflows
from tests.stacks import PROJECT, recorded

RUN = "4711"
PUSH = {"github.event.workflow_run.event": "push", "github.event.workflow_run.conclusion": "success",
        "github.event.workflow_run.head_repository.full_name": "o/r", "github.repository": "o/r",
        "github.ref": "refs/heads/main", "github.event_name": "workflow_run", "github.run_id": RUN}  # fmt: skip


def value(expression: str, context: Mapping[str, str]) -> Any:
    """What GitHub makes of an expression: its operators and words are few here, and Python has the same."""
    text = " ".join(expression.split())
    for old, new in (("&&", " and "), ("||", " or ")):
        text = text.replace(old, new)
    parts = re.split(r"('[^']*')", text)
    words = [
        part
        if part.startswith("'")
        else re.sub(r"[a-z_]+(\.[a-z_]+)+", lambda found: repr(context.get(found[0], "")), part)
        for part in parts
    ]
    return eval("".join(words), {"__builtins__": {}})


def role_of(job: Mapping[str, Any]) -> str:
    """The name of the role that a job takes; empty where it takes none."""
    arns = [step["with"]["role-to-assume"] for step in job["steps"] if step.get("uses", "").startswith(CREDENTIALS)]
    return arns[0].replace("${{ vars.PROJECT }}", PROJECT).rpartition("/")[2] if arns else ""


def group(file: str, context: Mapping[str, str]) -> str:
    """Where a run waits."""
    text = workflows().files[file]["concurrency"]["group"].strip()
    found = re.fullmatch(r"\$\{\{(.*)\}\}", text, re.S)
    return str(value(found[1], context)) if found else text


def skips(file: str, context: Mapping[str, str]) -> bool:
    """Whether the jobs that begin a run do nothing."""
    jobs = [job for job in workflows().files[file]["jobs"].values() if "needs" not in job]
    return not any(value(str(job.get("if", "true")).replace("true", "True"), context) for job in jobs)


SKIPPING = [
    ("build-push", "CI failed", {"github.event.workflow_run.conclusion": "failure"}),
    ("build-push", "CI was cancelled", {"github.event.workflow_run.conclusion": "cancelled"}),
    ("build-push", "CI ran for a pull request", {"github.event.workflow_run.event": "pull_request"}),
    ("build-push", "CI ran for a fork", {"github.event.workflow_run.head_repository.full_name": "e/r"}),
    ("up", "somebody starts it from another branch", {"github.ref": "refs/heads/x"}),
    ("drift", "somebody starts it from another branch", {"github.ref": "refs/heads/x"}),
    ("systems-up", "somebody starts it from another branch", {"github.ref": "refs/heads/x"}),
    ("systems-drift", "somebody starts it from another branch", {"github.ref": "refs/heads/x"}),
    ("deploy-prod", "somebody starts it from another branch", {"github.ref": "refs/heads/x"}),
]


@pytest.mark.parametrize(
    ("file", "change"),
    [
        pytest.param(
            file, change, id=f"{file}: {why}", marks=fault(file, f"{why}, and a good run waits", "it waits on")
        )
        for file, why, change in SKIPPING
    ],
)
def test_a_run_that_only_skips_takes_nobodys_place(file: str, change: dict[str, str]) -> None:
    other = {**PUSH, **change}
    assert not skips(file, PUSH)
    assert group(file, PUSH) == file
    assert skips(file, other)
    assert group(file, other) == RUN


@faults(
    "deploy",
    *(
        Fault(
            name=f"{environment}-{why.replace(' ', '-')}",
            broken=f"{why}, and a good deployment to {environment} waits",
            holds="it waits on: only the job that deploys has a group",
            given=environment,
        )
        for environment in ("dev", "staging")
        for why in ("the run before failed", "the run before handed on nothing")
    ),
)
def test_only_a_deployment_waits_for_one(fault: Fault) -> None:
    """Both that look first and find nothing end before they would wait."""
    content = workflows().files[f"deploy-{fault.given}"]
    assert "concurrency" not in content
    assert "concurrency" not in content["jobs"]["which"]
    job = content["jobs"]["deploy"]
    assert job["concurrency"] == {"group": f"deploy-{fault.given}", "cancel-in-progress": False}
    assert "concurrency" not in content["jobs"]["migrate"]  # in the database it waits for another
    assert (job["needs"], content["jobs"]["migrate"]["needs"]) == (["which", "migrate"], "which")
    assert "needs.which.outputs" in job["if"]


SESSIONS = [
    pytest.param(file, name, id=f"{file}-{name}",
                 marks=fault(file, f"{name} takes all the time it may", "its credentials last longer"))
    for file, name, job in workflows().jobs()
    if role_of(job)
]  # fmt: skip


@pytest.mark.parametrize(("file", "name"), SESSIONS)
def test_no_credentials_end_before_their_job(file: str, name: str) -> None:
    """Cut off in an update they would leave a lock and half a change. IAM gives an hour where nothing else is said."""
    job = workflows().job(file, name)
    [lasts] = [
        int(step["with"].get("role-duration-seconds", 3600))
        for step in job["steps"]
        if step.get("uses", "").startswith(CREDENTIALS)
    ]
    assert job["timeout-minutes"] * 60 < lasts
    if not file.startswith("systems-"):  # their roles are of other accounts: docs/delivery.md says how long they last
        role = at(recorded("shared", known=True), "iam.Role", name=role_of(job))
        assert lasts <= role.inputs.get("maxSessionDuration", 3600)


def test_the_expressions_are_read_as_github_does() -> None:
    """What the tests above rely on: `&&` and `||` give their operand, and a word that is not there is empty."""
    assert value("github.ref == 'a' && 'x' || github.run_id", {"github.ref": "a"}) == "x"
    assert value("github.ref == 'a' && 'x' || github.run_id", {"github.run_id": "7"}) == "7"
