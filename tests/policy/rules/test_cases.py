"""The study's adversarial and near-miss cases, on a new stack (ids unknown) and on an existing one (ids literal)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from guard.crossguard.configuration import rule_sets
from guard.crossguard.levels import UNDECIDED
from guard.model.rule import Profile, read
from guard.rules import RULES
from tests.policy.engine import Declared, Diagnostic, EngineRun, PackAnswer

FILE = Path(__file__).parents[2] / "data" / "policy_cases.yaml"
FAMILIES = {rule.family for rule in RULES.values()}
CASES = [case for case in yaml.load(FILE.read_text(), yaml.CSafeLoader) if case["rule_family"] in FAMILIES]


each_case = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
each_time = pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])


def resources(case: dict[str, Any]) -> list[Declared]:
    return [Declared(one["name"], one["type"], one.get("props", {}), one.get("refs", {})) for one in case["resources"]]


def engine(case: dict[str, Any], profile: Profile) -> EngineRun:
    """An engine that hands every policy of the family the settings of the case that it knows."""
    given = case.get("config", {})
    settings = {
        rule_set.name: {name: given[name] for name in rule_set.parameters if name in given}
        for rule_set in rule_sets(RULES.values(), profile)
        if rule_set.family == case["rule_family"]
    }
    return EngineRun(profile=profile).configure(settings)


def of_family(answer: PackAnswer, family: str) -> list[Diagnostic]:
    return [one for one in answer.diagnostics if (rule := RULES.get(read(one.message).rule)) and rule.family == family]


@each_time
@each_case
def test_case(case: dict[str, Any], known: bool) -> None:
    """In the strict profile every breach blocks, and nothing else does."""
    answer = engine(case, Profile.STRICT).preview(resources(case), known=known)
    verdict = "violation" if answer.violations(case["rule_family"]) else "ok"
    assert verdict == case["verdict"], case["why"]


@each_case
def test_case_in_the_baseline(case: dict[str, Any]) -> None:
    """The same is said in the baseline, of some rules as advice."""
    diagnostics = of_family(engine(case, Profile.BASELINE).preview(resources(case)), case["rule_family"])
    verdict = "violation" if [one for one in diagnostics if one.policy != UNDECIDED] else "ok"
    assert verdict == case["verdict"], case["why"]


@each_case
def test_case_without_recorded_inputs(case: dict[str, Any]) -> None:
    """Rules on the stack decide as well when nothing went through Analyze."""
    family = case["rule_family"]
    recorded = engine(case, Profile.STRICT).preview(resources(case)).violations(family)
    unrecorded = engine(case, Profile.STRICT).preview(resources(case), record=False).violations(family)
    assert unrecorded == [one for one in recorded if one.policy.endswith("-graph")]


@each_case
def test_case_is_decided_at_preview(case: dict[str, Any]) -> None:
    """What could not be decided at a first preview is noted; all else is decided there."""
    diagnostics = of_family(engine(case, Profile.STRICT).preview(resources(case)), case["rule_family"])
    undecided = any(one.policy == UNDECIDED for one in diagnostics)
    assert undecided == case.get("undecided", False), [one.message for one in diagnostics]
