"""Examples of the rule graph-api-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.appsync.GraphQLApi("shop", authentication_type="AWS_IAM")


def passes() -> None:
    aws.appsync.GraphQLApi(
        "shop",
        authentication_type="AWS_IAM",
        log_config={
            "cloudwatch_logs_role_arn": "arn:aws:iam::111122223333:role/appsync-logs",
            "field_log_level": "ERROR",
        },
    )
