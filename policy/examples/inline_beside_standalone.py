"""Examples of the rule inline-beside-standalone."""

import pulumi_aws as aws


def fails() -> None:
    group = aws.ec2.SecurityGroup(
        "service",
        vpc_id="vpc-1",
        ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "self": True}],
    )
    aws.vpc.SecurityGroupIngressRule(
        "metrics", security_group_id=group.id, cidr_ipv4="10.0.0.0/16", ip_protocol="tcp", from_port=9100, to_port=9100
    )


def passes() -> None:
    group = aws.ec2.SecurityGroup("service", vpc_id="vpc-1")
    for port in (443, 9100):
        aws.vpc.SecurityGroupIngressRule(
            f"port-{port}",
            security_group_id=group.id,
            cidr_ipv4="10.0.0.0/16",
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )
