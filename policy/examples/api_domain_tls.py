"""Examples of the rule api-domain-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.apigateway.DomainName(
        "api",
        domain_name="api.example.com",
        regional_certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
        endpoint_configuration={"types": "REGIONAL"},
        security_policy="TLS_1_0",
    )


def passes() -> None:
    aws.apigateway.DomainName(
        "api",
        domain_name="api.example.com",
        regional_certificate_arn="arn:aws:acm:eu-central-1:111122223333:certificate/1b2c",
        endpoint_configuration={"types": "REGIONAL"},
        security_policy="TLS_1_2",
    )
