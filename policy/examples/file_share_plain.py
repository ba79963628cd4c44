"""Examples of the rule file-share-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.storagegateway.Gateway(
        "files",
        gateway_name="files",
        gateway_timezone="GMT",
        gateway_type="FILE_S3",
        smb_security_strategy="ClientSpecified",
    )


def passes() -> None:
    aws.storagegateway.Gateway(
        "files",
        gateway_name="files",
        gateway_timezone="GMT",
        gateway_type="FILE_S3",
        smb_security_strategy="MandatoryEncryption",
    )
