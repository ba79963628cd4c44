"""Examples of the rule search-endpoint-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.opensearch.Domain(
        "search",
        engine_version="OpenSearch_2.17",
        domain_endpoint_options={"enforce_https": True, "tls_security_policy": "Policy-Min-TLS-1-0-2019-07"},
    )


def passes() -> None:
    aws.opensearch.Domain(
        "search",
        engine_version="OpenSearch_2.17",
        domain_endpoint_options={"enforce_https": True, "tls_security_policy": "Policy-Min-TLS-1-2-PFS-2023-10"},
    )
