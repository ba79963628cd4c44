"""AWS Budgets: how much a budget lets a stack cost a month.

The pack's rule and whoever shows costs beside a budget ask here, so that both speak of the same limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple, cast

from guard.model.graph import ABSENT, UNKNOWN, dig, items

BUDGET: Final = "aws:budgets/budget:Budget"

#: What a budget must be to be a ceiling of a month's costs in USD. Of a day, a quarter or a year it says nothing of a
#: month; of hours or gigabytes, or in another currency, nothing of USD.
_CEILING: Final = {"budgetType": "COST", "timeUnit": "MONTHLY", "limitUnit": "USD"}
#: Filters by which it still counts a whole stack; by a service or a kind of use it counts a part.
_WHOLE: Final = frozenset({"TagKeyValue", "LinkedAccount"})


class MonthlyLimit(NamedTuple):
    """USD that a budget allows a month; None where it is no such ceiling, or hangs on properties that are unknown."""

    usd: float | None
    unknown: tuple[str, ...] = ()


def monthly_limit(budget: Mapping[str, Any]) -> MonthlyLimit:
    """What a budget allows, of its properties as plain data (`guard.model.graph.plain`)."""
    found = {name: dig(budget, name) for name in (*_CEILING, "limitAmount")}
    unknown = [name for name, value in found.items() if value is UNKNOWN]
    if any(found[name] not in (wanted, UNKNOWN) for name, wanted in _CEILING.items()):
        return MonthlyLimit(None)
    for name, filters in (("costFilters", _by_filters(budget)), ("filterExpression", _by_expression(budget))):
        if filters is False:
            return MonthlyLimit(None)
        unknown += [name] if filters is None else []
    if unknown:
        return MonthlyLimit(None, tuple(unknown))
    return MonthlyLimit(_amount(found["limitAmount"]))


def _by_filters(budget: Mapping[str, Any]) -> bool | None:
    """Whether its filters leave a stack whole; None if nobody knows."""
    names = [each if each is UNKNOWN else dig(each, "name") for each in items(dig(budget, "costFilters"))]
    if any(each not in _WHOLE for each in names if each is not UNKNOWN):
        return False
    return None if UNKNOWN in names else True


def _by_expression(budget: Mapping[str, Any]) -> bool | None:
    """The same of the expression that may stand instead of filters: one that asks for a tag and no more."""
    found = dig(budget, "filterExpression")
    if found is ABSENT:
        return True
    parts = cast(dict[str, Any], found) if isinstance(found, dict) else {"": UNKNOWN}
    others = [value for name, value in parts.items() if name != "tags" and value not in (None, [])]
    return None if others and all(each is UNKNOWN for each in others) else not others


def _amount(value: Any) -> float | None:
    """An amount, which AWS takes as text; None of a budget whose limit AWS or a plan sets each month."""
    try:
        return None if value is ABSENT else float(value)
    except (TypeError, ValueError):
        return None  # AWS refuses it
