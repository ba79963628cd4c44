"""Sums of two sides: what a preview shows of each, and what they leave out."""

from dataclasses import replace

import pytest

from differences.compare import differences
from differences.render import change_of, text
from tests.differences.test_compare import side, thing


@pytest.mark.parametrize(("before", "change"), [(None, "-50.00"), (20.0, "not known")])
def test_the_sums_are_those_that_a_preview_shows(before: float | None, change: str) -> None:
    """A row with something unpriced in it has no sum; what else stands in that row is in the sum of all."""
    old = replace(side(rows={"RDS": before, "NAT": 10.0}), total=110.0)
    new = replace(side(rows={"RDS": None, "NAT": 10.0}), total=60.0)
    money = differences(old, new)["money"]
    assert (money["before"], money["after"]) == (110.0, 60.0)
    assert f"\n  110.00 → 60.00 USD a month at list prices: {change}\n" in text(differences(old, new))
    assert change_of(money) == change


def test_where_nothing_has_a_price_no_sum_is_said() -> None:
    """As in a region that the price book lacks: 0.00 would be wrong, and so would "no change"."""
    old, new = (replace(side(thing("store", size=size), rows={"RDS": None}), total=None) for size in (1, 2))
    assert "Money\n  no price is known of either: costs/prices.csv has none of their regions\n" in text(
        differences(old, new)
    )
    priced = replace(new, total=5.0, rows={"RDS": 5.0})
    assert "\n  no price known → 5.00 USD a month at list prices: not known\n" in text(differences(old, priced))


def test_a_sum_without_use_says_so_and_what_to_write() -> None:
    """A copied stack file brings no line in usage.yaml: what it seems to save is what nobody assumes of its use."""
    old = replace(side(rows={"NAT": 33.0}), total=33.0, baseline=32.0)
    said = ("usage.yaml has no line for qa, so the sum holds nothing", "Write into usage.yaml: `qa: {nat: 5}`")
    new = replace(side(rows={"NAT": 32.0}), total=32.0, baseline=32.0, unassumed=said)
    money = differences(old, new)["money"]
    assert money["baseline"] == {"before": 32.0, "after": 32.0}
    assert money["unassumed"] == list(said)
    assert (f"    NAT: -1.00\n  without use, 32.00 → 32.00: no change\n    {said[0]}\n    {said[1]}\n") in text(
        differences(old, new)
    )
    assert "without use" not in text(differences(old, old))
    assert "without use" not in text(differences(new, new))  # the sums are the same
    assert differences(new, new)["money"]["unassumed"] == list(said)
    assert differences(old, new, alone=False)["money"]["unassumed"] == []  # the preview beside it says so


def test_what_scaling_may_add_is_compared_too() -> None:
    """A higher `count.max` changes no resource's price at first, and what the stack may come to."""
    old, new = (replace(side(rows={"NAT": 32.0}), total=32.0, most=most) for most in (40.0, 155.5))
    assert "list prices: no change\n  at most, 40.00 → 155.50: +115.50\n" in text(differences(old, new))
    assert "at most" not in text(differences(old, old))
    assert "at most" not in text(differences(replace(old, most=None), new))
    assert "at most" not in text(differences(old, replace(old, total=33.0, most=41.0)))  # the sum says it
