"""Examples of the rule cdn-access-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudfront.Distribution(
        "web",
        enabled=True,
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "web",
            "viewer_protocol_policy": "redirect-to-https",
        },
        origins=[
            {
                "origin_id": "web",
                "domain_name": "web.example.com",
                "custom_origin_config": {
                    "http_port": 80,
                    "https_port": 443,
                    "origin_protocol_policy": "https-only",
                    "origin_ssl_protocols": ["TLSv1.2"],
                },
            }
        ],
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={
            "acm_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/1b2c",
            "minimum_protocol_version": "TLSv1.2_2021",
            "ssl_support_method": "sni-only",
        },
    )


def passes() -> None:
    aws.cloudfront.Distribution(
        "web",
        enabled=True,
        default_cache_behavior={
            "allowed_methods": ["GET", "HEAD"],
            "cached_methods": ["GET", "HEAD"],
            "target_origin_id": "web",
            "viewer_protocol_policy": "redirect-to-https",
        },
        origins=[
            {
                "origin_id": "web",
                "domain_name": "web.example.com",
                "custom_origin_config": {
                    "http_port": 80,
                    "https_port": 443,
                    "origin_protocol_policy": "https-only",
                    "origin_ssl_protocols": ["TLSv1.2"],
                },
            }
        ],
        logging_config={"bucket": "logs.s3.amazonaws.com"},
        restrictions={"geo_restriction": {"restriction_type": "none"}},
        viewer_certificate={
            "acm_certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/1b2c",
            "minimum_protocol_version": "TLSv1.2_2021",
            "ssl_support_method": "sni-only",
        },
    )
