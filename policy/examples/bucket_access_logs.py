"""Examples of the rule bucket-access-logs."""

import pulumi_aws as aws


def fails() -> None:
    aws.s3.Bucket("photos")


def passes() -> None:
    photos = aws.s3.Bucket("photos")
    logs = aws.s3.Bucket("logs")
    aws.s3.BucketLogging("photos", bucket=photos.id, target_bucket=logs.id, target_prefix="photos/")
