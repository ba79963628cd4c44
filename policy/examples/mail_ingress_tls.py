"""Examples of the rule mail-ingress-tls."""

import pulumi_aws as aws


def fails() -> None:
    aws.ses.ReceiptRule("support", rule_set_name="inbound", recipients=["support@example.com"], tls_policy="Optional")


def passes() -> None:
    aws.ses.ReceiptRule("support", rule_set_name="inbound", recipients=["support@example.com"], tls_policy="Require")
