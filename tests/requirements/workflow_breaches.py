"""Breaches of workflows: changes that somebody might make, and the test that proofs see them."""

import copy
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pytest

from tests.requirements.proving import proven
from tests.requirements.workflows import Job, Step, Workflows, running, uses, workflows
from tests.rows import for_each

Mutation = Callable[[dict[str, Any]], object]


class WorkflowBreach(NamedTuple):
    """A proof, the workflow that is changed, and the change; without one the workflow is missing."""

    proof: Callable[..., None]
    file: str
    mutation: Mutation | None = None


def in_job(name: str, change: Callable[[Job], object]) -> Mutation:
    """A change of a job."""
    return lambda file: change(file["jobs"][name])


def with_(job: str, action: str, **parts: Any) -> Mutation:
    """Another word in what an action is given."""

    def change(file: dict[str, Any]) -> None:
        [step] = [each for each in file["jobs"][job]["steps"] if uses(each, action)]
        step["with"].update(parts)

    return _checked(change)


def run(job: str, pattern: str, change: Callable[[Step], object]) -> Mutation:
    """A change of the step whose command matches."""
    return lambda file: change(file["jobs"][job]["steps"][running(file["jobs"][job]["steps"], pattern)])


def without(job: str, which: str) -> Mutation:
    """Without the step that runs or uses something."""

    def change(file: dict[str, Any]) -> None:
        steps = file["jobs"][job]["steps"]
        [gone] = [each for each in steps if re.search(which, f"{each.get('run', '')}{each.get('uses', '')}")]
        steps.remove(gone)

    return _checked(change)


def _checked(change: Mutation) -> Mutation:
    """It changes something."""

    def checked(file: dict[str, Any]) -> None:
        before = copy.deepcopy(file)
        change(file)
        assert file != before

    return checked


def last(job: str, which: str) -> Mutation:
    """A step moved to the end."""

    def change(file: dict[str, Any]) -> None:
        steps = file["jobs"][job]["steps"]
        [moved] = [each for each in steps if re.search(which, f"{each.get('run', '')}{each.get('uses', '')}")]
        steps.remove(moved)
        steps.append(moved)

    return _checked(change)


def noticed(breaches: Sequence[WorkflowBreach]) -> Callable[[], None]:
    """The test of a module that each of its breaches takes its proof away."""

    @for_each(breaches, name=lambda breach: f"{breach.proof.__name__} in {breach.file}")
    def test(breach: WorkflowBreach) -> None:
        proven(breach.proof, workflows())
        files = copy.deepcopy(dict(workflows().files))
        if breach.mutation:
            breach.mutation(files[breach.file])
        else:
            del files[breach.file]
        with pytest.raises((AssertionError, KeyError)):  # a word that is missing
            proven(breach.proof, Workflows(files))

    return test


def older(steps: list[Step]) -> None:
    """The first action at another commit than elsewhere."""
    steps[0]["uses"] = f"{steps[0]['uses'].partition('@')[0]}@{'0' * 40}"
