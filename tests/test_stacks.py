"""Recordings that tests share: equal runs are recorded once, and another stack file or program is recorded anew."""

from dataclasses import replace

import pytest

from preview.recording import Options, RecordedResource, Recording
from tests import stacks


@pytest.fixture
def runs(tmp_path, monkeypatch) -> list[str]:
    """The stack of each run that was really made, with a store of recordings that is empty."""
    made: list[str] = []

    def run_both(stack: str) -> tuple[Recording, Recording]:
        made.append(stack)
        root = RecordedResource(
            "urn", stacks.PROJECT, stack, "", False, False, False, "", None, {}, {}, (), (), {}, Options()
        )
        early = Recording(stacks.PROJECT, stack, {}, frozenset(), False, root, {}, (), ())
        return early, replace(early, known=True)

    monkeypatch.setattr(stacks, "KEPT", tmp_path / "recordings")
    monkeypatch.setattr(stacks, "open_stack", lambda name, file, folder: name)
    monkeypatch.setattr(stacks, "run_both", run_both)
    return made


def recorded(known: bool = False) -> Recording:
    """As another process would ask, which remembers nothing."""
    return stacks.recorded.__wrapped__("dev", known)


def test_an_equal_run_is_recorded_once(runs):
    """One run is both, the first preview and the update."""
    assert recorded() == recorded()
    assert (recorded().known, recorded(known=True).known) == (False, True)
    assert runs == ["dev"]


def test_another_program_is_recorded_anew(runs, monkeypatch):
    recorded()
    monkeypatch.setattr(stacks, "_program", lambda: b"another")
    recorded(known=True)
    assert runs == ["dev", "dev"]


def test_another_stack_file_is_recorded_anew(runs, tmp_path, monkeypatch):
    monkeypatch.setattr(stacks, "_program", lambda: b"the same")
    monkeypatch.setattr(stacks, "ROOT", tmp_path)
    for text in ("config: {}\n", "config: {a: b}\n"):
        (tmp_path / "Pulumi.dev.yaml").write_text(text)
        recorded()
    assert runs == ["dev", "dev"]


def test_a_broken_file_is_recorded_anew(runs):
    recorded()
    for kept in stacks.KEPT.iterdir():
        kept.write_bytes(kept.read_bytes()[:-3])
    recorded()
    assert runs == ["dev", "dev"]


def test_what_a_recording_follows_from_is_all_there():
    """Each file that a recording of prod names as the place of a resource is part of the program that is hashed."""
    places = {each.position.partition("#")[0] for each in stacks.recorded("prod", known=False).resources.values()}
    files = {place.removeprefix("project:///") for place in places if place}
    assert files
    packages = {".venv"}  # pinned by requirements.txt
    assert {file.partition("/")[0] for file in files} - packages <= {*stacks.FOLDERS, *stacks.FILES}
