"""What the policy pack is told of a stack's costs, for it knows no prices: a policy configuration."""

from collections.abc import Mapping
from typing import Any, Final

from costs.estimate import Estimate
from preview.pack import of_policy
from preview.wire import Object

#: The policies of the pack that may carry its rule on budgets, and what they call the figure: USD a month.
POLICIES: Final = ("budget", "budget-advice")
COST: Final = "monthlyCost"


def told(found: Estimate, settings: Mapping[str, Any]) -> Object:
    """A policy configuration, as `--policy-pack-config` takes it, and in it what a stack costs.

    The figure is the sum that is shown, of all whose price is known. Who sets another one in `settings` is believed.
    """
    return {**settings, **{name: {COST: found.total, **of_policy(settings, name)} for name in POLICIES}}
