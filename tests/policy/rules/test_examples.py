"""Each rule has an example that breaks it and one that keeps it, run as programs and shown on the rule's page."""

from __future__ import annotations

import ast
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from guard.cli.catalogue import EXAMPLE, EXAMPLES
from guard.cli.state import read
from guard.crossguard.configuration import rule_sets
from guard.crossguard.verdict import Judgement, JudgementKind, Terms, weigh
from guard.model.graph import Stack
from guard.model.rule import RULES, Profile
from preview.export import export
from preview.recorder import record
from tests.rows import for_each

FILES = {file.stem.replace("_", "-"): file for file in sorted(EXAMPLES.glob("*.py"))}
HERE = sorted(FILES.keys() & RULES.keys())
CONFIG = {"aws:region": "eu-central-1"}
NOT_ASKED = "the rule was not asked: nothing of its types is declared"


def module(rule: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"example_{FILES[rule].stem}", FILES[rule])
    assert spec
    assert spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def judged(program: Callable[[], object], terms: Terms, *, known: bool) -> list[Judgement]:
    """What a rule says of a program, in the profile in which each rule is mandatory."""
    recording = record(program, project="examples", stack="test", config=CONFIG, known=known)
    (state,) = read(json.dumps(export(recording)), "example")
    return list(weigh(Stack(state.resources), terms).judgements)


def test_every_rule_has_its_example_and_every_example_its_rule() -> None:
    assert {"missing": sorted(RULES.keys() - FILES.keys()), "of no rule": sorted(FILES.keys() - RULES.keys())} == {
        "missing": [],
        "of no rule": [],
    }


@pytest.mark.parametrize("rule", HERE)
def test_what_fails_breaks_the_rule_and_what_passes_keeps_it(rule: str) -> None:
    """It is asked, and it can say so at the first preview; with every id known it says the same."""
    example = module(rule)
    policies = tuple(rule_sets([RULES[rule]], Profile.STRICT))
    settings = getattr(example, "SETTINGS", {})  # the rule's parameters, where it needs some
    terms = Terms(policies, properties={policy.name: settings for policy in policies})
    for known in (False, True):
        fails, passes = (judged(program, terms, known=known) for program in (example.fails, example.passes))
        time = "existing" if known else "new"
        assert JudgementKind.VIOLATION in {one.kind for one in fails}, (time, fails or NOT_ASKED)
        assert {one.kind for one in passes} == {JudgementKind.PASSED}, (time, passes or NOT_ASKED)


@for_each(HERE)
def test_an_example_is_short_and_says_whose_it_is(rule: str) -> None:
    tree = ast.parse(Path(FILES[rule]).read_text())
    assert ast.get_docstring(tree) == f"Examples of the rule {rule}."
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert tuple(functions) == EXAMPLE
    lengths = {name: (node.end_lineno or 0) - node.body[0].lineno + 1 for name, node in functions.items()}
    assert {name: length for name, length in lengths.items() if length > 40} == {}
