"""Examples of the rule public-access-block-complete."""

import pulumi_aws as aws


def fails() -> None:
    bucket = aws.s3.Bucket("photos")
    aws.s3.BucketPublicAccessBlock("photos", bucket=bucket.id, block_public_acls=True, block_public_policy=True)


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
