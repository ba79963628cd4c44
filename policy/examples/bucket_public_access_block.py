"""Examples of the rule bucket-public-access-block."""

import pulumi_aws as aws


def fails() -> None:
    aws.s3.Bucket("photos")


def passes() -> None:
    bucket = aws.s3.Bucket("photos")
    aws.s3.BucketPublicAccessBlock(
        "photos",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
