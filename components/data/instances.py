"""What a database and its read replicas have in common: the logs that CloudWatch gets, and how RDS watches them."""

from typing import Any

import pulumi
import pulumi_aws as aws

from components.component import Component
from components.log_group import log_group
from settings.tables.data import DatabaseTable


def log_groups(
    owner: Component, table: DatabaseTable, name: str, key: pulumi.Input[str]
) -> list[aws.cloudwatch.LogGroup]:
    """One a log of the instance of that name; that of PostgreSQL has had a shorter name from the beginning."""
    return [
        log_group(
            owner,
            "log" if log == "postgresql" else f"log-{log}",
            f"/aws/rds/instance/{name}/{log}",
            days=table.log_days,
            key=key,
        )
        for log in table.exported
    ]


def insights(table: DatabaseTable, key: pulumi.Input[str]) -> dict[str, Any]:
    """Enhanced monitoring, and Performance Insights where the table asks for them."""
    wanted = table.insights
    return {
        "monitoring_interval": table.monitoring,
        "performance_insights_enabled": wanted,
        "performance_insights_retention_period": 7 if wanted else None,
        "performance_insights_kms_key_id": key if wanted else None,
        "database_insights_mode": "standard",
    }
