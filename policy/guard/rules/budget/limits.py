"""What a stack costs, as whoever asks the pack computed it, beside what its budgets allow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.budgets import BUDGET, monthly_limit
from guard.model.graph import Finding, Resource
from guard.model.rule import EnforcementLevel, Parameter, Severity, rule

FAMILY: Final = "budget"

COST: Final = Parameter(
    "monthlyCost",
    {
        "type": "number",
        "minimum": 0,
        "description": "What the stack costs, in USD a month; 0 where nobody has computed it.",
    },
    default=0,
)


@rule(
    "over-budget",
    family=FAMILY,
    on=BUDGET,
    severity=Severity.MEDIUM,
    level=EnforcementLevel.ADVISORY,
    parameters=(COST,),
    why="A budget warns when the money is spent already; what a stack costs a month can be told before it is there.",
    fix="Make the stack smaller, or decide that it may cost so much and raise limit_amount.",
)
def over_budget(budget: Resource, *, monthly_cost: float) -> Iterator[Finding]:
    """The pack has no prices: it is told what the stack costs (`monthlyCost`), or says nothing.

    A budget is compared if it limits costs, each month, in USD, of all that a stack has: filtered by a tag or an
    account, or not at all. What it allows in a day, a quarter or a year, or of one service, says nothing of the stack's
    month; neither does a limit that AWS or a plan sets each month.
    """
    if not monthly_cost:
        return
    limit = monthly_limit(budget.inputs)
    for name in limit.unknown:
        yield budget.undecided(name)
    if limit.usd is not None and monthly_cost > limit.usd:
        over = f"the stack costs {monthly_cost:.2f}, {monthly_cost - limit.usd:.2f} more"
        yield budget.finding(f"allows {limit.usd:.2f} USD a month: {over}", at="limitAmount")
