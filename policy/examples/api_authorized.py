"""Examples of the rule api-authorized."""

import pulumi_aws as aws


def fails() -> None:
    aws.apigatewayv2.Route("parcels", api_id="a1b2c3", route_key="GET /parcels", target="integrations/i1")


def passes() -> None:
    aws.apigatewayv2.Route(
        "parcels",
        api_id="a1b2c3",
        route_key="GET /parcels",
        target="integrations/i1",
        authorization_type="JWT",
        authorizer_id="z9y8",
    )
