"""Examples of the rule migration-endpoint-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.dms.Endpoint(
        "source",
        endpoint_id="source",
        endpoint_type="source",
        engine_name="postgres",
        secrets_manager_access_role_arn="arn:aws:iam::111122223333:role/dms",
        secrets_manager_arn="arn:aws:secretsmanager:eu-central-1:111122223333:secret:source",
    )


def passes() -> None:
    aws.dms.Endpoint(
        "source",
        endpoint_id="source",
        endpoint_type="source",
        engine_name="postgres",
        secrets_manager_access_role_arn="arn:aws:iam::111122223333:role/dms",
        secrets_manager_arn="arn:aws:secretsmanager:eu-central-1:111122223333:secret:source",
        ssl_mode="require",
    )
