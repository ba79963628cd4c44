"""No test is left out: whatever looks like a test is collected."""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.conftest import CLAIMED, COLLECTED, WRITTEN
from tests.requirements.ledger import AREAS, DEPLOYED, SYSTEM, ledger, waiting
from tests.stacks import ROOT


def _written(places: Iterable[Path]) -> Counter[str]:
    """The tests that stand in files, by node id; a name that stands twice in a file is two."""
    files = {file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))}
    return Counter(node for file in sorted(files) for node in _tests(file))


def _tests(file: Path) -> Iterator[str]:
    prefix = file.relative_to(ROOT).as_posix()
    for statement in ast.parse(file.read_text()).body:
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith("test"):
            yield f"{prefix}::{statement.name}"
        if isinstance(statement, ast.ClassDef) and statement.name.startswith("Test"):
            for member in statement.body:
                if isinstance(member, ast.FunctionDef) and member.name.startswith("test"):
                    yield f"{prefix}::{statement.name}::{member.name}"


def test_every_test_is_collected(request: pytest.FixtureRequest) -> None:
    """Wherever a file stands below what this run was given, and whatever it is called; and no test hides another of
    the same name. Of all tests it is true when all tests are run."""
    config = request.config
    given = [(config.invocation_params.dir / arg).resolve() for arg in config.args if "::" not in arg]
    places = [ROOT / "tests", ROOT / "app/tests"]
    tests = [each for place in given for each in (places if ROOT.is_relative_to(place) else [place])]
    written = _written(place for place in tests if place.exists())
    assert sorted(written.keys() - config.stash[COLLECTED]) == []
    assert [node for node, times in written.items() if times > 1] == []


def test_the_scan_sees_what_pytest_would_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build/case.py").write_text(
        "def test_a(): pass\ndef test_a(): pass\nclass TestB:\n  def test_c(self): pass\n"
    )
    assert _written([tmp_path]) == {"build/case.py::test_a": 2, "build/case.py::TestB::test_c": 1}


def test_every_requirement_of_the_built_areas_is_claimed_or_waits(request: pytest.FixtureRequest) -> None:
    """A proof that is deleted is missed; a reason to wait that is outlived is, too."""
    if not request.config.pluginmanager.get_plugin("requirement-tracer").scope():
        pytest.skip("only a whole run can tell")
    wanted = {
        (each.id, stack)
        for each in ledger().values()
        if each.system == SYSTEM and each.area in AREAS
        for stack in each.stacks
    }
    assert wanted - request.config.stash[CLAIMED] == waiting().keys() & wanted


@pytest.mark.requirement("WP-CICD-05", stacks=["web-platform/production"], kind="recorded")
def test_every_must_of_every_system_is_claimed_or_waits(request: pytest.FixtureRequest) -> None:
    """In each of its stacks, web-platform's production among them; the claims are kept by the tests that make them."""
    if not request.config.pluginmanager.get_plugin("requirement-tracer").scope():
        pytest.skip("only a whole run can tell")
    wanted = {(each.id, stack) for each in ledger().values() if each.must for stack in each.stacks}
    assert {pair for pair in wanted if pair[0].startswith("WP-") and pair[1] == "production"}
    assert wanted - request.config.stash[CLAIMED] == waiting().keys() & wanted


def test_what_wants_a_deployed_stack_is_written(request: pytest.FixtureRequest) -> None:
    """Whatever waits for one has a test that can be run against it, and whatever has one waits."""
    written = request.config.stash[WRITTEN]
    if not written:
        pytest.skip("only a run with tests/acceptance can tell")
    areas = {pair for pair in written if ledger()[pair[0]].area in AREAS}
    assert areas == {pair for pair, why in waiting().items() if why == DEPLOYED}
