"""Examples of the rule acl-public."""

import pulumi_aws as aws


def fails() -> None:
    bucket = aws.s3.Bucket("photos")
    aws.s3.BucketAcl("photos", bucket=bucket.id, acl="public-read")


def passes() -> None:
    bucket = aws.s3.Bucket("photos")
    aws.s3.BucketOwnershipControls("photos", bucket=bucket.id, rule={"object_ownership": "BucketOwnerEnforced"})
