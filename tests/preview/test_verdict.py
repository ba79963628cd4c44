"""The verdict is the sum of two runs: the first preview, and the update in which every id is known."""

from preview.verdict import Exempted, Note, PackVerdict


def note(rule: str, urn: str = "a", policy: str = "family") -> Note:
    return Note(rule, urn, f"{rule} is broken", "Mend it.", "high", policy)


FIRST = PackVerdict(
    violations=(note("open"),),
    advisories=(note("unused", "", "exemptions-unused"),),
    undecided=(note("image", "", "undecided"), note("role", "", "undecided")),
    profile="strict",
)
LATER = PackVerdict(
    violations=(note("image"), note("open")),
    advisories=(note("advice"),),
    exemptions=(Exempted("key", "b", "it is open", "why", "who", "2027-01-01", ""),),
    undecided=(note("role", "", "undecided"),),
    profile="strict",
)


def test_what_the_update_alone_shows_is_marked_and_blocks():
    """Each finding once; that of both is not marked."""
    found = FIRST.with_update(LATER)
    assert [(each.rule, each.update_only) for each in found.violations] == [("image", True), ("open", False)]
    assert not found.clean
    assert not PackVerdict().with_update(PackVerdict(violations=(note("image"),))).clean


def test_undecided_is_what_neither_run_decides():
    """And an exemption that covers something in the update is not called unused."""
    found = FIRST.with_update(LATER)
    assert [each.rule for each in found.undecided] == ["role"]
    assert [each.rule for each in found.advisories] == ["advice"]
    assert found.exemptions == LATER.exemptions
    assert found.profile == "strict"
