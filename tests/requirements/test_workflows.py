"""CP-CICD and CP-DETECT: what GitHub runs, and when. A workflow is proven by what stands in it."""

import json
import re
import subprocess
import sys
from pathlib import Path

import yaml

from tests.requirements.expected import ACCOUNT, requirement
from tests.requirements.reading import document, of
from tests.requirements.workflow_breaches import WorkflowBreach, in_job, noticed, older, with_
from tests.requirements.workflows import (
    CREDENTIALS,
    FOLDER,
    ROLE,
    TRIVY,
    Workflows,
    assert_strict,
    running,
    subjects,
    uses,
    using,
    workflows,
)
from tests.stacks import PROJECT, ROOT, recorded


@requirement("CP-CICD-14")
def test_the_eight_workflows(flows: Workflows) -> None:
    """terraform-plan and terraform-apply are preview and up (N-01)."""
    eight = {"ci", "build-push", "deploy-dev", "deploy-staging", "deploy-prod", "preview", "up", "security-scan"}
    assert eight <= flows.files.keys()


@requirement("CP-CICD-15")
def test_a_security_scan_every_week(flows: Workflows) -> None:
    [schedule] = flows.triggers("security-scan")["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* [0-6]", schedule["cron"])
    steps = flows.steps("security-scan", "scan")
    running(steps, "^semgrep ")
    running(steps, "gitleaks")
    assert_strict(using(steps, TRIVY))


@requirement("CP-CICD-16", "CP-CICD-20")
def test_dependencies_are_looked_at_every_day(flows: Workflows) -> None:
    """Known vulnerabilities by pip-audit and Snyk; Dependabot proposes what mends them."""
    [schedule] = flows.triggers("dependencies")["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", schedule["cron"])
    audited = " ".join(str(each.get("run")) for each in flows.steps("dependencies", "audit"))
    assert "pip-audit --requirement app/requirements.txt" in audited
    assert "grep -v '^-e ' requirements.txt > listed.txt && pip-audit --requirement listed.txt" in audited
    assert using(flows.steps("dependencies", "snyk"), "snyk/actions/python")
    updates = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    daily = {(each["package-ecosystem"], each["directory"]) for each in updates
             if each["schedule"]["interval"] == "daily"}  # fmt: skip
    assert {("pip", "/"), ("pip", "/app"), ("docker", "/app")} <= daily


@requirement("CP-CICD-18")
def test_main_is_protected(flows: Workflows) -> None:
    """By a ruleset that GitHub imports: a pull request with a review, and CI's jobs; for infrastructure too."""
    ruleset = json.loads((ROOT / ".github/rulesets/main.json").read_text())
    assert (ruleset["target"], ruleset["enforcement"]) == ("branch", "active")
    assert ruleset["conditions"]["ref_name"] == {"include": ["~DEFAULT_BRANCH"], "exclude": []}
    assert ruleset["bypass_actors"] == []
    rules = {each["type"]: each.get("parameters", {}) for each in ruleset["rules"]}
    assert {"deletion", "non_fast_forward", "pull_request", "required_status_checks"} <= rules.keys()
    assert rules["pull_request"]["required_approving_review_count"] >= 1
    assert rules["pull_request"]["dismiss_stale_reviews_on_push"] is True
    checks = {each["context"] for each in rules["required_status_checks"]["required_status_checks"]}
    assert checks == flows.files["ci"]["jobs"].keys()


@requirement("CP-CICD-19", "CP-CICD-29")
def test_what_is_optional_is_described() -> None:
    """Signed commits, and AWS CodePipeline as a comparison."""
    documented = (ROOT / "docs/delivery.md").read_text()
    for heading in ("## Signed commits", "## Why not CodePipeline"):
        assert heading in documented


VARIABLE = "${{ vars.AWS_ROLE }}"  #: the role of another system's stack, in its environment at GitHub


def places(role: str) -> set[str]:
    """From where the shared stack lets a role be taken."""
    [found] = [each for each in of(recorded("shared", True), "iam.Role") if each["name"] == role]
    [statement] = document(found["assumeRolePolicy"])
    return {
        subject.split(":", 2)[2]
        for key, some in statement.condition["StringLike"].items()
        if key.endswith(":sub")
        for subject in some
    }


@requirement("CP-CICD-27")
def test_every_role_lets_its_workflow_in(flows: Workflows) -> None:
    """No stored keys; each job that needs AWS may ask for a token, and the role's own trust policy admits the place
    where the job runs, and all that it admits is taken by some job."""
    taken: dict[str, set[str]] = {}
    for file, name, job in flows.jobs():
        for step in (each for each in job["steps"] if uses(each, CREDENTIALS)):
            assert job["permissions"]["id-token"] == "write", (file, name)
            assert not any("access-key" in key for key in step["with"])
            if file.startswith("systems-"):  # their roles are of other accounts
                assert step["with"]["role-to-assume"] == VARIABLE
                continue
            role = step["with"]["role-to-assume"].replace("${{ vars.AWS_ACCOUNT }}", ACCOUNT)
            role = role.replace("${{ vars.PROJECT }}", PROJECT).rpartition("/")[2]
            found = subjects(file, job, flows.triggers(file))
            assert found <= places(role), (file, name, role)
            taken.setdefault(role, set()).update(found)
    assert taken == {role: places(role) for role in taken}
    assert set(taken) == set(recorded("shared", True).outputs["delivery_roles"].values())
    texts = " ".join(file.read_text() for file in FOLDER.glob("*.yml"))
    assert not re.search(r"(?i)aws[_-](access[_-]key|secret)", texts)


def test_actions_are_pinned_by_commit() -> None:
    """With the tag that it was read from beside it, for people and for Dependabot."""
    lines = [line for file in FOLDER.glob("*.yml") for line in file.read_text().splitlines() if " uses: " in line]
    assert len(lines) > 40
    for line in lines:
        assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v?\d+\.\d+\.\d+$", line), line


def test_one_action_is_one_commit(flows: Workflows) -> None:
    used = {step["uses"] for _, _, job in flows.jobs() for step in job["steps"] if "uses" in step}
    assert len({each.partition("@")[0] for each in used}) == len(used)


def test_permissions_are_given_by_job(flows: Workflows) -> None:
    """The workflow itself gives none, or reading the code; what a job may write stands with it."""
    for file, content in flows.files.items():
        assert content["permissions"] in ({}, {"contents": "read"}), file
        for name, job in content["jobs"].items():
            assert "timeout-minutes" in job, (file, name)
            writes = {key for key, value in job.get("permissions", {}).items() if value == "write"}
            assert writes <= {"id-token", "security-events", "pull-requests", "issues"}, (file, name)


def test_no_update_is_ever_cancelled(flows: Workflows) -> None:
    """A cancelled `pulumi up` leaves a lock and half a change. Only what changes nothing gives way to a newer run."""
    for file, content in flows.files.items():
        group = content.get("concurrency") or content["jobs"]["deploy"]["concurrency"]
        cancels = group["cancel-in-progress"]
        expected = {"preview": True, "systems-preview": True, "ci": "${{ github.event_name == 'pull_request' }}"}.get(
            file, False
        )
        assert cancels == expected, file
    assert "== 'refs/heads/main' && 'up' ||" in flows.files["up"]["concurrency"]["group"]


def test_a_failure_in_a_pipe_fails_the_step(flows: Workflows) -> None:
    """GitHub's own default shell takes the last command's status only, and the pack's verdict goes through `tee`."""
    for file, content in flows.files.items():
        assert content["defaults"] == {"run": {"shell": "bash"}}, file
        for _, name, job in flows.jobs():
            assert not any("shell" in step for step in job["steps"]), (file, name)


def test_nothing_of_a_pull_request_runs_with_more_than_reading_rights(flows: Workflows) -> None:
    """`pull_request_target` would; a preview's role changes nothing (test_delivery)."""
    for file in flows.files:
        assert "pull_request_target" not in flows.triggers(file)


def test_zizmor_finds_nothing() -> None:
    """Its own list of what goes wrong in workflows, offline."""
    zizmor = Path(sys.executable).parent / "zizmor"
    done = subprocess.run(
        [zizmor, "--offline", "--no-progress", "--strict-collection", "."],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("completed") >= len(workflows().files)


BREACHES = [
    WorkflowBreach(test_a_security_scan_every_week, "security-scan", lambda file: file["on"].pop("schedule")),
    WorkflowBreach(
        test_dependencies_are_looked_at_every_day,
        "dependencies",
        lambda file: file["on"]["schedule"][0].update(cron="23 5 * * 1"),
    ),
    WorkflowBreach(test_the_eight_workflows, "preview"),
    WorkflowBreach(test_main_is_protected, "ci", lambda file: file["jobs"].update(more={})),
    WorkflowBreach(
        test_every_role_lets_its_workflow_in, "up", in_job("apply-prod", lambda job: job.pop("environment"))
    ),
    WorkflowBreach(
        test_every_role_lets_its_workflow_in,
        "deploy-prod",
        with_("deploy", CREDENTIALS, **{"aws-access-key-id": "x"}),
    ),
    WorkflowBreach(
        test_every_role_lets_its_workflow_in,
        "deploy-dev",
        with_("deploy", CREDENTIALS, **{"role-to-assume": f"{ROLE}infrastructure-prod"}),
    ),
    WorkflowBreach(test_permissions_are_given_by_job, "up", lambda file: file.update(permissions="write-all")),
    WorkflowBreach(
        test_no_update_is_ever_cancelled,
        "up",
        lambda file: file["concurrency"].update({"cancel-in-progress": True}),
    ),
    WorkflowBreach(test_one_action_is_one_commit, "drift", in_job("drift", lambda job: older(job["steps"]))),
    WorkflowBreach(
        test_nothing_of_a_pull_request_runs_with_more_than_reading_rights,
        "preview",
        lambda file: file["on"].update(pull_request_target={}),
    ),
    WorkflowBreach(test_a_failure_in_a_pipe_fails_the_step, "preview", lambda file: file.update(defaults={})),
]

test_breaches = noticed(BREACHES)
