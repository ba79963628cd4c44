"""Examples of the rule migration-provider-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.dms.DataProvider(
        "source",
        engine="postgres",
        settings={"postgresql_settings": {"server_name": "db.example.com", "port": 5432, "database_name": "orders"}},
    )


def passes() -> None:
    aws.dms.DataProvider(
        "source",
        engine="postgres",
        settings={
            "postgresql_settings": {
                "server_name": "db.example.com",
                "port": 5432,
                "database_name": "orders",
                "ssl_mode": "require",
            }
        },
    )
