"""The study's adversarial and near-miss cases, on a new stack (ids unknown) and on an existing one (ids literal)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from guard.pack import UNDECIDED
from guard.rule import RULES, read
from tests.policy.engine import Declared, Engine

FILE = Path(__file__).parents[1] / "data" / "policy_cases.yaml"
FAMILIES = {rule.family for rule in RULES.values()}
CASES = [case for case in yaml.load(FILE.read_text(), yaml.CSafeLoader) if case["rule_family"] in FAMILIES]


def resources(case: dict[str, Any]) -> list[Declared]:
    return [Declared(one["name"], one["type"], one.get("props", {}), one.get("refs", {})) for one in case["resources"]]


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case(case: dict[str, Any], known: bool) -> None:
    answer = Engine().preview(resources(case), known=known)
    verdict = "violation" if answer.violations(case["rule_family"]) else "ok"
    assert verdict == case["verdict"], case["why"]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_case_without_recorded_inputs(case: dict[str, Any]) -> None:
    """Rules on the stack decide as well when nothing went through Analyze."""
    family = case["rule_family"]
    recorded = Engine().preview(resources(case)).violations(family)
    unrecorded = Engine().preview(resources(case), record=False).violations(family)
    assert unrecorded == [one for one in recorded if one.policy.endswith("-graph")]


def test_cases_are_decided_at_preview() -> None:
    """No case of these families needs the update to be decided."""
    undecided = [
        (case["id"], one.message)
        for case in CASES
        for one in Engine().preview(resources(case)).of(UNDECIDED)
        if RULES[read(one.message).rule].family == case["rule_family"]
    ]
    assert undecided == []
