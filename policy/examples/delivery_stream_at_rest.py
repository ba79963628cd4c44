"""Examples of the rule delivery-stream-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.kinesis.FirehoseDeliveryStream(
        "clicks",
        destination="extended_s3",
        extended_s3_configuration={
            "bucket_arn": "arn:aws:s3:::clicks",
            "role_arn": "arn:aws:iam::111122223333:role/firehose",
        },
    )


def passes() -> None:
    aws.kinesis.FirehoseDeliveryStream(
        "clicks",
        destination="extended_s3",
        extended_s3_configuration={
            "bucket_arn": "arn:aws:s3:::clicks",
            "role_arn": "arn:aws:iam::111122223333:role/firehose",
        },
        server_side_encryption={"enabled": True},
    )
