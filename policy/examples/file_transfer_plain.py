"""Examples of the rule file-transfer-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.transfer.Server("files", protocols=["SFTP", "FTP"])


def passes() -> None:
    aws.transfer.Server("files", protocols=["SFTP"])
