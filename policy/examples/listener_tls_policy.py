"""Examples of the rule listener-tls-policy."""

import pulumi_aws as aws


def fails() -> None:
    balancer = aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
        default_actions=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}],
    )


def passes() -> None:
    balancer = aws.lb.LoadBalancer("web", subnets=["subnet-1", "subnet-2"])
    aws.lb.Listener(
        "web",
        load_balancer_arn=balancer.arn,
        port=443,
        protocol="HTTPS",
        ssl_policy="ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
        certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
        default_actions=[{"type": "fixed-response", "fixed_response": {"content_type": "text/plain"}}],
    )
