"""Containers are judged part by part in the first preview, though secrets make their text unknown there."""

from datetime import date

from preview.pack import ask
from preview.wire import UNKNOWN
from tests.stack_files import Config, changed

TASK = "aws:ecs/taskDefinition:TaskDefinition"
CONTAINERS = {"container-capabilities", "container-image-pinned", "container-privileged", "container-user", "task-logs"}


def test_a_first_preview_decides_on_containers() -> None:
    """A moving tag is found before anything is made, at the task of its container; nothing of containers is left."""

    def change(tables: Config) -> None:
        tables["cloudplatform:services"]["repo1-api"]["image"]["tag"] = "latest"

    recording = changed("afric-analyzer/staging", change, known=False)
    assert {each["containerDefinitions"] for each in recording.of(TASK)} == {UNKNOWN}
    verdict = ask(recording, date(2026, 3, 1))
    found = {(each.rule, each.urn.rpartition("::")[2]) for each in verdict.violations}
    assert found == {("container-image-pinned", "service-repo1-api-task")}
    assert not CONTAINERS & {each.rule for each in verdict.undecided}
