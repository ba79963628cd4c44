"""A VPC by the awsx package: a component of another language, whose subnets nobody knows before it is built."""

import pulumi_aws as aws
import pulumi_awsx as awsx


def program(*, good: bool) -> None:
    vpc = awsx.ec2.Vpc(
        "net",
        cidr_block="10.90.0.0/16",
        subnet_strategy=awsx.ec2.SubnetAllocationStrategy.AUTO,
        subnet_specs=[
            {"type": awsx.ec2.SubnetType.PUBLIC, "cidr_mask": 24},
            {"type": awsx.ec2.SubnetType.ISOLATED, "cidr_mask": 24},
        ],
    )
    app = aws.ec2.SecurityGroup("app", vpc_id=vpc.vpc_id)
    cache = aws.ec2.SecurityGroup("cache", vpc_id=vpc.vpc_id)
    if good:
        source = {"referenced_security_group_id": app.id}
    else:
        source = {"cidr_ipv4": vpc.vpc.apply(lambda inner: inner.cidr_block)}
    aws.vpc.SecurityGroupIngressRule(
        "cache", security_group_id=cache.id, ip_protocol="tcp", from_port=6379, to_port=6379, **source
    )
    group = aws.elasticache.SubnetGroup("cache", subnet_ids=vpc.isolated_subnet_ids)
    aws.elasticache.ReplicationGroup(
        "cache",
        description="sessions",
        engine="redis",
        subnet_group_name=group.name,
        security_group_ids=[cache.id],
        at_rest_encryption_enabled=True,
        transit_encryption_enabled=True,
        transit_encryption_mode="required" if good else "preferred",
    )


def compliant() -> None:
    program(good=True)


def violating() -> None:
    program(good=False)


EXPECTED = {"cache-in-transit", "sg-to-sg-only"}
