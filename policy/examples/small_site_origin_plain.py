"""Examples of the rule small-site-origin-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.lightsail.Distribution(
        "site",
        bundle_id="small_1_0",
        default_cache_behavior={"behavior": "cache"},
        origin={"name": "shop", "region_name": "eu-central-1", "protocol_policy": "http-only"},
    )


def passes() -> None:
    aws.lightsail.Distribution(
        "site",
        bundle_id="small_1_0",
        default_cache_behavior={"behavior": "cache"},
        origin={"name": "shop", "region_name": "eu-central-1", "protocol_policy": "https-only"},
    )
