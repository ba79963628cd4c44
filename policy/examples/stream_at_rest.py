"""Examples of the rule stream-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.kinesis.Stream("clicks", shard_count=1)


def passes() -> None:
    aws.kinesis.Stream("clicks", shard_count=1, encryption_type="KMS", kms_key_id="alias/aws/kinesis")
