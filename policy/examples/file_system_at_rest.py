"""Examples of the rule file-system-at-rest."""

import pulumi_aws as aws


def fails() -> None:
    aws.efs.FileSystem("share", kms_key_id="arn:aws:kms:eu-central-1:111122223333:key/1b2c")


def passes() -> None:
    aws.efs.FileSystem("share", encrypted=True, kms_key_id="arn:aws:kms:eu-central-1:111122223333:key/1b2c")
