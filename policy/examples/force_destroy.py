"""Examples of the rule force-destroy."""

import pulumi_aws as aws


def fails() -> None:
    aws.s3.Bucket("photos", force_destroy=True)


def passes() -> None:
    aws.s3.Bucket("photos")
