"""Examples of the rule job-data-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.glue.SecurityConfiguration(
        "jobs",
        encryption_configuration={
            "cloudwatch_encryption": {"cloudwatch_encryption_mode": "DISABLED"},
            "job_bookmarks_encryption": {"job_bookmarks_encryption_mode": "DISABLED"},
            "s3_encryption": {"s3_encryption_mode": "SSE-S3"},
        },
    )


def passes() -> None:
    key = aws.kms.Key("jobs", enable_key_rotation=True)
    aws.glue.SecurityConfiguration(
        "jobs",
        encryption_configuration={
            "cloudwatch_encryption": {"cloudwatch_encryption_mode": "SSE-KMS", "kms_key_arn": key.arn},
            "job_bookmarks_encryption": {"job_bookmarks_encryption_mode": "CSE-KMS", "kms_key_arn": key.arn},
            "s3_encryption": {"s3_encryption_mode": "SSE-KMS", "kms_key_arn": key.arn},
        },
    )
