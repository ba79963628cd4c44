"""Examples of the rule target-group-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.lb.TargetGroup("web", port=8080, protocol="HTTP", target_type="ip", vpc_id="vpc-1")


def passes() -> None:
    aws.lb.TargetGroup("web", port=8443, protocol="HTTPS", target_type="ip", vpc_id="vpc-1")
