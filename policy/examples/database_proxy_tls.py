"""Examples of the rule database-proxy-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.rds.Proxy(
        "orders",
        auths=[{"secret_arn": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders"}],
        engine_family="POSTGRESQL",
        role_arn="arn:aws:iam::111122223333:role/proxy",
        vpc_subnet_ids=["subnet-1", "subnet-2"],
    )


def passes() -> None:
    aws.rds.Proxy(
        "orders",
        auths=[{"secret_arn": "arn:aws:secretsmanager:eu-central-1:111122223333:secret:orders"}],
        engine_family="POSTGRESQL",
        require_tls=True,
        role_arn="arn:aws:iam::111122223333:role/proxy",
        vpc_subnet_ids=["subnet-1", "subnet-2"],
    )
