"""Examples of the rule internet-to-data-path."""

import pulumi_aws as aws


def fails() -> None:
    vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    gateway = aws.ec2.InternetGateway("main", vpc_id=vpc.id)
    table = aws.ec2.RouteTable("edge", vpc_id=vpc.id)
    aws.ec2.Route("out", route_table_id=table.id, destination_cidr_block="0.0.0.0/0", gateway_id=gateway.id)
    edge = aws.ec2.Subnet("edge", vpc_id=vpc.id, cidr_block="10.0.0.0/24")
    aws.ec2.RouteTableAssociation("edge", subnet_id=edge.id, route_table_id=table.id)
    world = aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=22, to_port=22, cidr_blocks=["0.0.0.0/0"])
    jump = aws.ec2.SecurityGroup("jump", vpc_id=vpc.id, ingress=[world])
    aws.ec2.Instance(
        "jump",
        ami="ami-0f1e2d3c4b5a69788",
        instance_type="t4g.nano",
        subnet_id=edge.id,
        associate_public_ip_address=True,
        vpc_security_group_ids=[jump.id],
    )
    # The machine that anybody may knock at is let into the database.
    group = aws.ec2.SecurityGroup("orders", vpc_id=vpc.id)
    aws.vpc.SecurityGroupIngressRule(
        "orders-from-jump",
        security_group_id=group.id,
        referenced_security_group_id=jump.id,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
    )
    data = aws.ec2.Subnet("data", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
    places = aws.rds.SubnetGroup("data", subnet_ids=[data.id])
    aws.rds.Instance(
        "orders",
        engine="postgres",
        instance_class="db.t4g.small",
        db_subnet_group_name=places.name,
        vpc_security_group_ids=[group.id],
    )


def passes() -> None:
    vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
    data = aws.ec2.Subnet("data", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
    # Session Manager opens this machine: no address, no rule that lets anybody in.
    jump = aws.ec2.SecurityGroup("jump", vpc_id=vpc.id)
    aws.ec2.Instance(
        "jump",
        ami="ami-0f1e2d3c4b5a69788",
        instance_type="t4g.nano",
        subnet_id=data.id,
        associate_public_ip_address=False,
        vpc_security_group_ids=[jump.id],
    )
    group = aws.ec2.SecurityGroup("orders", vpc_id=vpc.id)
    aws.vpc.SecurityGroupIngressRule(
        "orders-from-jump",
        security_group_id=group.id,
        referenced_security_group_id=jump.id,
        ip_protocol="tcp",
        from_port=5432,
        to_port=5432,
    )
    places = aws.rds.SubnetGroup("data", subnet_ids=[data.id])
    aws.rds.Instance(
        "orders",
        engine="postgres",
        instance_class="db.t4g.small",
        db_subnet_group_name=places.name,
        vpc_security_group_ids=[group.id],
    )
