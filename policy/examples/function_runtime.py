"""Examples of the rule function-runtime."""

import pulumi_aws as aws

ROLE = "arn:aws:iam::111122223333:role/worker"


def fails() -> None:
    aws.lambda_.Function("worker", role=ROLE, runtime="python3.8", handler="main.run")


def passes() -> None:
    aws.lambda_.Function("worker", role=ROLE, runtime="python3.13", handler="main.run")
