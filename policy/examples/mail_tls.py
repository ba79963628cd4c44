"""Examples of the rule mail-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.sesv2.ConfigurationSet("receipts", configuration_set_name="receipts")


def passes() -> None:
    aws.sesv2.ConfigurationSet(
        "receipts", configuration_set_name="receipts", delivery_options={"tls_policy": "REQUIRE"}
    )
