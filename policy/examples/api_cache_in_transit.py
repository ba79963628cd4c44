"""Examples of the rule api-cache-in-transit."""

import pulumi_aws as aws


def fails() -> None:
    aws.appsync.ApiCache("cache", api_id="orders", api_caching_behavior="FULL_REQUEST_CACHING", ttl=60, type="LARGE")


def passes() -> None:
    aws.appsync.ApiCache(
        "cache",
        api_id="orders",
        api_caching_behavior="FULL_REQUEST_CACHING",
        transit_encryption_enabled=True,
        ttl=60,
        type="LARGE",
    )
