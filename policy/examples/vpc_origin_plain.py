"""Examples of the rule vpc-origin-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudfront.VpcOrigin(
        "web",
        vpc_origin_endpoint_config={
            "name": "web",
            "arn": "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/web/1",
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "http-only",
            "origin_ssl_protocols": {"items": ["TLSv1.2"], "quantity": 1},
        },
    )


def passes() -> None:
    aws.cloudfront.VpcOrigin(
        "web",
        vpc_origin_endpoint_config={
            "name": "web",
            "arn": "arn:aws:elasticloadbalancing:eu-central-1:111122223333:loadbalancer/app/web/1",
            "http_port": 80,
            "https_port": 443,
            "origin_protocol_policy": "https-only",
            "origin_ssl_protocols": {"items": ["TLSv1.2"], "quantity": 1},
        },
    )
