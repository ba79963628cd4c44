"""Examples of the rule vpc-flow-logs."""

import pulumi_aws as aws


def fails() -> None:
    vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    aws.ec2.FlowLog("main", vpc_id=vpc.id, traffic_type="ACCEPT", log_destination="arn:aws:s3:::flows")


def passes() -> None:
    vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    aws.ec2.FlowLog("main", vpc_id=vpc.id, traffic_type="ALL", log_destination="arn:aws:s3:::flows")
