"""Examples of the rule function-url-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.lambda_.FunctionUrl("worker", function_name="worker", authorization_type="NONE")


def passes() -> None:
    aws.lambda_.FunctionUrl("worker", function_name="worker", authorization_type="AWS_IAM")
