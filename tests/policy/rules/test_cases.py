"""The study's adversarial and near-miss cases, on a new stack (ids unknown) and on an existing one (ids literal)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from guard.crossguard.configuration import Chosen, rule_sets
from guard.crossguard.levels import UNDECIDED
from guard.crossguard.pack import policies
from guard.model.rule import Profile, Rule, read
from guard.rules import RULES
from tests.policy.engine import TODAY, Declared, Diagnostic, EngineRun, PackAnswer

FILE = Path(__file__).parents[2] / "data" / "policy_cases.yaml"
FAMILIES = {rule.family for rule in RULES.values()}
CASES = [case for case in yaml.load(FILE.read_text(), yaml.CSafeLoader) if case["rule_family"] in FAMILIES]


each_case = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


def resources(case: dict[str, Any]) -> list[Declared]:
    return [Declared(one["name"], one["type"], one.get("props", {}), one.get("refs", {})) for one in case["resources"]]


@cache
def carried(family: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in RULES.values() if rule.family == family)


def engine(case: dict[str, Any], profile: Profile) -> EngineRun:
    """An engine with the rules of the case's family, and with those settings of the case that each policy knows.

    The whole pack is asked of every case in `tests/policy/cli/test_check.py`.
    """
    given, rules = case.get("config", {}), carried(case["rule_family"])
    settings = {
        rule_set.name: {name: given[name] for name in rule_set.parameters if name in given}
        for rule_set in rule_sets(rules, profile)
    }
    return EngineRun(policies(today=TODAY, rules=rules, chosen=Chosen(profile))).configure(settings)


def of_family(answer: PackAnswer, family: str) -> list[Diagnostic]:
    return [one for one in answer.diagnostics if (rule := RULES.get(read(one.message).rule)) and rule.family == family]


@each_case
def test_case(case: dict[str, Any]) -> None:
    """Of a new stack and of an existing one; in the strict profile every breach blocks, and nothing else does.

    Rules on the stack decide as well when nothing went through Analyze. What could not be decided at a first preview
    is noted; all else is decided there.
    """
    family, stack = case["rule_family"], resources(case)
    new = engine(case, Profile.STRICT).preview(stack)
    existing = engine(case, Profile.STRICT).preview(stack, known=True)
    for time, answer in {"new": new, "existing": existing}.items():
        verdict = "violation" if answer.violations(family) else "ok"
        assert verdict == case["verdict"], (time, case["why"])

    unrecorded = engine(case, Profile.STRICT).preview(stack, record=False).violations(family)
    assert unrecorded == [one for one in new.violations(family) if one.policy.endswith("-graph")]

    diagnostics = of_family(new, family)
    undecided = any(one.policy == UNDECIDED for one in diagnostics)
    assert undecided == case.get("undecided", False), [one.message for one in diagnostics]


@each_case
def test_case_in_the_baseline(case: dict[str, Any]) -> None:
    """The same is said in the baseline, of some rules as advice."""
    diagnostics = of_family(engine(case, Profile.BASELINE).preview(resources(case)), case["rule_family"])
    verdict = "violation" if [one for one in diagnostics if one.policy != UNDECIDED] else "ok"
    assert verdict == case["verdict"], case["why"]
