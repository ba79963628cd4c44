"""Examples of the rule search-anonymous."""

import pulumi_aws as aws


def fails() -> None:
    aws.opensearch.Domain("parcels", advanced_security_options={"enabled": True, "anonymous_auth_enabled": True})


def passes() -> None:
    aws.opensearch.Domain(
        "parcels", advanced_security_options={"enabled": True, "internal_user_database_enabled": True}
    )
