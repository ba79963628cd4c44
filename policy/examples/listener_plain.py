"""Examples of the rule listener-plain."""

import pulumi_aws as aws


def fails() -> None:
    balancer = aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[{"type": "redirect", "redirect": {"port": "443", "status_code": "HTTP_301"}}],  # keeps HTTP
    )


def passes() -> None:
    balancer = aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_actions=[
            {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"}}
        ],
    )
