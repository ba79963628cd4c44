"""TC-CICD: the runbook of deployments says how a new version is taken back, and names what there is."""

import pytest

from tests.requirements.expected import requirement
from tests.requirements.page_breaches import PageBreach, edit, gone, noticed
from tests.requirements.pages import Pages
from tests.requirements.reading import of
from tests.requirements.test_runbooks import PARTS_OF_A_RUNBOOK
from tests.stacks import BLUEPRINT_STACKS, recorded

PAGE = "blueprints/techcorp/docs/runbooks/deployments.md"
TECHCORP = [each for each in BLUEPRINT_STACKS if each.startswith("techcorp/")]


@requirement("TC-CICD-13")
@pytest.mark.parametrize("stack", TECHCORP)
def test_back_to_blue_investigate_fix_redeploy(written: Pages, stack: str) -> None:
    """In the ledger's order, with the names that the stack has."""
    assert list(written.sections(PAGE)) == PARTS_OF_A_RUNBOOK
    text = written.sections(PAGE)["Procedure"].partition("### A new version was taken back")[2]
    steps = [text.index(word) for word in ("All traffic is on blue", "Investigate", "Fix it", "Redeploy")]
    assert steps == sorted(steps)
    by_hand = written.sections(PAGE)["Procedure"].partition("### Go back to blue by hand")[2]
    assert "stop-service-deployment" in by_hand
    assert "--stop-type ROLLBACK" in by_hand
    environment = stack.rpartition("/")[2]
    names = {str(each["name"]) for each in of(recorded(stack, True), "codepipeline.Pipeline")}
    assert names <= {f"techcorp-{environment}-pipeline-services"}


BREACHES = [
    PageBreach(test_back_to_blue_investigate_fix_redeploy, gone(PAGE), {"stack": "techcorp/production"}),
    PageBreach(
        test_back_to_blue_investigate_fix_redeploy,
        edit(PAGE, "--stop-type ROLLBACK", "--stop-type ABORT"),
        {"stack": "techcorp/production"},
    ),
]
test_breaches = noticed(BREACHES)
