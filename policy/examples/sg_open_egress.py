"""Examples of the rule sg-open-egress."""

import pulumi_aws as aws


def fails() -> None:
    group = aws.ec2.SecurityGroup("cache", vpc_id="vpc-1")
    aws.vpc.SecurityGroupEgressRule("anywhere", security_group_id=group.id, cidr_ipv4="0.0.0.0/0", ip_protocol="-1")
    aws.elasticache.ReplicationGroup("cache", description="sessions", security_group_ids=[group.id])


def passes() -> None:
    group = aws.ec2.SecurityGroup("cache", vpc_id="vpc-1")
    aws.elasticache.ReplicationGroup("cache", description="sessions", security_group_ids=[group.id])
