"""Examples of the rule permission-open."""

import pulumi_aws as aws


def fails() -> None:
    aws.lambda_.Permission(
        "resize",
        action="lambda:InvokeFunction",
        function="resize",
        principal="*",
    )


def passes() -> None:
    aws.lambda_.Permission(
        "resize",
        action="lambda:InvokeFunction",
        function="resize",
        principal="*",
        principal_org_id="o-a1b2c3d4e5",
    )
