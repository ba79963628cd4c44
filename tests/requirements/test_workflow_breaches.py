"""Every proof of a workflow can fail: a change that somebody might make takes it away."""

import copy
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.requirements import test_workflows as proofs
from tests.requirements.workflows import Job, Step, Workflows, running, uses, workflows

Mutation = Callable[[dict[str, Any]], object]


class Breach(NamedTuple):
    """A proof, the workflow that is changed, and the change."""

    proof: Callable[..., None]
    file: str
    mutation: Mutation


def _job(name: str, change: Callable[[Job], object]) -> Mutation:
    return lambda file: change(file["jobs"][name])


def _with(job: str, action: str, **parts: Any) -> Mutation:
    """Another word in what an action is given."""

    def change(file: dict[str, Any]) -> None:
        [step] = [each for each in file["jobs"][job]["steps"] if uses(each, action)]
        step["with"].update(parts)

    return _checked(change)


def _run(job: str, pattern: str, change: Callable[[Step], object]) -> Mutation:
    """A change of the step whose command matches."""
    return lambda file: change(file["jobs"][job]["steps"][running(file["jobs"][job]["steps"], pattern)])


def _without(job: str, which: str) -> Mutation:
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


def _last(job: str, which: str) -> Mutation:
    """A step moved to the end."""

    def change(file: dict[str, Any]) -> None:
        steps = file["jobs"][job]["steps"]
        [moved] = [each for each in steps if re.search(which, f"{each.get('run', '')}{each.get('uses', '')}")]
        steps.remove(moved)
        steps.append(moved)

    return _checked(change)


BREACHES = [
    Breach(proofs.test_ci_runs_on_every_change, "ci", lambda file: file["on"].pop("push")),
    Breach(proofs.test_ci_runs_on_every_change, "ci", _job("lint", lambda job: job.update({"if": "false"}))),
    Breach(proofs.test_style, "ci", _without("lint", r"format --check")),
    Breach(proofs.test_the_applications_tests, "ci", _job("test", lambda job: job["services"].pop("redis"))),
    Breach(
        proofs.test_the_applications_tests,
        "ci",
        _run("test", "^pytest", lambda step: step.update(run=step["run"].replace("=80", "=8"))),
    ),
    Breach(
        proofs.test_the_applications_tests,
        "ci",
        _run("test", "^pytest", lambda step: step.update({"continue-on-error": True})),
    ),
    Breach(
        proofs.test_known_dangers,
        "ci",
        _run("security-scan", "^semgrep", lambda step: step.update(run=step["run"].replace("--error ", ""))),
    ),
    Breach(
        proofs.test_known_dangers,
        "ci",
        _run("security-scan", "gitleaks", lambda step: step.update(run=f"{step['run']} || true")),
    ),
    Breach(proofs.test_the_policy_pack_judges_every_change, "ci", _without("platform", r"\.ci/run")),
    Breach(proofs.test_secrets_are_looked_for, "ci", _without("security-scan", "gitleaks")),
    Breach(
        proofs.test_a_pull_request_shows_what_it_would_change,
        "preview",
        lambda file: file["on"]["pull_request"]["paths"].remove("settings/**"),
    ),
    Breach(
        proofs.test_a_pull_request_shows_what_it_would_change, "preview", _with("preview", proofs.PULUMI, command="up")
    ),
    Breach(proofs.test_a_pull_request_shows_what_it_would_cost, "preview", _without("preview", r"\.ci/costs")),
    Breach(
        proofs.test_a_pull_request_shows_what_it_would_cost,
        "preview",
        _run("preview", r"\.ci/comment part", lambda step: step.update(run=step["run"].replace(" costs.md", ""))),
    ),
    Breach(
        proofs.test_a_pull_request_shows_what_it_would_cost,
        "preview",
        _with("preview", proofs.CHECKOUT, **{"fetch-depth": 1}),
    ),
    Breach(proofs.test_policies_are_validated_before_deployment, "preview", _without("preview", "validate-policies")),
    Breach(
        proofs.test_main_is_applied_stack_by_stack,
        "up",
        _job("apply-prod", lambda job: job["needs"].remove("apply-staging")),
    ),
    Breach(
        proofs.test_main_is_applied_stack_by_stack, "up", _job("apply-dev", lambda job: job.update({"if": "always()"}))
    ),
    Breach(
        proofs.test_production_is_applied_after_its_approval,
        "up",
        _job("apply-prod", lambda job: job.update(environment="prod")),
    ),
    Breach(
        proofs.test_drift_is_looked_for_every_night,
        "drift",
        _with("drift", proofs.PULUMI, **{"expect-no-changes": False}),
    ),
    Breach(proofs.test_an_image_is_built_after_ci_passed, "build-push", lambda file: file["on"].update(push={})),
    Breach(
        proofs.test_an_image_is_built_after_ci_passed,
        "build-push",
        _with("build", proofs.CHECKOUT, ref="${{ github.sha }}"),
    ),
    Breach(
        proofs.test_an_image_with_grave_vulnerabilities_is_not_pushed,
        "build-push",
        _last("build", proofs.TRIVY),
    ),
    Breach(
        proofs.test_an_image_with_grave_vulnerabilities_is_not_pushed,
        "build-push",
        _with("build", proofs.TRIVY, severity="CRITICAL"),
    ),
    Breach(
        proofs.test_an_image_is_tagged_by_commit_and_by_what_it_passed,
        "build-push",
        _run("build", "docker push", lambda step: step.update(run='docker push "$IMAGE:$SHA"')),
    ),
    Breach(
        proofs.test_an_image_is_tagged_by_commit_and_by_what_it_passed,
        "deploy-staging",
        _without("deploy", "promote"),
    ),
    Breach(proofs.test_images_are_built_from_approved_bases_only, "build-push", _last("build", "base-images")),
    Breach(proofs.test_every_image_goes_to_dev, "deploy-dev", _job("deploy", lambda job: job.pop("if"))),
    Breach(proofs.test_every_image_goes_to_dev, "deploy-dev", _without("deploy", r"\.ci/smoke")),
    Breach(
        proofs.test_what_works_in_dev_goes_to_staging,
        "deploy-staging",
        lambda file: file["on"]["workflow_run"].update(workflows=["Build and push"]),
    ),
    Breach(
        proofs.test_production_is_deployed_by_hand_with_approval, "deploy-prod", _without("deploy", "passed staging")
    ),
    Breach(
        proofs.test_production_is_deployed_by_hand_with_approval,
        "deploy-prod",
        lambda file: file["on"].update(push={"branches": ["main"]}),
    ),
    Breach(proofs.test_a_deployment_is_looked_at_afterwards, "deploy-prod", _without("deploy", "quiet")),
    Breach(
        proofs.test_the_running_application_can_be_attacked,
        "deploy-staging",
        _job("dast", lambda job: job.update(needs=[])),
    ),
    Breach(proofs.test_a_security_scan_every_week, "security-scan", lambda file: file["on"].pop("schedule")),
    Breach(
        proofs.test_dependencies_are_looked_at_every_day,
        "dependencies",
        lambda file: file["on"]["schedule"][0].update(cron="23 5 * * 1"),
    ),
    Breach(proofs.test_main_is_protected, "ci", lambda file: file["jobs"].update(more={})),
    Breach(proofs.test_every_role_lets_its_workflow_in, "up", _job("apply-prod", lambda job: job.pop("environment"))),
    Breach(
        proofs.test_every_role_lets_its_workflow_in,
        "deploy-prod",
        _with("deploy", proofs.CREDENTIALS, **{"aws-access-key-id": "x"}),
    ),
    Breach(
        proofs.test_every_role_lets_its_workflow_in,
        "deploy-dev",
        _with("deploy", proofs.CREDENTIALS, **{"role-to-assume": f"{proofs.ROLE}infrastructure-prod"}),
    ),
    Breach(proofs.test_permissions_are_given_by_job, "up", lambda file: file.update(permissions="write-all")),
    Breach(
        proofs.test_no_update_is_ever_cancelled,
        "up",
        lambda file: file["concurrency"].update({"cancel-in-progress": True}),
    ),
    Breach(proofs.test_one_action_is_one_commit, "drift", _job("drift", lambda job: _older(job["steps"]))),
    Breach(
        proofs.test_nothing_of_a_pull_request_runs_with_more_than_reading_rights,
        "preview",
        lambda file: file["on"].update(pull_request_target={}),
    ),
    Breach(proofs.test_a_failure_in_a_pipe_fails_the_step, "preview", lambda file: file.update(defaults={})),
]


def _older(steps: list[Step]) -> None:
    steps[0]["uses"] = f"{proofs.CHECKOUT}@{'0' * 40}"


@pytest.mark.parametrize("breach", BREACHES, ids=lambda it: f"{it.proof.__name__.removeprefix('test_')}-{it.file}")
def test_a_breach_takes_the_proof_away(breach: Breach, tmp_path: Path) -> None:
    more = {"tmp_path": tmp_path / "sound"} if "tmp_path" in inspect.signature(breach.proof).parameters else {}
    breach.proof(workflows(), **more)
    changed = copy.deepcopy(dict(workflows().files))
    breach.mutation(changed[breach.file])
    more = {"tmp_path": tmp_path / "broken"} if more else {}
    with pytest.raises((AssertionError, KeyError)):  # a word that is missing
        breach.proof(Workflows(changed), **more)


#: Proofs of files beside the workflows.
OTHERS = {"test_the_eight_workflows"}


def test_every_proof_of_a_workflow_has_its_breach() -> None:
    given = {name for name, each in vars(proofs).items()
             if name.startswith("test_") and "flows" in inspect.signature(each).parameters}  # fmt: skip
    assert given - OTHERS == {breach.proof.__name__ for breach in BREACHES}


def test_a_missing_workflow_is_missed() -> None:
    files = {name: file for name, file in workflows().files.items() if name != "preview"}
    with pytest.raises(AssertionError):
        proofs.test_the_eight_workflows(Workflows(files))


def test_an_unknown_base_image_is_refused(tmp_path: Path) -> None:
    assert proofs.bases(tmp_path, "FROM docker.io/library/python:3.12.13-slim-trixie AS build\nFROM scratch\n") == 1
