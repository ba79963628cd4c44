"""Examples of the rule api-stage-cache-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.apigateway.MethodSettings(
        "all", rest_api="orders", stage_name="live", method_path="*/*", settings={"caching_enabled": True}
    )


def passes() -> None:
    aws.apigateway.MethodSettings(
        "all",
        rest_api="orders",
        stage_name="live",
        method_path="*/*",
        settings={"caching_enabled": True, "cache_data_encrypted": True},
    )
