"""Plain resources, everything inline: a VPC, a web server behind a load balancer, a database."""

import pulumi_aws as aws


def network(*, leaky: bool) -> tuple[aws.ec2.Vpc, list[aws.ec2.Subnet], list[aws.ec2.Subnet]]:
    vpc = aws.ec2.Vpc("main", cidr_block="172.30.0.0/16")
    aws.ec2.DefaultSecurityGroup("unused", vpc_id=vpc.id)
    aws.ec2.FlowLog(
        "main",
        vpc_id=vpc.id,
        traffic_type="ALL",
        log_destination_type="s3",
        log_destination="arn:aws:s3:::foreign-traffic/flows/",
    )
    gateway = aws.ec2.InternetGateway("igw", vpc_id=vpc.id)
    default = aws.ec2.RouteTableRouteArgs(cidr_block="0.0.0.0/0", gateway_id=gateway.id)
    public_table = aws.ec2.RouteTable("public", vpc_id=vpc.id, routes=[default])
    # The twist: somebody gave the databases' table a way out, "for updates".
    data_table = aws.ec2.RouteTable("data", vpc_id=vpc.id, routes=[default] if leaky else [])
    public, data = [], []
    for index, zone in enumerate(("eu-west-1a", "eu-west-1b")):
        for subnets, table, name, base in ((public, public_table, "web", 0), (data, data_table, "db", 10)):
            cidr = f"172.30.{base + index}.0/24"
            subnet = aws.ec2.Subnet(f"{name}-{index}", vpc_id=vpc.id, availability_zone=zone, cidr_block=cidr)
            aws.ec2.RouteTableAssociation(f"{name}-{index}", subnet_id=subnet.id, route_table_id=table.id)
            subnets.append(subnet)
    return vpc, public, data


def program(*, good: bool) -> None:
    vpc, public, data = network(leaky=not good)
    edge = aws.ec2.SecurityGroup(
        "edge",
        vpc_id=vpc.id,
        ingress=[{"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}],
    )
    web = aws.ec2.SecurityGroup(
        "web",
        vpc_id=vpc.id,
        ingress=[{"protocol": "tcp", "from_port": 8443, "to_port": 8443, "security_groups": [edge.id]}],
    )
    from_web = {"security_groups": [web.id]} if good else {"cidr_blocks": [vpc.cidr_block]}
    db = aws.ec2.SecurityGroup(
        "db",
        vpc_id=vpc.id,
        ingress=[{"protocol": "tcp", "from_port": 5432, "to_port": 5432, **from_web}],
    )
    aws.ec2.Instance(
        "web",
        ami="ami-0123456789abcdef0",
        instance_type="t3.small",
        subnet_id=public[0].id,
        vpc_security_group_ids=[web.id],
        root_block_device={"encrypted": good},
        metadata_options={"http_tokens": "required" if good else "optional"},
    )
    balance(edge, public, vpc, encrypted=good)
    store(db, data, good=good)


def balance(edge: aws.ec2.SecurityGroup, subnets: list[aws.ec2.Subnet], vpc: aws.ec2.Vpc, *, encrypted: bool) -> None:
    balancer = aws.lb.LoadBalancer(
        "front",
        security_groups=[edge.id],
        subnets=[one.id for one in subnets],
        access_logs={"enabled": True, "bucket": "foreign-traffic"},
    )
    pool = aws.lb.TargetGroup("pool", port=8443, protocol="HTTPS", vpc_id=vpc.id)
    forward = {"type": "forward", "target_group_arn": pool.arn}
    if encrypted:
        aws.lb.Listener(
            "https",
            load_balancer_arn=balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy="ELBSecurityPolicy-TLS13-1-2-2021-06",
            certificate_arn="arn:aws:acm:eu-west-1:111122223333:certificate/1",
            default_actions=[forward],
        )
    else:
        aws.lb.Listener("http", load_balancer_arn=balancer.arn, port=80, default_actions=[forward])


def store(guard: aws.ec2.SecurityGroup, subnets: list[aws.ec2.Subnet], *, good: bool) -> None:
    group = aws.rds.SubnetGroup("db", subnet_ids=[one.id for one in subnets])
    aws.rds.Instance(
        "db",
        engine="postgres",
        engine_version="16.4" if good else "13.18",
        instance_class="db.t4g.small",
        allocated_storage=20,
        username="app",
        manage_master_user_password=True,
        storage_encrypted=good,
        db_subnet_group_name=group.name,
        vpc_security_group_ids=[guard.id],
    )


def compliant() -> None:
    program(good=True)


def violating() -> None:
    program(good=False)


EXPECTED = {
    "data-subnet-public",
    "database-tls",
    "listener-plain",
    "metadata-tokens",
    "sg-to-sg-only",
    "store-at-rest",
    "volume-at-rest",
}
