"""The budget, and the watch on unexpected costs."""

from typing import Any

from components.operations.budget import Budget, BudgetArgs
from components.operations.costs import Costs, CostsArgs
from components.platform.alerts import Alerts
from components.platform.context import Context
from components.platform.part import Part, Parts


def costs(context: Context, parts: Parts) -> Part | None:
    """Build the budget and the anomaly detection of the account's costs."""
    settings, alerts = context.settings, parts.find(Alerts)
    if not alerts:
        return None
    warning, exports = alerts.by_grade["warning"], dict[str, Any]()
    if settings.budget:
        budget = Budget("budget", BudgetArgs(table=settings.budget, topic=warning, **context.common), context.options)
        exports["budget_name"] = budget.name
    if settings.costs:
        monitor = Costs("costs", CostsArgs(table=settings.costs, topic=warning, **context.common), context.options)
        exports["anomaly_monitor_arn"] = monitor.monitor_arn
    return Part(exports=exports)
