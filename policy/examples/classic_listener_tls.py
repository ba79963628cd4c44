"""Examples of the rule classic-listener-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.elb.SslNegotiationPolicy(
        "old",
        load_balancer="front",
        lb_port=443,
        attributes=[{"name": "Protocol-TLSv1", "value": "true"}, {"name": "Protocol-TLSv1.2", "value": "true"}],
    )


def passes() -> None:
    aws.elb.SslNegotiationPolicy(
        "today",
        load_balancer="front",
        lb_port=443,
        attributes=[{"name": "Reference-Security-Policy", "value": "ELBSecurityPolicy-TLS-1-2-2017-01"}],
    )
