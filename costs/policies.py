"""A policy configuration with a stack's costs: the policy pack knows no prices itself."""

from collections.abc import Mapping
from typing import Any, Final

from costs.estimate import Estimate
from preview.pack import of_policy
from preview.wire import Object

#: The policies of the pack that may carry its rule on budgets, and what they call the figure: USD a month.
POLICIES: Final = ("budget", "budget-advice")
COST: Final = "monthlyCost"


def told(found: Estimate, settings: Mapping[str, Any]) -> Object:
    """A configuration for `--policy-pack-config` that tells the pack what a stack costs.

    The figure is the sum of everything with a known price. A figure in `settings` overrides it.
    """
    return {**settings, **{name: {COST: found.total, **of_policy(settings, name)} for name in POLICIES}}
