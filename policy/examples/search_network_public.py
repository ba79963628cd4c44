"""Examples of the rule search-network-public."""

import json

import pulumi_aws as aws


def fails() -> None:
    rules = [{"ResourceType": "collection", "Resource": ["collection/finder"]}]
    aws.opensearch.ServerlessSecurityPolicy(
        "finder", name="finder", type="network", policy=json.dumps([{"Rules": rules, "AllowFromPublic": True}])
    )


def passes() -> None:
    rules = [{"ResourceType": "collection", "Resource": ["collection/finder"]}]
    aws.opensearch.ServerlessSecurityPolicy(
        "finder",
        name="finder",
        type="network",
        policy=json.dumps([{"Rules": rules, "AllowFromPublic": False, "SourceVPCEs": ["vpce-1"]}]),
    )
