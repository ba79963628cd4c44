"""Examples of the rule transfer-public."""

import pulumi_aws as aws


def fails() -> None:
    aws.transfer.Server("partners", protocols=["SFTP"])


def passes() -> None:
    aws.transfer.Server(
        "partners",
        protocols=["SFTP"],
        endpoint_type="VPC",
        endpoint_details={"vpc_id": "vpc-1", "subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]},
    )
