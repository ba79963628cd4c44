"""Examples of the rule data-subnet-public."""

import pulumi_aws as aws


def fails() -> None:
    vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    gateway = aws.ec2.InternetGateway("main", vpc_id=vpc.id)
    table = aws.ec2.RouteTable("main", vpc_id=vpc.id)
    aws.ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id)
    subnet = aws.ec2.Subnet("data", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
    aws.ec2.RouteTableAssociation("data", subnet_id=subnet.id, route_table_id=table.id)
    group = aws.rds.SubnetGroup("data", subnet_ids=[subnet.id])
    aws.rds.Instance("orders", engine="postgres", instance_class="db.t4g.small", db_subnet_group_name=group.name)


def passes() -> None:
    vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    table = aws.ec2.RouteTable("data", vpc_id=vpc.id)  # No route leads out of it.
    subnet = aws.ec2.Subnet("data", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
    aws.ec2.RouteTableAssociation("data", subnet_id=subnet.id, route_table_id=table.id)
    group = aws.rds.SubnetGroup("data", subnet_ids=[subnet.id])
    aws.rds.Instance("orders", engine="postgres", instance_class="db.t4g.small", db_subnet_group_name=group.name)
