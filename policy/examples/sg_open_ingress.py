"""Examples of the rule sg-open-ingress."""

import pulumi_aws as aws


def fails() -> None:
    group = aws.ec2.SecurityGroup("web", vpc_id="vpc-1")
    aws.vpc.SecurityGroupIngressRule(
        "https", security_group_id=group.id, cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=443, to_port=443
    )
    aws.ec2.Instance("web", ami="ami-1", instance_type="t4g.small", vpc_security_group_ids=[group.id])


def passes() -> None:
    group = aws.ec2.SecurityGroup("web", vpc_id="vpc-1")
    aws.vpc.SecurityGroupIngressRule(
        "https", security_group_id=group.id, cidr_ipv4="0.0.0.0/0", ip_protocol="tcp", from_port=443, to_port=443
    )
    aws.lb.LoadBalancer("web", security_groups=[group.id], subnets=["subnet-1", "subnet-2"])
