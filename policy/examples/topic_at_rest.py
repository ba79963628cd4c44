"""Examples of the rule topic-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.sns.Topic("orders")


def passes() -> None:
    key = aws.kms.Key("messages", enable_key_rotation=True)
    aws.sns.Topic("orders", kms_master_key_id=key.arn)
