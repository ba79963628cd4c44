"""Examples of the rule small-balancer-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.lightsail.Lb("front", name="front", instance_port=80, health_check_path="/")


def passes() -> None:
    front = aws.lightsail.Lb("front", name="front", instance_port=80, health_check_path="/")
    aws.lightsail.LbHttpsRedirectionPolicy("front", lb_name=front.name, enabled=True)
