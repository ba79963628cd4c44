"""Networks that are large in one place, as programs: what a hub's route tables and a partner's group look like."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pulumi_aws as aws

PORTS = range(1_000, 6_000)


def hub(routes: int, tables: int = 3) -> None:
    """A hub whose private subnets reach many networks over a transit gateway, each by a route of its own."""
    vpc = aws.ec2.Vpc("hub", cidr_block="10.0.0.0/16")
    transit = aws.ec2transitgateway.TransitGateway("transit")
    group = aws.ec2.SecurityGroup("store", vpc_id=vpc.id, egress=[])
    for each in range(tables):
        subnet = aws.ec2.Subnet(f"subnet-{each}", vpc_id=vpc.id, cidr_block=f"10.0.{each}.0/24")
        table = aws.ec2.RouteTable(f"table-{each}", vpc_id=vpc.id)
        aws.ec2.RouteTableAssociation(f"link-{each}", subnet_id=subnet.id, route_table_id=table.id)
        for number in range(routes):
            aws.ec2.Route(
                f"route-{each}-{number}",
                route_table_id=table.id,
                destination_cidr_block=f"{11 + number // 250}.{number % 250}.0.0/{16 + number % 9}",
                transit_gateway_id=transit.id,
            )
        placed = aws.rds.SubnetGroup(f"group-{each}", subnet_ids=[subnet.id])
        aws.rds.Instance(
            f"store-{each}",
            engine="postgres",
            instance_class="db.t3.medium",
            db_subnet_group_name=placed.name,
            vpc_security_group_ids=[group.id],
        )


def partners(rules: int, *, ports: bool = False) -> None:
    """A machine whose group lets in many hosts, each by its own rule, and with `ports` on its own port."""
    vpc = aws.ec2.Vpc("net", cidr_block="10.0.0.0/16")
    gateway = aws.ec2.InternetGateway("gateway", vpc_id=vpc.id)
    subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
    table = aws.ec2.RouteTable("table", vpc_id=vpc.id)
    aws.ec2.RouteTableAssociation("link", subnet_id=subnet.id, route_table_id=table.id)
    aws.ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id)
    group = aws.ec2.SecurityGroup("partners", vpc_id=vpc.id)
    aws.ec2.Instance(
        "machine", ami="ami-1", instance_type="t3.micro", subnet_id=subnet.id, vpc_security_group_ids=[group.id]
    )
    for number, port in zip(range(rules), PORTS, strict=False):
        aws.vpc.SecurityGroupIngressRule(
            f"in-{number}",
            security_group_id=group.id,
            ip_protocol="tcp",
            from_port=port if ports else 5432,
            to_port=port if ports else 5432,
            cidr_ipv4=f"52.{number // 250}.{number % 250}.7/32",
        )


SHAPES: dict[str, Callable[[], None]] = {
    "500 routes in each of 3 tables": partial(hub, 500),
    "5,000 rules of one group, one port": partial(partners, 5_000),
    "5,000 rules of one group, 5,000 ports": partial(partners, 5_000, ports=True),
}
