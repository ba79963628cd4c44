"""Examples of the rule sg-to-sg-only."""

import pulumi_aws as aws


def fails() -> None:
    group = aws.ec2.SecurityGroup("cache", vpc_id="vpc-1")
    aws.vpc.SecurityGroupIngressRule(
        "from-subnets",
        security_group_id=group.id,
        cidr_ipv4="10.0.16.0/20",
        ip_protocol="tcp",
        from_port=6379,
        to_port=6379,
    )
    aws.elasticache.ReplicationGroup("cache", description="sessions", security_group_ids=[group.id])


def passes() -> None:
    service = aws.ec2.SecurityGroup("service", vpc_id="vpc-1")
    group = aws.ec2.SecurityGroup("cache", vpc_id="vpc-1")
    aws.vpc.SecurityGroupIngressRule(
        "from-service",
        security_group_id=group.id,
        referenced_security_group_id=service.id,
        ip_protocol="tcp",
        from_port=6379,
        to_port=6379,
    )
    aws.elasticache.ReplicationGroup("cache", description="sessions", security_group_ids=[group.id])
