"""Examples of the rule warehouse-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.redshiftserverless.Workgroup(
        "reports",
        namespace_name="reports",
        workgroup_name="reports",
        config_parameters=[{"parameter_key": "require_ssl", "parameter_value": "false"}],
    )


def passes() -> None:
    aws.redshiftserverless.Workgroup(
        "reports",
        namespace_name="reports",
        workgroup_name="reports",
        config_parameters=[{"parameter_key": "require_ssl", "parameter_value": "true"}],
    )
