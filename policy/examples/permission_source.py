"""Examples of the rule permission-source."""

import pulumi_aws as aws


def fails() -> None:
    aws.lambda_.Permission(
        "resize",
        action="lambda:InvokeFunction",
        function="resize",
        principal="s3.amazonaws.com",
    )


def passes() -> None:
    aws.lambda_.Permission(
        "resize",
        action="lambda:InvokeFunction",
        function="resize",
        principal="s3.amazonaws.com",
        source_arn="arn:aws:s3:::photos",
        source_account="111122223333",
    )
