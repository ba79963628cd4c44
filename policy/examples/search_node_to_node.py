"""Examples of the rule search-node-to-node."""

import pulumi_aws as aws


def fails() -> None:
    aws.opensearch.Domain("search", engine_version="OpenSearch_2.17")


def passes() -> None:
    aws.opensearch.Domain("search", engine_version="OpenSearch_2.17", node_to_node_encryption={"enabled": True})
