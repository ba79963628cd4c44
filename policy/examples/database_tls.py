"""Examples of the rule database-tls."""

import pulumi_aws as aws


def fails() -> None:
    group = aws.rds.ParameterGroup("orders", family="postgres16", parameters=[{"name": "rds.force_ssl", "value": "0"}])
    aws.rds.Instance(
        "orders",
        engine="postgres",
        engine_version="16.4",
        instance_class="db.t4g.small",
        parameter_group_name=group.name,
    )


def passes() -> None:
    group = aws.rds.ParameterGroup("orders", family="postgres16", parameters=[{"name": "rds.force_ssl", "value": "1"}])
    aws.rds.Instance(
        "orders",
        engine="postgres",
        engine_version="16.4",
        instance_class="db.t4g.small",
        parameter_group_name=group.name,
    )
