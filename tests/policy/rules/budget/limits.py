"""Rows of the family budget: a stack that costs 640.61 USD a month, and budgets of every kind."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, Verdict, r, unknown
from tests.policy.engine import Declared

COSTS = {"monthlyCost": 640.61}
SERVICE = {"name": "Service", "values": ["Amazon Relational Database Service"]}
TAG = {"name": "TagKeyValue", "values": ["user:Environment$prod"]}
TAGGED = {"tags": {"key": "Environment", "values": ["prod"]}}


def budget(name: str = "it", *, refs: dict[str, str] | None = None, **changes: Any) -> Declared:
    """A budget of 600 USD a month; None leaves a property out."""
    good = {"budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "600", "limitUnit": "USD", **changes}
    hidden = refs or {}
    props = {key: value for key, value in good.items() if value is not None and key not in hidden}
    return r("budgets/budget:Budget", name, refs=refs, **props)


def costs(verdict: Verdict, about: str, *stack: Declared) -> Row:
    return Row("over-budget", verdict, about, stack, COSTS)


ROWS = [
    costs("breach", "less than it costs", budget()),
    costs("ok", "as much as it costs", budget(limitAmount="640.61")),
    costs("breach", "a cent less", budget(limitAmount="640.60")),
    costs("ok", "more than it costs", budget(limitAmount="700")),
    costs("ok", "no budget", OTHER),
    Row("over-budget", "ok", "nobody told what it costs", (budget(),)),
    Row("over-budget", "ok", "nobody told, and the limit is unknown", (OTHER, budget(refs=unknown("limitAmount")))),
    Row("over-budget", "ok", "it costs nothing", (budget(limitAmount="0"),), {"monthlyCost": 0}),
    costs("ok", "two that allow it", budget("one", limitAmount="700"), budget("two", limitAmount="800")),
    costs("breach", "the lesser of two", budget("one", limitAmount="700"), budget("two")),
    costs("breach", "beside one whose limit is unknown", OTHER, budget("one"), budget(refs=unknown("limitAmount"))),
    costs("ok", "of a quarter", budget(timeUnit="QUARTERLY")),
    costs("ok", "of a year", budget(timeUnit="ANNUALLY")),
    costs("ok", "of a day", budget(timeUnit="DAILY", limitAmount="20")),
    costs("ok", "in another currency", budget(limitUnit="EUR")),
    costs("ok", "of a quantity", budget(budgetType="USAGE", limitUnit="GB")),
    costs("ok", "of a reservation's use", budget(budgetType="RI_UTILIZATION", limitUnit="PERCENTAGE")),
    costs("ok", "planned month by month", budget(limitAmount=None, limitUnit=None)),
    costs("ok", "AWS sets its limit", budget(limitAmount=None, autoAdjustData={"autoAdjustType": "HISTORICAL"})),
    costs("ok", "no amount", budget(limitAmount="a lot")),
    costs("breach", "of what has a tag", budget(costFilters=[TAG])),
    costs("breach", "of an account", budget(costFilters=[{"name": "LinkedAccount", "values": ["111122223333"]}])),
    costs("ok", "of one service", budget(costFilters=[SERVICE])),
    costs("ok", "of one service that has a tag", budget(costFilters=[TAG, SERVICE])),
    costs("breach", "of what has a tag, as an expression", budget(filterExpression=TAGGED)),
    costs("ok", "of one service, as an expression", budget(filterExpression={"dimensions": {"key": "SERVICE"}})),
    *(
        costs("undecided", f"an unknown {name}", OTHER, budget(refs=unknown(name)))
        for name in ("budgetType", "timeUnit", "limitAmount", "limitUnit", "costFilters", "filterExpression")
    ),
    costs("undecided", "an unknown filter", OTHER, budget(refs=unknown("costFilters[0].name"))),
    costs("breach", "of an unknown tag", OTHER, budget(refs=unknown("filterExpression.tags.key"))),
    costs("undecided", "an unknown part of an expression", OTHER, budget(refs=unknown("filterExpression.dimensions"))),
    costs("ok", "of a year, whose limit is unknown", OTHER, budget(timeUnit="ANNUALLY", refs=unknown("limitAmount"))),
    costs("ok", "of one service, whose limit is unknown", OTHER,
          budget(costFilters=[SERVICE], refs=unknown("limitAmount"))),
]  # fmt: skip
