"""What others reported of their tools this pack judges right, while ids are unknown and when they are known."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guard.model.rule import RULES, Profile, read
from tests.policy.engine import EngineRun
from tests.policy.found.reported import REPORTS, Issue

PAGE = Path(__file__).parents[3] / "docs" / "policies" / "tried.md"


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("report", REPORTS, ids=[one.key for one in REPORTS])
def test_a_report(report: Issue, known: bool) -> None:
    answer = EngineRun(profile=Profile.STRICT).preview(report.stack, known=known)
    found = [
        one.message
        for one in answer.diagnostics
        if (rule := RULES.get(read(one.message).rule)) and report.by in (rule.id, rule.family)
    ]
    assert ("violation" if found else "ok") == report.verdict, found


def test_each_is_logged_once_and_no_other() -> None:
    """The page has number, kind and verdict of each."""
    rows = re.findall(r"^\| ([\w-]+) \| (\d+) \| (false \w+) \| `([\w-]+)` \| (\w+) \|", PAGE.read_text(), re.MULTILINE)
    assert sorted(rows) == sorted((one.tool, str(one.number), one.kind, one.by, one.verdict) for one in REPORTS)
    assert len({one.key for one in REPORTS}) == len(REPORTS) > 15
