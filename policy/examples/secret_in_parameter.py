"""Examples of the rule secret-in-parameter."""

import pulumi_aws as aws
import pulumi_random as random


def fails() -> None:
    aws.ssm.Parameter("password", name="/quay/prod/db/password", type="String", insecure_value="Copper-Anchor-77")


def passes() -> None:
    password = random.RandomPassword("password", length=32)
    aws.ssm.Parameter("password", name="/quay/prod/db/password", type="SecureString", value=password.result)
    aws.ssm.Parameter("length", name="/quay/prod/db/password-length", type="String", insecure_value="32")
