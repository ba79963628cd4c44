"""The images' Dockerfiles and pins, read: no Docker is needed, and none is used."""

import json
import re
from pathlib import Path

import pytest

from tests.requirements.systems.shapes import containers
from tests.stacks import BLUEPRINT_STACKS, BLUEPRINTS, ROOT, recorded

#: Those of Python; test_node_images has the others.
DOCKERFILES = sorted(each.with_name("Dockerfile") for each in BLUEPRINTS.glob("*/images/*/requirements.txt"))
dockerfiles = pytest.mark.parametrize("file", DOCKERFILES, ids=lambda file: file.relative_to(BLUEPRINTS).as_posix())
#: The image of each container of the stacks, by system and repository.
IMAGES = {
    ("afric-analyzer", "repo1"): "afric-analyzer/images/repo1",
    ("afric-analyzer", "repo2"): "afric-analyzer/images/repo2",
    ("club-app", "clubapp-backend"): "club-app/images/backend",
}


def instructions(file: Path) -> list[tuple[str, str]]:
    """Each on one line."""
    text = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", file.read_text(), flags=re.M))
    return [(word, rest) for word, _, rest in (line.strip().partition(" ") for line in text.splitlines()) if word]


@dockerfiles
@pytest.mark.requirement("AA-APP-13", stacks=[each for each in BLUEPRINT_STACKS if each.startswith("afric")])
def test_two_stages_of_which_the_last_is_called_production(file: Path) -> None:
    found = [rest.split() for word, rest in instructions(file) if word == "FROM"]
    assert [each[1:] for each in found] == [["AS", "build"], ["AS", "production"]]
    assert len({each[0] for each in found}) == 1


@dockerfiles
def test_it_runs_as_a_number_and_compiles_before(file: Path) -> None:
    """The tasks' root file system is read-only, and their user owns no file."""
    found = instructions(file)
    last = found[[word for word, _ in found].index("FROM", 1) :]
    assert [rest for word, rest in last if word == "USER"] == ["10001:10001"]
    assert any("compileall" in rest for word, rest in found if word == "RUN")
    assert isinstance(json.loads(next(rest for word, rest in last if word == "CMD")), list)


@pytest.mark.parametrize(
    "stack", [each for each in BLUEPRINT_STACKS if each.split("/")[0] in {system for system, _ in IMAGES}]
)
def test_each_container_has_its_image_here(stack: str) -> None:
    """With the port that it listens on, the user, and the program that its health command is."""
    system, seen = stack.split("/", maxsplit=1)[0], set[str]()
    for each in containers(recorded(stack, True)):
        repository = re.sub(r"-(starter|staging)$", "", each["image"].rpartition("/")[2].partition(":")[0])
        seen.add(repository)
        found = dict(instructions(BLUEPRINTS / IMAGES[system, repository] / "Dockerfile"))
        assert each["user"] == found["USER"].partition(":")[0] or each["user"] == found["USER"]
        if each.get("portMappings"):
            assert str(each["portMappings"][0]["containerPort"]) == found["EXPOSE"]
        if each.get("healthCheck"):
            program = each["healthCheck"]["command"][1].split()[0]
            text = (BLUEPRINTS / IMAGES[system, repository] / "Dockerfile").read_text()
            assert f"--no-install-recommends {program} " in text
    assert seen == {name for other, name in IMAGES if other == system}


@dockerfiles
def test_versions_are_pinned_and_those_of_the_sample_application(file: Path) -> None:
    pins = dict(re.findall(r"(?m)^([a-z0-9-]+)==([\w.]+)", (file.parent / "requirements.txt").read_text()))
    lines = [line for line in (file.parent / "requirements.txt").read_text().splitlines() if line[:1] not in ("", "#")]
    assert len(pins) == len(lines) >= 5
    texts = (ROOT / "app/requirements.txt").read_text() + (ROOT / "requirements-dev.txt").read_text()
    ours = dict(re.findall(r"(?m)^([a-z0-9-]+)(?:\[\w+\])?==([\w.]+)", texts))
    assert {name: ours.get(name) for name in pins} == pins
