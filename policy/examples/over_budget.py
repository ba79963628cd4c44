"""Examples of the rule over-budget."""

import pulumi_aws as aws

# As `./cloudplatform costs STACK --policy-pack-config FILE` writes it: {"budget-advice": {"monthlyCost": 640.61}}
SETTINGS = {"monthlyCost": 640.61}


def fails() -> None:
    aws.budgets.Budget("prod", budget_type="COST", time_unit="MONTHLY", limit_amount="600", limit_unit="USD")


def passes() -> None:
    aws.budgets.Budget("prod", budget_type="COST", time_unit="MONTHLY", limit_amount="700", limit_unit="USD")
