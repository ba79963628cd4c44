"""Examples of the rule sg-open-ports."""

import pulumi_aws as aws


def fails() -> None:
    group = aws.ec2.SecurityGroup("database", vpc_id="vpc-1")
    aws.vpc.SecurityGroupIngressRule(
        "from-anywhere",
        security_group_id=group.id,
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
    )


def passes() -> None:
    service = aws.ec2.SecurityGroup("service", vpc_id="vpc-1")
    group = aws.ec2.SecurityGroup("database", vpc_id="vpc-1")
    aws.vpc.SecurityGroupIngressRule(
        "from-service",
        security_group_id=group.id,
        referenced_security_group_id=service.id,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
    )
