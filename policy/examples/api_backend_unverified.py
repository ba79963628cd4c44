"""Examples of the rule api-backend-unverified."""

import pulumi_aws as aws


def fails() -> None:
    aws.apigateway.Integration(
        "orders",
        http_method="GET",
        integration_http_method="GET",
        resource_id="orders",
        rest_api="shop",
        tls_config={"insecure_skip_verification": True},
        type="HTTP_PROXY",
        uri="https://orders.example.com",
    )


def passes() -> None:
    aws.apigateway.Integration(
        "orders",
        http_method="GET",
        integration_http_method="GET",
        resource_id="orders",
        rest_api="shop",
        type="HTTP_PROXY",
        uri="https://orders.example.com",
    )
