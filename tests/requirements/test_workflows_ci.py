"""CP-CICD: what CI checks on every change."""

import re

import yaml

from tests.requirements.expected import requirement
from tests.requirements.workflow_breaches import WorkflowBreach, in_job, noticed, run, without
from tests.requirements.workflows import (
    CHECKOUT,
    PYTHON,
    SARIF,
    TRIVY,
    Workflows,
    running,
    uses,
    using,
)
from tests.stacks import ROOT


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
    assert "Pulumi.*.yaml blueprints/*/Pulumi.*.yaml |" in script
    assert re.search(r'-m preview --out \S+ "\$\{stacks\[@\]\}" \|\| \{ .*; exit 1; \}', script)
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


BREACHES = [
    WorkflowBreach(test_ci_runs_on_every_change, "ci", lambda file: file["on"].pop("push")),
    WorkflowBreach(test_ci_runs_on_every_change, "ci", in_job("lint", lambda job: job.update({"if": "false"}))),
    WorkflowBreach(test_style, "ci", without("lint", r"format --check")),
    WorkflowBreach(test_the_applications_tests, "ci", in_job("test", lambda job: job["services"].pop("redis"))),
    WorkflowBreach(
        test_the_applications_tests,
        "ci",
        run("test", "^pytest", lambda step: step.update(run=step["run"].replace("=80", "=8"))),
    ),
    WorkflowBreach(
        test_the_applications_tests,
        "ci",
        run("test", "^pytest", lambda step: step.update({"continue-on-error": True})),
    ),
    WorkflowBreach(
        test_known_dangers,
        "ci",
        run("security-scan", "^semgrep", lambda step: step.update(run=step["run"].replace("--error ", ""))),
    ),
    WorkflowBreach(
        test_known_dangers,
        "ci",
        run("security-scan", "gitleaks", lambda step: step.update(run=f"{step['run']} || true")),
    ),
    WorkflowBreach(test_the_policy_pack_judges_every_change, "ci", without("platform", r"\.ci/run")),
    WorkflowBreach(test_secrets_are_looked_for, "ci", without("security-scan", "gitleaks")),
]

test_breaches = noticed(BREACHES)
