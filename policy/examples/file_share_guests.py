"""Examples of the rule file-share-guests."""

import pulumi_aws as aws


def fails() -> None:
    aws.storagegateway.SmbFileShare(
        "scans",
        authentication="GuestAccess",
        gateway_arn="arn:aws:storagegateway:eu-west-1:111122223333:gateway/sgw-12345678",
        location_arn="arn:aws:s3:::quay-scans",
        role_arn="arn:aws:iam::111122223333:role/gateway",
    )


def passes() -> None:
    aws.storagegateway.SmbFileShare(
        "scans",
        authentication="ActiveDirectory",
        gateway_arn="arn:aws:storagegateway:eu-west-1:111122223333:gateway/sgw-12345678",
        location_arn="arn:aws:s3:::quay-scans",
        role_arn="arn:aws:iam::111122223333:role/gateway",
    )
