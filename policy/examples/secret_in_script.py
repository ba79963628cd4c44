"""Examples of the rule secret-in-script."""

from base64 import b64encode

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.LaunchTemplate("worker", user_data=b64encode(b"#!/bin/sh\nexport DB_PASSWORD=Copper-Anchor-77\n").decode())


def passes() -> None:
    fetch = "aws secretsmanager get-secret-value --secret-id quay/db --query SecretString --output text"
    script = f"#!/bin/sh\nDB_PASSWORD=$({fetch})\n"
    aws.ec2.LaunchTemplate("worker", user_data=b64encode(script.encode()).decode())
