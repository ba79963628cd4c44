"""Examples of the rule managed-twice."""

import pulumi_aws as aws

OLD = aws.s3.BucketLifecycleConfigurationRuleArgs(
    id="old", status="Enabled", expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=90)
)
PARTS = aws.s3.BucketLifecycleConfigurationRuleArgs(
    id="parts",
    status="Enabled",
    abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
        days_after_initiation=7
    ),
)


def fails() -> None:
    bucket = aws.s3.Bucket("reports")
    aws.s3.BucketLifecycleConfiguration("old", bucket=bucket.id, rules=[OLD])
    aws.s3.BucketLifecycleConfiguration("parts", bucket=bucket.id, rules=[PARTS])


def passes() -> None:
    bucket = aws.s3.Bucket("reports")
    aws.s3.BucketLifecycleConfiguration("lifecycle", bucket=bucket.id, rules=[OLD, PARTS])
