"""Examples of the rule search-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.opensearch.Domain("finder", engine_version="OpenSearch_2.17")


def passes() -> None:
    aws.opensearch.Domain("finder", engine_version="OpenSearch_2.17", vpc_options={"subnet_ids": ["subnet-1"]})
