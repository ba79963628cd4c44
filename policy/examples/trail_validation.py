"""Examples of the rule trail-validation."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit", is_multi_region_trail=True)


def passes() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit", is_multi_region_trail=True, enable_log_file_validation=True)
