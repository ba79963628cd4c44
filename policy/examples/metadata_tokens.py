"""Examples of the rule metadata-tokens."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.Instance("worker", ami="ami-0a1b2c3d4e5f60718", instance_type="t4g.small")


def passes() -> None:
    aws.ec2.Instance(
        "worker", ami="ami-0a1b2c3d4e5f60718", instance_type="t4g.small", metadata_options={"http_tokens": "required"}
    )
