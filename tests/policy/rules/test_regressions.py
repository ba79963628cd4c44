"""The platform's own stacks are clean, and every change of `regressions` made to one is caught by its family."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from guard.crossguard import exemptions
from guard.crossguard.configuration import rule_sets
from guard.crossguard.verdict import JudgementKind, Terms, Verdict, weigh
from guard.model.graph import Resource, Stack
from guard.model.rule import Profile
from guard.rules import RULES
from preview.pack import ask
from tests.policy.changes import resources
from tests.policy.regressions import REGRESSIONS, Regression, changed
from tests.stacks import STACKS, recorded

TODAY = date(2026, 11, 21)
NAMED = ("encrypt-at-rest", "encrypt-in-transit", "data-subnet-public", "sg-to-sg-only")


@cache
def recording_of(stack: str, known: bool) -> dict[str, Resource]:
    return resources(recorded(stack, known))


@cache
def terms(stack: str, profile: Profile, family: str = "") -> Terms:
    """The rules of a family, or all."""
    exempted = exemptions.read(recorded(stack, known=False).config.get(exemptions.KEY), RULES, TODAY)
    rules = [rule for rule in RULES.values() if family in ("", rule.family)]
    return Terms(tuple(rule_sets(rules, profile)), exempted)


def judged(stack: str, found: list[Resource], profile: Profile, family: str = "") -> Verdict:
    return weigh(Stack(found), terms(stack, profile, family))


def blocking(verdict: Verdict) -> set[tuple[str, str]]:
    return {(one.rule.id, one.urn) for one in verdict.of(JudgementKind.VIOLATION)}


@cache
def blocking_before(stack: str, known: bool, profile: Profile, family: str) -> set[tuple[str, str]]:
    return blocking(judged(stack, list(recording_of(stack, known).values()), profile, family))


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("stack", STACKS)
def test_our_stacks_are_clean(stack: str, known: bool) -> None:
    """In the profile that each asks for itself; and nothing that a stack is exempt from is broken elsewhere."""
    configured = recorded(stack, known=False).config.get("guard:profile", "baseline")
    verdict = judged(stack, list(recording_of(stack, known).values()), Profile(configured))
    assert blocking(verdict) == set()
    assert verdict.problems == ()
    assert verdict.unused == ()


@pytest.mark.parametrize("stack", STACKS)
def test_the_pack_says_the_same_over_its_protocol(stack: str) -> None:
    """So that what is shown here of changed stacks holds for the engine."""
    mine = judged(stack, list(recording_of(stack, known=False).values()), Profile.BASELINE)
    recording = recorded(stack, known=False)
    theirs = ask(recording, TODAY)
    assert {(note.rule, note.urn) for note in theirs.exemptions} == {
        (one.rule.id, one.urn) for one in mine.of(JudgementKind.EXEMPTED)
    }
    if "guard:profile" not in recording.config:
        assert {(note.rule, note.urn) for note in theirs.advisories} == {
            (one.rule.id, one.urn) for one in mine.of(JudgementKind.ADVICE)
        }
    assert {note.rule for note in theirs.undecided} == {one.rule.id for one in mine.of(JudgementKind.UNDECIDED)}


@pytest.mark.parametrize("regression", REGRESSIONS, ids=lambda one: one.id)
def test_a_regression_blocks(regression: Regression) -> None:
    """In each of its stacks. At a first preview too: containers are told part by part. Only its family is asked."""
    profile, family = Profile(regression.profile), regression.family
    missed = [
        (stack, "existing" if known else "new")
        for stack in regression.stacks
        for known in (False, True)
        if not blocking(judged(stack, list(changed(recording_of(stack, known), regression.change)), profile, family))
        - blocking_before(stack, known, profile, family)
    ]
    assert missed == []


def test_there_are_enough_and_the_named_duties_block_in_every_profile() -> None:
    assert len({one.id for one in REGRESSIONS}) == len(REGRESSIONS) >= 60
    assert all("prod" in one.stacks for one in REGRESSIONS)
    assert {one.profile for one in REGRESSIONS if one.family in NAMED} == {"baseline"}
    assert {one.family for one in REGRESSIONS} >= set(NAMED)
