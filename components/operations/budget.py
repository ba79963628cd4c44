"""The budget: what the environment may cost a month."""

from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from settings.tables.operations import BudgetTable


@dataclass(frozen=True, kw_only=True)
class BudgetArgs(Args):
    """The budget's table, and the topic that hears of it."""

    table: BudgetTable
    topic: pulumi.Input[str]  #: ARN


class Budget(Component):
    """A ceiling for the month's costs that warns and stops nothing.

    Creates the budget. It counts what carries the environment's tag, so nothing before `Environment` is a cost
    allocation tag, or the whole account where that is the environment's own.
    """

    name: str  #: physical

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        table = args.table
        self.name = args.names.of("budget")
        warnings = [_warning(args, "ACTUAL", dollars, "ABSOLUTE_VALUE") for dollars in table.at]
        warnings += [_warning(args, "ACTUAL", percent) for percent in table.alerts]
        if table.forecast:
            warnings.append(_warning(args, "FORECASTED", 100))
        tag = f"user:Environment${args.names.environment}"
        aws.budgets.Budget(
            self.child("monthly"),
            name=self.name,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(table.monthly),
            limit_unit="USD",
            cost_filters=[{"name": "TagKeyValue", "values": [tag]}] if table.counts == "environment" else None,
            notifications=warnings,
            tags=self.named(self.name),
            opts=self.owned(),
        )
        self.register_outputs({"name": self.name})


def _warning(args: BudgetArgs, kind: str, threshold: int, of: str = "PERCENTAGE") -> Any:
    return {
        "notification_type": kind,
        "comparison_operator": "GREATER_THAN",
        "threshold": threshold,
        "threshold_type": of,
        "subscriber_sns_topic_arns": [args.topic],
    }
