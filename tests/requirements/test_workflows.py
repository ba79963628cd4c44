"""CP-CICD and CP-DETECT: what GitHub runs, and when. A workflow is proven by what stands in it."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
import yaml

from costs.comment import rows
from tests.requirements.expected import ACCOUNT, requirement
from tests.requirements.reading import document, of
from tests.requirements.workflows import (
    FOLDER,
    Workflows,
    assert_strict,
    running,
    subjects,
    uses,
    using,
    workflows,
)
from tests.stacks import ROOT, recorded

CREDENTIALS = "aws-actions/configure-aws-credentials"
CHECKOUT, PYTHON = "actions/checkout", "actions/setup-python"
PULUMI, SARIF, TRIVY = "pulumi/actions", "github/codeql-action/upload-sarif", "aquasecurity/trivy-action"
ROLE = "arn:aws:iam::${{ vars.AWS_ACCOUNT }}:role/cloudplatform-shared-role-"
ENVIRONMENTS = {"dev": "dev", "staging": "staging", "prod": "production"}  #: what GitHub calls them
URLS = {
    "dev": "https://api.dev.yourname.com",
    "staging": "https://api.staging.yourname.com",
    "prod": "https://api.yourname.com",
}


@pytest.fixture
def flows() -> Workflows:
    return workflows()


# CI.


@requirement("CP-CICD-01")
def test_ci_runs_on_every_change(flows: Workflows) -> None:
    triggers = flows.triggers("ci")
    assert triggers == {"pull_request": {"branches": ["main"]}, "push": {"branches": ["main"]}}
    jobs = flows.files["ci"]["jobs"]
    assert {"lint", "test", "security-scan"} <= jobs.keys()
    for job in jobs.values():
        assert job["runs-on"] == "ubuntu-latest"
        assert "if" not in job


@requirement("CP-CICD-02")
def test_style(flows: Workflows) -> None:
    steps = flows.steps("ci", "lint")
    assert using(steps, PYTHON)["with"]["python-version"] == "3.12"
    running(steps, r"^ruff check \.$")
    running(steps, r"^ruff format --check \.$")


@requirement("CP-CICD-03", "CP-CICD-23")
def test_the_applications_tests(flows: Workflows) -> None:
    """Against real servers; less than 80 % covered fails, and the figures go to Codecov."""
    job, steps = flows.job("ci", "test"), flows.steps("ci", "test")
    images = {name: each["image"].rpartition("/")[2] for name, each in job["services"].items()}
    assert re.match(r"postgres:15\b", images["postgres"])
    assert re.match(r"redis:7\b", images["redis"])
    assert using(steps, PYTHON)["with"]["python-version"] == "3.12"
    command = steps[running(steps, "^pytest ")]["run"].split()
    assert {"--cov=app", "--cov-report=xml", "--cov-fail-under=80"} <= set(command)
    codecov = using(steps, "codecov/codecov-action")
    assert codecov["with"]["files"] == "coverage.xml"
    assert steps.index(codecov) > running(steps, "^pytest ")


@requirement("CP-CICD-04")
def test_known_dangers(flows: Workflows) -> None:
    """Semgrep and Gitleaks fail by themselves; their findings reach GitHub Security even then."""
    steps = flows.steps("ci", "security-scan")
    semgrep = steps[running(steps, "^semgrep ")]["run"]
    assert "--config p/python" in semgrep
    assert "--error" in semgrep
    assert "--sarif" in semgrep
    assert "--report-format sarif" in steps[running(steps, "gitleaks")]["run"]
    sent = {each["with"]["sarif_file"]: each["if"] for each in steps if uses(each, SARIF)}
    assert sent.keys() == {"semgrep.sarif", "gitleaks.sarif"}
    assert all("!cancelled()" in condition for condition in sent.values())
    assert flows.job("ci", "security-scan")["permissions"]["security-events"] == "write"
    history = using(steps, CHECKOUT)["with"]["fetch-depth"]
    assert history == 0


@requirement("CP-CICD-21")
def test_the_policy_pack_judges_every_change(flows: Workflows) -> None:
    """It is what Checkov would be here (N-28): `.ci/run` previews every stack, and a mandatory finding fails it."""
    running(flows.steps("ci", "platform"), r"^\.ci/run$")
    script = (ROOT / ".ci/run").read_text()
    assert "set -euo pipefail" in script
    assert re.search(r"for stack in dev staging prod shared; do\n\s+make preview STACK=\"\$stack\"", script)
    assert "exit 1" in script.split("make preview")[1].split("\n")[0]
    scan = using(flows.steps("security-scan", "scan"), TRIVY)
    assert "misconfig" in scan["with"]["scanners"]
    assert scan["with"]["exit-code"] == "1"


@requirement("CP-CICD-28")
def test_secrets_are_looked_for(flows: Workflows) -> None:
    """In CI over the whole history, and before each commit."""
    running(flows.steps("ci", "security-scan"), "gitleaks.* git ")
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    [gitleaks] = [each for each in hooks if each["repo"].endswith("/gitleaks/gitleaks")]
    assert [each["id"] for each in gitleaks["hooks"]] == ["gitleaks"]
    assert re.fullmatch("[0-9a-f]{40}", gitleaks["rev"])


# Infrastructure.


@requirement("CP-CICD-05")
def test_a_pull_request_shows_what_it_would_change(flows: Workflows) -> None:
    """For all that infrastructure is made of: the pack's verdict, which blocks, and the real preview; one comment."""
    assert flows.triggers("preview").keys() == {"pull_request"}
    paths = flows.triggers("preview")["pull_request"]["paths"]
    for source in (
        "Pulumi.dev.yaml",
        "__main__.py",
        "requirements.txt",
        "components/component.py",
        "settings/names.py",
    ):
        assert any(fnmatchcase(source, path.replace("**", "*")) for path in paths), source
    job, steps = flows.job("preview", "preview"), flows.steps("preview", "preview")
    assert set(job["strategy"]["matrix"]["stack"]) == {"shared", "dev", "staging", "prod"}
    assert running(steps, "^make install$") < running(steps, "preview STACK=")
    assert using(steps, CREDENTIALS)["with"]["role-to-assume"] == f"{ROLE}infrastructure-preview"
    real = using(steps, PULUMI)["with"]
    assert (real["command"], real["policyPacks"]) == ("preview", "policy")
    running(steps, r"^\.ci/comment part ")
    comment = flows.job("preview", "comment")
    assert comment["needs"] == "preview"
    assert comment["permissions"]["pull-requests"] == "write"
    assert ".ci/comment put" in comment["steps"][running(comment["steps"], r"\.ci/comment whole")]["run"]


@requirement("CP-CICD-22")
def test_a_pull_request_shows_what_it_would_cost(flows: Workflows) -> None:
    """Of each stack, beside main's, for which main is checked out too; the comment has it."""
    steps = flows.steps("preview", "preview")
    costs = running(steps, r'^\.ci/costs "\$STACK" \| tee costs\.md$')
    assert (
        running(steps, "^make install$")
        < costs
        < running(steps, r'^\.ci/comment part "\$STACK" offline.txt costs.md >')
    )
    assert using(steps, CHECKOUT)["with"]["fetch-depth"] == 2


def test_the_comment_and_the_document_name_the_same_costs() -> None:
    total = sum(rows(recorded("dev", known=True)).values())
    text = (ROOT / "COST_ESTIMATE.md").read_text()
    assert f"**{total:.2f}**" in text.partition("<!-- generated: costs dev -->")[2].partition("<!-- end -->")[0]


@requirement("CP-DETECT-13")
def test_policies_are_validated_before_deployment(flows: Workflows) -> None:
    """By Access Analyzer, on each pull request; and its findings are read every week."""
    steps = flows.steps("preview", "preview")
    assert running(steps, r"^\.ci/validate-policies ") > steps.index(using(steps, CREDENTIALS))
    runbook = (ROOT / "docs/runbooks/findings.md").read_text()
    weekly = runbook.partition("\n## Every week\n")[2]
    assert "Access Analyzer" in weekly
    assert "Verify" in weekly


APPLIES = {"shared": [], "dev": ["shared"], "staging": ["shared", "dev"], "prod": ["shared", "dev", "staging"]}


@requirement("CP-CICD-12")
def test_main_is_applied_stack_by_stack(flows: Workflows) -> None:
    """In order, each if its part changed; a skipped predecessor is none, a failed one stops the rest (C-37)."""
    assert flows.triggers("up")["push"]["branches"] == ["main"]
    assert set(flows.triggers("preview")["pull_request"]["paths"]) == set(flows.triggers("up")["push"]["paths"])
    for stack, before in APPLIES.items():
        job = flows.job("up", f"apply-{stack}")
        assert job["needs"] == ["changes", *(f"apply-{each}" for each in before)]
        condition = f"!cancelled() && !failure() && needs.changes.outputs.{stack} == 'true'"
        assert job["if"] == condition
        applied = using(job["steps"], PULUMI)["with"]
        assert (applied["command"], applied["stack-name"], applied["policyPacks"]) == ("up", stack, "policy")
    running(flows.steps("up", "changes"), r"\.ci/changed")


@requirement("CP-CICD-13", stacks=["prod"])
def test_production_is_applied_after_its_approval(flows: Workflows) -> None:
    """GitHub's environment holds the job until somebody approves; the role trusts no other place."""
    job = flows.job("up", "apply-prod")
    assert job["environment"] == "production"
    assert using(job["steps"], CREDENTIALS)["with"]["role-to-assume"] == f"{ROLE}infrastructure-prod"
    documented = (ROOT / "docs/delivery.md").read_text()
    assert re.search(r"\| `production` \|[^|]*[Rr]equired reviewers", documented)


@requirement("CP-CICD-17")
def test_drift_is_looked_for_every_night(flows: Workflows) -> None:
    """In every stack, by a refresh that may change nothing; a difference fails the run and opens an issue."""
    [schedule] = flows.triggers("drift")["schedule"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", schedule["cron"])
    job, steps = flows.job("drift", "drift"), flows.steps("drift", "drift")
    assert set(job["strategy"]["matrix"]["stack"]) == {"shared", "dev", "staging", "prod"}
    assert job["strategy"]["fail-fast"] is False
    preview = using(steps, PULUMI)
    assert_strict(preview)
    wanted: dict[str, Any] = {"command": "preview", "refresh": True, "expect-no-changes": True}
    assert {key: preview["with"][key] for key in wanted} == wanted
    told = steps[running(steps, "gh issue create")]
    assert told["if"] == "failure()"
    assert steps.index(told) > steps.index(preview)


# Images.


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
    """Pushed as the commit and as latest; each deployment that worked adds its environment's tag (C-16)."""
    steps = flows.steps("build-push", "build")
    pushed = re.findall(r'docker push "\$IMAGE:([^"]+)"', steps[running(steps, "docker push")]["run"])
    assert pushed == ["$SHA", "latest"]
    for environment in ENVIRONMENTS:
        deploys = flows.steps(f"deploy-{environment}", "deploy")
        promotes = running(deploys, r'^\.ci/deploy promote "\$ENVIRONMENT" "\$TAG"$')
        assert promotes > running(deploys, r"\.ci/deploy wait")
        assert "if" not in deploys[promotes]
    script = (ROOT / ".ci/deploy").read_text()
    assert 'for promoted in "$environment" "$environment-$tag"; do' in script


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


# Deployments.


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
    return order


def assert_follows(flows: Workflows, environment: str, condition: str) -> None:
    """The deployment is of the image that the job before it names."""
    job = flows.job(f"deploy-{environment}", "deploy")
    assert (job["needs"], job["if"]) == ("which", condition)
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
    assert steps[running(steps, r"\.ci/smoke")]["run"].endswith(" /items")


@requirement("CP-CICD-11", stacks=["prod"])
def test_production_is_deployed_by_hand_with_approval(flows: Workflows) -> None:
    """Only from main, and only an image that passed staging (C-38)."""
    assert flows.triggers("deploy-prod").keys() == {"workflow_dispatch"}
    assert flows.triggers("deploy-prod")["workflow_dispatch"]["inputs"]["tag"]["required"] is True
    assert flows.job("deploy-prod", "deploy")["if"] == "github.ref == 'refs/heads/main'"
    order = assert_deploys(flows, "prod")
    steps = flows.steps("deploy-prod", "deploy")
    assert running(steps, r'^\.ci/deploy passed staging "\$TAG"$') < order[1]
    documented = (ROOT / "docs/delivery.md").read_text()
    assert re.search(r"\| `production` \|[^|]*[Rr]equired reviewers", documented)


@requirement("CP-CICD-26", stacks=["dev", "staging", "prod"])
def test_a_deployment_is_looked_at_afterwards(flows: Workflows) -> None:
    """Its critical endpoints from outside, and whether an alarm rings."""
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


# All of them.


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
            role = step["with"]["role-to-assume"].replace("${{ vars.AWS_ACCOUNT }}", ACCOUNT).rpartition("/")[2]
            assert job["permissions"]["id-token"] == "write", (file, name)
            assert not any("access-key" in key for key in step["with"])
            found = subjects(file, job, flows.triggers(file))
            assert found <= places(role), (file, name, role)
            taken.setdefault(role, set()).update(found)
    assert taken == {role: places(role) for role in taken}
    assert set(taken) == set(recorded("shared", True).outputs["delivery_roles"].values())
    texts = " ".join(file.read_text() for file in FOLDER.glob("*.yml"))
    assert not re.search(r"(?i)aws[_-](access[_-]key|secret)", texts)


# What no requirement says, and everybody relies on.


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
        expected = {"preview": True, "ci": "${{ github.event_name == 'pull_request' }}"}.get(file, False)
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
