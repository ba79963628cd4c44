"""Programs that no table of resources can say: one unknown behind which several resources stand; several providers."""

import pulumi_aws as aws
from pulumi import Output, ResourceOptions


def vpc(name="net", cidr="10.20.0.0/16", **k):
    v = aws.ec2.Vpc(name, cidr_block=cidr, **k)
    aws.ec2.DefaultSecurityGroup(name + "-d", vpc_id=v.id)
    return v


def private(v, n=2, name="data", routes=None, base=10, associate=True):
    t = aws.ec2.RouteTable(name, vpc_id=v.id, routes=routes or [])
    out = []
    for i in range(n):
        s = aws.ec2.Subnet(
            f"{name}{i}", vpc_id=v.id, cidr_block=f"10.20.{base + i}.0/24", availability_zone="eu-west-1" + "abc"[i]
        )
        if associate:
            aws.ec2.RouteTableAssociation(f"{name}{i}", subnet_id=s.id, route_table_id=t.id)
        out.append(s)
    return out, t


def public(v, n=2, name="pub", base=50):
    g = aws.ec2.InternetGateway(name, vpc_id=v.id)
    t = aws.ec2.RouteTable(name, vpc_id=v.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": g.id}])
    out = []
    for i in range(n):
        s = aws.ec2.Subnet(f"{name}{i}", vpc_id=v.id, cidr_block=f"10.20.{base + i}.0/24")
        aws.ec2.RouteTableAssociation(f"{name}{i}", subnet_id=s.id, route_table_id=t.id)
        out.append(s)
    return out, t, g


def db(subnets, sgs, name="db", **k):
    g = aws.rds.SubnetGroup(name, subnet_ids=[s.id if hasattr(s, "id") else s for s in subnets])
    k = {
        "engine": "postgres",
        "engine_version": "16.4",
        "instance_class": "db.t4g.small",
        "allocated_storage": 20,
        "username": "a",
        "manage_master_user_password": True,
        "storage_encrypted": True,
        **k,
    }
    return aws.rds.Instance(name, db_subnet_group_name=g.name, vpc_security_group_ids=sgs, **k)


def sg(v, name, **k):
    return aws.ec2.SecurityGroup(name, vpc_id=v.id, **k)


def ds_firewall_ingress():
    """Default route leads to a firewall endpoint; the internet gateway's edge table leads back to the data subnet:
    publicly routed through the firewall.
    """
    v = vpc()
    g = aws.ec2.InternetGateway("g", vpc_id=v.id)
    fw = aws.ec2.Subnet("fw", vpc_id=v.id, cidr_block="10.20.1.0/24")
    ft = aws.ec2.RouteTable("fw", vpc_id=v.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": g.id}])
    aws.ec2.RouteTableAssociation("fw", subnet_id=fw.id, route_table_id=ft.id)
    ep = aws.ec2.VpcEndpoint(
        "gwlbe",
        vpc_id=v.id,
        service_name="com.amazonaws.vpce.eu-west-1.vpce-svc-1",
        vpc_endpoint_type="GatewayLoadBalancer",
        subnet_ids=[fw.id],
    )
    s, _ = private(v, routes=[{"cidr_block": "0.0.0.0/0", "vpc_endpoint_id": ep.id}])
    et = aws.ec2.RouteTable("edge", vpc_id=v.id, routes=[{"cidr_block": s[0].cidr_block, "vpc_endpoint_id": ep.id}])
    aws.ec2.RouteTableAssociation("edge", gateway_id=g.id, route_table_id=et.id)
    d = sg(v, "d")
    db(s, [d.id])


def ds_forgotten_association_hidden_by_all():
    """Only the first of two data subnets is associated (ids[0] of an Output.all); the second follows the VPC's
    main table, which leads out.
    """
    v = vpc()
    g = aws.ec2.InternetGateway("g", vpc_id=v.id)
    aws.ec2.Route("main-out", route_table_id=v.main_route_table_id, destination_cidr_block="0.0.0.0/0", gateway_id=g.id)
    subs = [aws.ec2.Subnet(f"s{i}", vpc_id=v.id, cidr_block=f"10.20.{i}.0/24") for i in range(2)]
    ids = Output.all(*[s.id for s in subs])
    dt = aws.ec2.RouteTable("dat", vpc_id=v.id)
    aws.ec2.RouteTableAssociation("a0", subnet_id=ids[0], route_table_id=dt.id)
    d = sg(v, "d")
    db(subs, [d.id])


def ds_one_list_of_ids_private():
    """Same idiom, done right: ids by index out of one Output.all list; data subnets are on the table without a way
    out.
    """
    v = vpc()
    g = aws.ec2.InternetGateway("g", vpc_id=v.id)
    subs = [aws.ec2.Subnet(f"s{i}", vpc_id=v.id, cidr_block=f"10.20.{i}.0/24") for i in range(4)]
    ids = Output.all(*[s.id for s in subs])
    pt = aws.ec2.RouteTable("pub", vpc_id=v.id, routes=[{"cidr_block": "0.0.0.0/0", "gateway_id": g.id}])
    dt = aws.ec2.RouteTable("dat", vpc_id=v.id)
    for i, t in ((0, pt), (1, pt), (2, dt), (3, dt)):
        aws.ec2.RouteTableAssociation(f"a{i}", subnet_id=ids[i], route_table_id=t.id)
    d = sg(v, "d")
    db(subs[2:], [d.id])


def cloudfront_by_name():
    """A balancer that CloudFront alone reaches: its list is found by its name, for a rule within a group and beside."""
    v = vpc()
    name = "com.amazonaws.global.cloudfront.origin-facing"
    listed = aws.ec2.get_managed_prefix_list(name=name)
    web = {"protocol": "tcp", "from_port": 443, "to_port": 443, "prefix_list_ids": [listed.id]}
    sg(v, "within", ingress=[web])
    later = aws.ec2.get_managed_prefix_list_output(filters=[{"name": "prefix-list-name", "values": [name]}])
    beside = sg(v, "beside")
    aws.vpc.SecurityGroupIngressRule(
        "cdn", security_group_id=beside.id, ip_protocol="tcp", from_port=443, to_port=443, prefix_list_id=later.id
    )


def ear_default_other_account():
    """EncryptionByDefault is of another account's provider; the volume's account has none."""
    a = aws.Provider(
        "audit",
        region="eu-west-1",
        allowed_account_ids=["999999999999"],
        assume_roles=[{"role_arn": "arn:aws:iam::999999999999:role/deploy"}],
    )
    p = aws.Provider(
        "prod",
        region="eu-west-1",
        allowed_account_ids=["111111111111"],
        assume_roles=[{"role_arn": "arn:aws:iam::111111111111:role/deploy"}],
    )
    aws.ebs.EncryptionByDefault("d", enabled=True, opts=ResourceOptions(provider=a))
    aws.ebs.Volume("v", availability_zone="eu-west-1a", size=10, opts=ResourceOptions(provider=p))


def k_get_group_range():
    """Database carries a group read by get(), whose state admits a range (somebody else's group). The state that
    `get` reads: vpcId vpc-1, ingress tcp 5432 from 10.0.0.0/8.
    """
    v = vpc()
    s, _ = private(v)
    g = aws.ec2.SecurityGroup.get("g", "sg-0abc")
    db(s, [g.id])


def k_group_index():
    """Parameter group chosen by environment out of Output.all of two: the plain one is meant."""
    v = vpc()
    s, _ = private(v)
    d = sg(v, "d")
    a = aws.rds.ParameterGroup("a", family="postgres14", parameters=[{"name": "rds.force_ssl", "value": "1"}])
    b = aws.rds.ParameterGroup("b", family="postgres14", parameters=[{"name": "rds.force_ssl", "value": "0"}])
    n = Output.all(prod=a.name, dev=b.name).apply(lambda m: m["dev"])
    db(s, [d.id], engine_version="14.13", parameter_group_name=n)


def n_ds_slice():
    """The list of subnet ids is all subnets' ids sliced: private ones are ids[2:] (an apply over everything)."""
    v = vpc()
    p, _, _ = public(v)
    s, _ = private(v)
    ids = Output.all(*[x.id for x in p + s])
    d = sg(v, "d")
    g = aws.rds.SubnetGroup("g", subnet_ids=ids.apply(lambda a: a[2:]))
    aws.rds.Instance(
        "db",
        engine="postgres",
        engine_version="16.4",
        instance_class="db.t4g.small",
        storage_encrypted=True,
        db_subnet_group_name=g.name,
        vpc_security_group_ids=[d.id],
    )


def n_sge_index():
    """Application's group calls the world; database's does not; both are in one list by Output.all index."""
    v = vpc()
    s, _ = private(v)
    a = sg(v, "a")
    d = sg(v, "d")
    ids = Output.all(a.id, d.id)
    aws.vpc.SecurityGroupEgressRule("r", security_group_id=ids[0], ip_protocol="-1", cidr_ipv4="0.0.0.0/0")
    db(s, [ids[1]])


def pab_other_account():
    """The account-level block is another account's (another provider); the bucket's own account has none."""
    a = aws.Provider("audit", region="eu-west-1", allowed_account_ids=["999999999999"])
    p = aws.Provider("prod", region="eu-west-1", allowed_account_ids=["111111111111"])
    aws.s3.AccountPublicAccessBlock(
        "b",
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
        opts=ResourceOptions(provider=a),
    )
    aws.s3.Bucket("x", opts=ResourceOptions(provider=p))


def sg_output_all_index():
    """Ids of several groups in one Output.all; the rule by address is for the edge's group (index 0), the database
    carries index 1.
    """
    v = vpc()
    s, _ = private(v)
    p, _, _ = public(v)
    e = sg(v, "e")
    d = sg(v, "d")
    ids = Output.all(e.id, d.id)
    aws.vpc.SecurityGroupIngressRule(
        "r", security_group_id=ids[0], ip_protocol="tcp", from_port=443, to_port=443, cidr_ipv4="198.51.100.0/24"
    )
    aws.lb.LoadBalancer("lb", security_groups=[ids[0]], subnets=[x.id for x in p])
    db(s, [ids[1]])
