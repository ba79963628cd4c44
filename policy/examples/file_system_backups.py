"""Examples of the rule file-system-backups."""

import pulumi_aws as aws


def fails() -> None:
    aws.efs.FileSystem("share", encrypted=True)


def passes() -> None:
    share = aws.efs.FileSystem("share", encrypted=True)
    aws.efs.BackupPolicy("share", file_system_id=share.id, backup_policy={"status": "ENABLED"})
