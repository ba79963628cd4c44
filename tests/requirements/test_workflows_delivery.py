"""CP-CICD: how an image is built, scanned, and deployed from environment to environment."""

import re
import subprocess
from pathlib import Path

from tests.requirements.expected import requirement
from tests.requirements.workflow_breaches import WorkflowBreach, in_job, last, noticed, run, with_, without
from tests.requirements.workflows import (
    CHECKOUT,
    CREDENTIALS,
    ENVIRONMENTS,
    ROLE,
    TRIVY,
    URLS,
    Workflows,
    assert_strict,
    running,
    using,
)
from tests.stacks import ROOT

#: A step of .ci/deploy: its name, and what it does.
STEP = re.compile(r"^  (\S[^\n]*)\)\n(.*?)^    ;;$", re.MULTILINE | re.DOTALL)


@requirement("CP-CICD-06")
def test_an_image_is_built_after_ci_passed(flows: Workflows) -> None:
    """On main only; by OpenID Connect, with Buildx: built, scanned, pushed, and its tag told."""
    assert flows.triggers("build-push") == {
        "workflow_run": {"workflows": [flows.files["ci"]["name"]], "types": ["completed"], "branches": ["main"]}
    }
    job, steps = flows.job("build-push", "build"), flows.steps("build-push", "build")
    for condition in ("conclusion == 'success'", "event == 'push'", "head_repository.full_name == github.repository"):
        assert f"github.event.workflow_run.{condition}" in job["if"]
    assert using(steps, CREDENTIALS)["with"]["role-to-assume"] == f"{ROLE}github-actions"
    order = [
        steps.index(using(steps, CREDENTIALS)),
        steps.index(using(steps, "aws-actions/amazon-ecr-login")),
        steps.index(using(steps, "docker/setup-buildx-action")),
        steps.index(using(steps, "docker/build-push-action")),
        steps.index(using(steps, TRIVY)),
        running(steps, "docker push"),
    ]
    assert order == sorted(order)
    checked_out = using(steps, CHECKOUT)["with"]["ref"]
    assert checked_out == "${{ github.event.workflow_run.head_sha }}" == job["env"]["SHA"]
    assert job["outputs"]["tag"] == "${{ steps.image.outputs.tag }}"


@requirement("CP-CICD-07")
def test_an_image_with_grave_vulnerabilities_is_not_pushed(flows: Workflows) -> None:
    steps = flows.steps("build-push", "build")
    scan, build = using(steps, TRIVY), using(steps, "docker/build-push-action")
    assert (scan["with"]["severity"], scan["with"]["exit-code"]) == ("HIGH,CRITICAL", "1")
    assert_strict(scan)
    assert "if" not in scan
    assert scan["with"]["image-ref"] == build["with"]["tags"]
    assert (build["with"]["push"], build["with"]["load"]) == (False, True)
    push = running(steps, "docker push")
    assert steps.index(scan) < push
    assert "if" not in steps[push]


@requirement("CP-CICD-08")
def test_an_image_is_tagged_by_commit_and_by_what_it_passed(flows: Workflows) -> None:
    """Pushed as the commit and as latest; what runs gets its environment's tag, what passed one with both (C-16)."""
    steps = flows.steps("build-push", "build")
    pushed = re.findall(r'docker push "\$IMAGE:([^"]+)"', steps[running(steps, "docker push")]["run"])
    assert pushed == ["$SHA", "latest"]
    for environment in ENVIRONMENTS:
        deploys = flows.steps(f"deploy-{environment}", "deploy")
        promotes = running(deploys, r'^\.ci/deploy promote "\$ENVIRONMENT" "\$TAG"$')
        assert promotes > running(deploys, r"\.ci/deploy wait")
        assert "if" not in deploys[promotes]
    script = (ROOT / ".ci/deploy").read_text()
    tags = {name: re.findall(r"^    tagged (.*?)(?: #.*)?$", body, re.MULTILINE) for name, body in STEP.findall(script)}
    assert {name: found for name, found in tags.items() if found} == {
        "wait": ['"$environment"'],
        "promote": ['"$environment" "$environment-$tag"'],
    }


@requirement("CP-CICD-24")
def test_images_are_built_from_approved_bases_only(flows: Workflows, tmp_path: Path) -> None:
    """The script runs before each build and in CI, and refuses another base."""
    build = flows.steps("build-push", "build")
    assert running(build, r"^\.ci/base-images$") < build.index(using(build, "docker/build-push-action"))
    running(flows.steps("ci", "security-scan"), r"^\.ci/base-images$")
    assert bases(tmp_path / "sound", (ROOT / "app/Dockerfile").read_text()) == 0
    for wrong in (
        "FROM docker.io/library/python:latest",
        "FROM evil.example/python:3.12.1-slim-trixie",
        "from scratch",
    ):
        assert bases(tmp_path / wrong.split("/")[0].replace(" ", "-"), f"{wrong}\nRUN true\n") == 1


def bases(folder: Path, dockerfile: str) -> int:
    """The exit status of the script in a repository with one Dockerfile."""
    for name, text in ((".ci/base-images", (ROOT / ".ci/base-images").read_text()), ("app/Dockerfile", dockerfile)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "--all"], cwd=folder, check=True)
    return subprocess.run(["bash", ".ci/base-images"], cwd=folder, capture_output=True, check=False).returncode


def assert_deploys(flows: Workflows, environment: str) -> list[int]:
    """The steps that every deployment has, in this order; told to Slack, however it ends."""
    job, steps = flows.job(f"deploy-{environment}", "deploy"), flows.steps(f"deploy-{environment}", "deploy")
    assert job["environment"] == ENVIRONMENTS[environment]
    assert (job["env"]["ENVIRONMENT"], job["env"]["URL"]) == (environment, URLS[environment])
    role = "github-actions-prod" if environment == "prod" else "github-actions"
    assert using(steps, CREDENTIALS)["with"]["role-to-assume"] == f"{ROLE}{role}"
    order = [
        steps.index(using(steps, CREDENTIALS)),
        running(steps, r'^\.ci/deploy update "\$ENVIRONMENT" "\$TAG"$'),
        running(steps, r'^\.ci/deploy wait "\$ENVIRONMENT" "\$TAG"$'),
        running(steps, r'^\.ci/smoke "\$URL"'),
        running(steps, r'^\.ci/deploy quiet "\$ENVIRONMENT"$'),
        running(steps, r"^\.ci/slack "),
    ]
    assert order == sorted(order)
    assert not any("if" in steps[index] for index in order[:-1])
    assert steps[order[-1]]["if"] == "always()"
    assert_migrates(flows, environment)
    return order


def assert_migrates(flows: Workflows, environment: str) -> None:
    """Before: with the same image, from the same place, as a role of its own; not on the way back to an older image."""
    job, steps = flows.job(f"deploy-{environment}", "migrate"), flows.steps(f"deploy-{environment}", "migrate")
    assert job["environment"] == ENVIRONMENTS[environment]
    assert job["env"]["ENVIRONMENT"] == environment
    role = "github-migrations-prod" if environment == "prod" else "github-migrations"
    assert using(steps, CREDENTIALS)["with"]["role-to-assume"] == f"{ROLE}{role}"
    migrates = running(steps, r'^\.ci/deploy migrate "\$ENVIRONMENT" "\$TAG"$')
    assert steps.index(using(steps, CREDENTIALS)) < migrates
    assert steps[migrates].get("if") == ("inputs.migrate" if environment == "prod" else None)
    deploys = flows.job(f"deploy-{environment}", "deploy")
    assert "migrate" in deploys["needs"]
    assert job["if"] == deploys["if"]
    if environment == "prod":
        assert running(steps, r'^\.ci/deploy passed staging "\$TAG"$') < migrates
    else:
        assert job["env"]["TAG"] == deploys["env"]["TAG"]


def assert_follows(flows: Workflows, environment: str, condition: str) -> None:
    """The deployment is of the image that the job before it names."""
    job = flows.job(f"deploy-{environment}", "deploy")
    assert (job["needs"], job["if"]) == (["which", "migrate"], condition)
    assert job["env"]["TAG"] == "${{ needs.which.outputs.tag }}"


@requirement("CP-CICD-09", stacks=["dev"])
def test_every_image_goes_to_dev(flows: Workflows) -> None:
    name = flows.files["build-push"]["name"]
    assert flows.triggers("deploy-dev")["workflow_run"] == {
        "workflows": [name],
        "types": ["completed"],
        "branches": ["main"],
    }
    first = "github.event_name == 'schedule' || github.event.workflow_run.conclusion == 'success'"
    assert flows.job("deploy-dev", "which")["if"] == first
    running(flows.steps("deploy-dev", "which"), r'^\.ci/wanted dev "\$TAG" "\$GITHUB_EVENT_NAME"')
    assert_follows(flows, "dev", "needs.which.outputs.wanted == 'true'")
    assert_deploys(flows, "dev")


@requirement("CP-CICD-10", stacks=["staging"])
def test_what_works_in_dev_goes_to_staging(flows: Workflows) -> None:
    """And is tested there with what surrounds it: `/items` reads the database and the cache."""
    name = flows.files["deploy-dev"]["name"]
    assert flows.triggers("deploy-staging")["workflow_run"]["workflows"] == [name]
    assert flows.job("deploy-staging", "which")["if"] == "github.event.workflow_run.conclusion == 'success'"
    assert_follows(flows, "staging", "needs.which.outputs.tag != ''")
    assert_deploys(flows, "staging")
    steps = flows.steps("deploy-staging", "deploy")
    smoke = running(steps, r"\.ci/smoke")
    assert steps[smoke]["run"].endswith(" /items")
    tests = running(steps, r'^python3 -m scripts\.integration "\$URL"$')
    assert smoke < tests < running(steps, r"\.ci/deploy promote")
    assert "if" not in steps[tests]


@requirement("CP-CICD-11", stacks=["prod"])
def test_production_is_deployed_by_hand_with_approval(flows: Workflows) -> None:
    """Only from main, and only an image that passed staging (C-38)."""
    assert flows.triggers("deploy-prod").keys() == {"workflow_dispatch"}
    assert flows.triggers("deploy-prod")["workflow_dispatch"]["inputs"]["tag"]["required"] is True
    assert flows.job("deploy-prod", "deploy")["if"] == "github.ref == 'refs/heads/main'"
    order = assert_deploys(flows, "prod")
    steps = flows.steps("deploy-prod", "deploy")
    assert running(steps, r'^\.ci/deploy passed staging "\$TAG"$') < order[1]
    assert flows.triggers("deploy-prod")["workflow_dispatch"]["inputs"]["migrate"]["default"] is True
    documented = (ROOT / "docs/delivery.md").read_text()
    assert re.search(r"\| `production` \|[^|]*[Rr]equired reviewers", documented)


@requirement("CP-CICD-26", stacks=["dev", "staging", "prod"])
def test_a_deployment_is_looked_at_afterwards(flows: Workflows) -> None:
    """Its critical endpoints from outside, and whether an alarm fires."""
    for environment in ENVIRONMENTS:
        steps = flows.steps(f"deploy-{environment}", "deploy")
        after = running(steps, r"\.ci/deploy wait")
        assert after < running(steps, r"\.ci/smoke") < running(steps, r"\.ci/deploy quiet")
    assert "for path in /health/live /health" in (ROOT / ".ci/smoke").read_text()


@requirement("CP-CICD-25", stacks=["staging"])
def test_the_running_application_can_be_attacked(flows: Workflows) -> None:
    """OWASP ZAP, where the repository asks for it: after a deployment that worked."""
    job = flows.job("deploy-staging", "dast")
    assert job["needs"] == "deploy"
    assert "vars.ZAP == 'true'" in job["if"]
    zap = using(job["steps"], "zaproxy/action-baseline")["with"]
    assert (zap["target"], zap["fail_action"]) == (URLS["staging"], True)


def test_an_unknown_base_image_is_refused(tmp_path: Path) -> None:
    assert bases(tmp_path, "FROM docker.io/library/python:3.12.13-slim-trixie AS build\nFROM scratch\n") == 1


BREACHES = [
    WorkflowBreach(test_an_image_is_built_after_ci_passed, "build-push", lambda file: file["on"].update(push={})),
    WorkflowBreach(
        test_an_image_is_built_after_ci_passed,
        "build-push",
        with_("build", CHECKOUT, ref="${{ github.sha }}"),
    ),
    WorkflowBreach(
        test_an_image_with_grave_vulnerabilities_is_not_pushed,
        "build-push",
        last("build", TRIVY),
    ),
    WorkflowBreach(
        test_an_image_with_grave_vulnerabilities_is_not_pushed,
        "build-push",
        with_("build", TRIVY, severity="CRITICAL"),
    ),
    WorkflowBreach(
        test_an_image_is_tagged_by_commit_and_by_what_it_passed,
        "build-push",
        run("build", "docker push", lambda step: step.update(run='docker push "$IMAGE:$SHA"')),
    ),
    WorkflowBreach(
        test_an_image_is_tagged_by_commit_and_by_what_it_passed,
        "deploy-staging",
        without("deploy", "promote"),
    ),
    WorkflowBreach(test_images_are_built_from_approved_bases_only, "build-push", last("build", "base-images")),
    WorkflowBreach(test_every_image_goes_to_dev, "deploy-dev", in_job("deploy", lambda job: job.pop("if"))),
    WorkflowBreach(test_every_image_goes_to_dev, "deploy-dev", without("deploy", r"\.ci/smoke")),
    WorkflowBreach(test_every_image_goes_to_dev, "deploy-dev", without("migrate", "deploy migrate")),
    WorkflowBreach(
        test_production_is_deployed_by_hand_with_approval,
        "deploy-prod",
        in_job("deploy", lambda job: job.update(needs=[])),
    ),
    WorkflowBreach(test_what_works_in_dev_goes_to_staging, "deploy-staging", last("deploy", "integration")),
    WorkflowBreach(
        test_what_works_in_dev_goes_to_staging,
        "deploy-staging",
        lambda file: file["on"]["workflow_run"].update(workflows=["Build and push"]),
    ),
    WorkflowBreach(
        test_production_is_deployed_by_hand_with_approval, "deploy-prod", without("deploy", "passed staging")
    ),
    WorkflowBreach(
        test_production_is_deployed_by_hand_with_approval,
        "deploy-prod",
        lambda file: file["on"].update(push={"branches": ["main"]}),
    ),
    WorkflowBreach(test_a_deployment_is_looked_at_afterwards, "deploy-prod", without("deploy", "quiet")),
    WorkflowBreach(
        test_the_running_application_can_be_attacked,
        "deploy-staging",
        in_job("dast", lambda job: job.update(needs=[])),
    ),
]

test_breaches = noticed(BREACHES)
