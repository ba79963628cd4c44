"""The table of faults counts a fault as held only when every test that tries it passed."""

import pytest

from tests.faults.table import MARKER, FaultTable, summary


def _report(row, outcome, when="call"):
    return pytest.TestReport("node", ("file", 1, "test"), {}, outcome, None, when, user_properties=[(MARKER, row)])


def test_one_failure_of_several_tests_is_not_held():
    """Whichever comes first; a failing fixture counts as well, a passing one does not."""
    table = FaultTable()
    for row, outcome, when in (
        (("app", "a", "x"), "failed", "call"),
        (("app", "a", "x"), "passed", "call"),
        (("app", "b", "x"), "failed", "setup"),
        (("cache", "a", "x"), "passed", "setup"),
        (("cache", "a", "x"), "passed", "call"),
        (("cache", "b", "x"), "skipped", "call"),
    ):
        table.pytest_runtest_logreport(_report(row, outcome, when))
    assert summary(table.held.items()) == [
        "subject tried  held",
        "app         2     0",
        "cache       2     1",
        "all         4     1",
        "NOT HELD: app: a → x",
        "NOT HELD: app: b → x",
        "NOT HELD: cache: b → x",
    ]


def test_the_whole_table_says_what_was_held():
    assert summary([(("app", "a", "x"), True)], whole=True)[-1] == "held: app: a → x"
