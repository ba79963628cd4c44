"""CP-CICD: how infrastructure is previewed, applied and watched for drift."""

import re
from fnmatch import fnmatchcase
from typing import Any

from costs.comment import rows
from costs.estimate import estimate
from costs.usage import assumed
from tests.requirements.expected import requirement
from tests.requirements.workflow_breaches import WorkflowBreach, in_job, noticed, run, with_, without
from tests.requirements.workflows import (
    CHECKOUT,
    CREDENTIALS,
    PULUMI,
    ROLE,
    Workflows,
    assert_strict,
    running,
    using,
)
from tests.stacks import ROOT, recorded


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
    assert running(steps, "^make install$") < running(steps, r"^\.ci/comment offline ")
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
    """Of each stack, beside main's, for which main is checked out too: the preview's document says both in Markdown,
    and the comment has it."""
    steps = flows.steps("preview", "preview")
    offline = running(steps, r'^\.ci/comment offline "\$STACK" offline\.md$')
    part = running(steps, r'^\.ci/comment part "\$STACK" offline\.md >')
    assert running(steps, "^make install$") < offline < part
    assert using(steps, CHECKOUT)["with"]["fetch-depth"] == 2
    asked = (ROOT / ".ci/comment").read_text().partition("\n  offline)\n")[2].partition(";;")[0]
    assert '-m preview "$2"' in asked
    assert "--against HEAD^1" in asked
    assert "--fail" not in asked, "a comment that is over the budget is not a blocked one"


def test_the_comment_and_the_document_name_the_same_costs() -> None:
    total = sum(usd or 0 for usd in rows(estimate(recorded("dev", True), assumed(ROOT, "dev"))).values())
    text = (ROOT / "COST_ESTIMATE.md").read_text()
    assert f"**{total:.2f}**" in text.partition("<!-- generated: costs dev -->")[2].partition("<!-- end -->")[0]


@requirement("CP-DETECT-13")
def test_policies_are_validated_before_deployment(flows: Workflows) -> None:
    """By Access Analyzer, on each pull request; and its findings are read every week. A finding fails the job, and
    keeps neither the preview nor its comment from coming first."""
    steps = flows.steps("preview", "preview")
    check = running(steps, r"^\.ci/validate-policies ")
    assert check > steps.index(using(steps, CREDENTIALS))
    assert check > steps.index(using(steps, PULUMI)) < running(steps, r"^\.ci/comment part ") < check
    assert steps[check]["if"] == "!cancelled()"
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


BREACHES = [
    WorkflowBreach(
        test_a_pull_request_shows_what_it_would_change,
        "preview",
        lambda file: file["on"]["pull_request"]["paths"].remove("settings/**"),
    ),
    WorkflowBreach(test_a_pull_request_shows_what_it_would_change, "preview", with_("preview", PULUMI, command="up")),
    WorkflowBreach(
        test_a_pull_request_shows_what_it_would_cost, "preview", without("preview", r"\.ci/comment offline")
    ),
    WorkflowBreach(
        test_a_pull_request_shows_what_it_would_cost,
        "preview",
        run("preview", r"\.ci/comment part", lambda step: step.update(run=step["run"].replace(" offline.md", ""))),
    ),
    WorkflowBreach(
        test_a_pull_request_shows_what_it_would_cost,
        "preview",
        with_("preview", CHECKOUT, **{"fetch-depth": 1}),
    ),
    WorkflowBreach(test_policies_are_validated_before_deployment, "preview", without("preview", "validate-policies")),
    WorkflowBreach(
        test_main_is_applied_stack_by_stack,
        "up",
        in_job("apply-prod", lambda job: job["needs"].remove("apply-staging")),
    ),
    WorkflowBreach(
        test_main_is_applied_stack_by_stack, "up", in_job("apply-dev", lambda job: job.update({"if": "always()"}))
    ),
    WorkflowBreach(
        test_production_is_applied_after_its_approval,
        "up",
        in_job("apply-prod", lambda job: job.update(environment="prod")),
    ),
    WorkflowBreach(
        test_drift_is_looked_for_every_night,
        "drift",
        with_("drift", PULUMI, **{"expect-no-changes": False}),
    ),
]

test_breaches = noticed(BREACHES)
