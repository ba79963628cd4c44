"""TC-CICD, WP-CICD: how a change of a system reaches its production, by this repository's workflows and ruleset."""

import json
import subprocess
from typing import Any

from tests.requirements.expected import requirement
from tests.requirements.workflow_breaches import WorkflowBreach, in_job, noticed, with_, without
from tests.requirements.workflows import PULUMI, Workflows, running, using
from tests.stacks import BLUEPRINT_STACKS, ROOT, recorded

TECHCORP = [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")]
WEB = ["web-platform/staging", "web-platform/production"]
STAGING = "vars.AWS_ROLE != '' && matrix.stack == 'staging'"


def rules() -> dict[str, Any]:
    """What protects main, by kind."""
    found = json.loads((ROOT / ".github/rulesets/main.json").read_text())
    assert (found["enforcement"], found["bypass_actors"]) == ("active", [])
    return {each["type"]: each.get("parameters", {}) for each in found["rules"]}


def order(system: str) -> list[str]:
    """The stacks of a system, as the workflows go through them."""
    done = subprocess.run([".ci/systems"], cwd=ROOT, capture_output=True, text=True, check=True)
    rows = json.loads(done.stdout.splitlines()[0].removeprefix("stacks="))
    return [row["stack"] for row in rows if row["system"] == system]


def assert_promoted(flows: Workflows, system: str) -> None:
    """From main alone, one stack after the other; staging's tests before production, and what fails stops the rest."""
    assert flows.triggers("systems-up").keys() == {"push", "workflow_dispatch"}
    assert flows.triggers("systems-up")["push"]["branches"] == ["main"]
    assert flows.job("systems-up", "stacks")["if"] == "github.ref == 'refs/heads/main'"
    job = flows.job("systems-up", "apply")
    assert (job["strategy"]["max-parallel"], job["strategy"]["fail-fast"]) == (1, True)
    assert job["environment"] == "${{ matrix.system }}-${{ matrix.stack }}"
    update = job["steps"].index(using(job["steps"], PULUMI))
    tests = running(job["steps"], r"pytest tests/acceptance/test_staging\.py -m deployed --system .* --stack ")
    assert update < tests
    assert job["steps"][tests]["if"] == STAGING
    found = order(system)
    assert all(found.index("staging") < found.index(each) for each in found if each.startswith("production"))
    assert "development" not in found or found.index("development") < found.index("staging")


@requirement("TC-CICD-17", stacks=TECHCORP)
def test_a_review_and_staging_come_before_production(flows: Workflows) -> None:
    """Nobody's change reaches main unread or untested, and main reaches staging first."""
    found = rules()
    assert found["pull_request"]["required_approving_review_count"] >= 1
    checks = {each["context"] for each in found["required_status_checks"]["required_status_checks"]}
    assert checks <= flows.files["ci"]["jobs"].keys()
    assert "platform" in checks
    assert_promoted(flows, "techcorp")


@requirement("TC-CICD-18", stacks=TECHCORP)
def test_what_somebody_changed_by_hand_is_found_every_night(flows: Workflows) -> None:
    """Each stack is compared with AWS; a difference opens an issue. No change has another way than through main."""
    assert {"deletion", "non_fast_forward", "pull_request"} <= rules().keys()
    assert flows.triggers("systems-drift")["schedule"]
    job = flows.job("systems-drift", "drift")
    assert job["strategy"] == {
        "fail-fast": False,
        "matrix": {"include": "${{ fromJSON(needs.stacks.outputs.stacks) }}"},
    }
    told = using(job["steps"], PULUMI)["with"]
    assert (told["command"], told["refresh"], told["expect-no-changes"]) == ("preview", True, True)
    assert job["steps"][running(job["steps"], "gh issue create")]["if"] == "failure()"
    assert {f"techcorp/{each}" for each in order("techcorp")} == {*TECHCORP}


@requirement("WP-CICD-02", stacks=WEB)
def test_staging_stands_before_production(flows: Workflows) -> None:
    assert_promoted(flows, "web-platform")


@requirement("WP-CICD-03", stacks=WEB)
def test_a_pull_request_is_read_and_tested(flows: Workflows) -> None:
    """The checks that main requires run on each pull request, unit tests among them, beside a preview of each stack."""
    found = rules()
    assert "pull_request" in flows.triggers("ci")
    assert "blueprints/**" in flows.triggers("systems-preview")["pull_request"]["paths"]
    running(flows.steps("systems-preview", "preview"), r"\.ci/comment offline ")
    running(flows.steps("ci", "platform"), r"\.ci/run")
    assert {"platform", "test"} <= {
        each["context"] for each in found["required_status_checks"]["required_status_checks"]
    }
    assert found["pull_request"]["require_last_push_approval"]


@requirement("WP-CICD-04", stacks=["web-platform/staging"])
def test_staging_is_whole_and_tested(flows: Workflows) -> None:
    """It has every kind of resource that production has, and its integration tests run after each update."""
    kinds = [{each.type for each in recorded(stack, True).resources.values()} for stack in WEB]
    assert kinds[1] - kinds[0] == set()
    assert_promoted(flows, "web-platform")


BREACHES = [
    WorkflowBreach(
        test_a_review_and_staging_come_before_production,
        "systems-up",
        in_job("apply", lambda job: job["strategy"].update({"fail-fast": False})),
    ),
    WorkflowBreach(
        test_what_somebody_changed_by_hand_is_found_every_night, "systems-drift", with_("drift", PULUMI, refresh=False)
    ),
    WorkflowBreach(
        test_staging_stands_before_production,
        "systems-up",
        in_job("apply", lambda job: job["strategy"].update({"max-parallel": 2})),
    ),
    WorkflowBreach(test_a_pull_request_is_read_and_tested, "ci", without("platform", r"\.ci/run")),
    WorkflowBreach(test_staging_is_whole_and_tested, "systems-up", without("apply", "test_staging")),
]
test_breaches = noticed(BREACHES)
