"""Examples of the rule trail-everywhere."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit")


def passes() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit", is_multi_region_trail=True)
