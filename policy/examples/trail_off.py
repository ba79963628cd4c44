"""Examples of the rule trail-off."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit", enable_logging=False)


def passes() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit")
