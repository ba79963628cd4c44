"""Examples of the rule bucket-versions."""

import pulumi_aws as aws


def fails() -> None:
    photos = aws.s3.Bucket("photos")
    aws.s3.BucketVersioning("photos", bucket=photos.id, versioning_configuration={"status": "Suspended"})


def passes() -> None:
    photos = aws.s3.Bucket("photos")
    aws.s3.BucketVersioning("photos", bucket=photos.id, versioning_configuration={"status": "Enabled"})
