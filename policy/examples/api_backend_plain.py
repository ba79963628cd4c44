"""Examples of the rule api-backend-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.apigatewayv2.Integration(
        "orders",
        api_id="shop",
        integration_method="GET",
        integration_type="HTTP_PROXY",
        integration_uri="http://orders.example.com",
    )


def passes() -> None:
    aws.apigatewayv2.Integration(
        "orders",
        api_id="shop",
        integration_method="GET",
        integration_type="HTTP_PROXY",
        integration_uri="https://orders.example.com",
    )
