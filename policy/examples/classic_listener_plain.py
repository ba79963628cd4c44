"""Examples of the rule classic-listener-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.elb.LoadBalancer(
        "web", listeners=[{"instance_port": 8080, "instance_protocol": "http", "lb_port": 80, "lb_protocol": "http"}]
    )


def passes() -> None:
    aws.elb.LoadBalancer(
        "web",
        listeners=[
            {
                "instance_port": 8443,
                "instance_protocol": "https",
                "lb_port": 443,
                "lb_protocol": "https",
                "ssl_certificate_id": "arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
            }
        ],
    )
