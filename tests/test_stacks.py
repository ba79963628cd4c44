"""Recordings that tests share: equal runs are recorded once, and another stack file or program is recorded anew."""

from pathlib import Path

import pytest

from preview.recording import Options, RecordedResource, Recording
from tests import stacks


@pytest.fixture
def runs(tmp_path, monkeypatch) -> list[bool]:
    """Of each run that was really made whether it was an update, with a store of recordings that is empty."""
    made: list[bool] = []

    def record_file(file: Path, stack: str, known: bool) -> Recording:
        made.append(known)
        root = RecordedResource(
            "urn", stacks.PROJECT, stack, "", False, False, False, "", None, {}, {}, (), (), {}, Options()
        )
        return Recording(stacks.PROJECT, stack, {}, frozenset(), known, root, {}, (), ())

    monkeypatch.setattr(stacks, "KEPT", tmp_path / "recordings")
    monkeypatch.setattr(stacks, "record_file", record_file)
    return made


def recorded(known: bool = False) -> Recording:
    """As another process would ask, which remembers nothing."""
    return stacks.recorded.__wrapped__("dev", known)


def test_an_equal_run_is_recorded_once(runs):
    assert recorded() == recorded()
    assert runs == [False]


def test_another_kind_of_run_and_another_program_are_recorded_anew(runs, monkeypatch):
    recorded()
    recorded(known=True)
    monkeypatch.setattr(stacks, "_program", lambda: b"another")
    recorded(known=True)
    assert runs == [False, True, True]


def test_another_stack_file_is_recorded_anew(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(stacks, "_program", lambda: b"the same")
    monkeypatch.setattr(stacks, "ROOT", tmp_path)
    for text in ("config: {}\n", "config: {a: b}\n"):
        (tmp_path / "Pulumi.dev.yaml").write_text(text)
        recorded()
    assert runs == [False, False]


def test_a_broken_file_is_recorded_anew(runs):
    recorded()
    [kept] = stacks.KEPT.iterdir()
    kept.write_bytes(kept.read_bytes()[:-3])
    recorded()
    assert runs == [False, False]


def test_what_a_recording_follows_from_is_all_there():
    """Each file that a recording of prod names as the place of a resource is part of the program that is hashed."""
    places = {each.position.partition("#")[0] for each in stacks.recorded("prod", known=False).resources.values()}
    files = {place.removeprefix("project:///") for place in places if place}
    assert files
    packages = {".venv"}  # pinned by requirements.txt
    assert {file.partition("/")[0] for file in files} - packages <= {*stacks.FOLDERS, *stacks.FILES}
