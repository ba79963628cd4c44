"""Examples of the rule metadata-hops."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2.LaunchTemplate("worker", metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 3})


def passes() -> None:
    aws.ec2.LaunchTemplate("worker", metadata_options={"http_tokens": "required", "http_put_response_hop_limit": 1})
