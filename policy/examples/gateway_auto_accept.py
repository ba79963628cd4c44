"""Examples of the rule gateway-auto-accept."""

import pulumi_aws as aws


def fails() -> None:
    aws.ec2transitgateway.TransitGateway("hub", auto_accept_shared_attachments="enable")


def passes() -> None:
    aws.ec2transitgateway.TransitGateway("hub", auto_accept_shared_attachments="disable")
