"""Examples of the rule trail-key."""

import pulumi_aws as aws


def fails() -> None:
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit", is_multi_region_trail=True)


def passes() -> None:
    key = aws.kms.Key("audit", enable_key_rotation=True)
    aws.cloudtrail.Trail("audit", s3_bucket_name="audit", is_multi_region_trail=True, kms_key_id=key.arn)
