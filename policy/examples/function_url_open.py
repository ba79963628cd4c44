"""Examples of the rule function-url-open."""

import pulumi_aws as aws


def fails() -> None:
    aws.lambda_.FunctionUrl("resize", function_name="resize", authorization_type="NONE")


def passes() -> None:
    aws.lambda_.FunctionUrl("resize", function_name="resize", authorization_type="AWS_IAM")
