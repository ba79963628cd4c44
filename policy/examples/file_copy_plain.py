"""Examples of the rule file-copy-plain."""

import pulumi_aws as aws


def fails() -> None:
    aws.datasync.EfsLocation(
        "share",
        ec2_config={
            "security_group_arns": ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"],
            "subnet_arn": "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1",
        },
        efs_file_system_arn="arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1",
    )


def passes() -> None:
    aws.datasync.EfsLocation(
        "share",
        ec2_config={
            "security_group_arns": ["arn:aws:ec2:eu-central-1:111122223333:security-group/sg-1"],
            "subnet_arn": "arn:aws:ec2:eu-central-1:111122223333:subnet/subnet-1",
        },
        efs_file_system_arn="arn:aws:elasticfilesystem:eu-central-1:111122223333:file-system/fs-1",
        in_transit_encryption="TLS1_2",
    )
