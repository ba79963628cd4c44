"""Examples of the rule dashboard-source-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.quicksight.DataSource(
        "orders",
        data_source_id="orders",
        parameters={"postgresql": {"database": "orders", "host": "db.example.com", "port": 5432}},
        ssl_properties={"disable_ssl": True},
        type="POSTGRESQL",
    )


def passes() -> None:
    aws.quicksight.DataSource(
        "orders",
        data_source_id="orders",
        parameters={"postgresql": {"database": "orders", "host": "db.example.com", "port": 5432}},
        type="POSTGRESQL",
    )
