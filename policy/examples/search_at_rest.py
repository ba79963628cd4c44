"""Examples of the rule search-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.opensearch.Domain("search", engine_version="OpenSearch_2.17")


def passes() -> None:
    aws.opensearch.Domain("search", engine_version="OpenSearch_2.17", encrypt_at_rest={"enabled": True})
