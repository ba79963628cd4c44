"""Small programs to record: each is what a user could write, and as short as its point allows."""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_random as random

CONFIG = {"aws:region": "us-east-1"}
SECRETS = {**CONFIG, "sample:token": "hunter2"}


class SampleNetwork(pulumi.ComponentResource):
    """A network with a part inside it, so that a URN has two ancestors."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("sample:network:Network", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", tags={"Name": "sample"}, opts=own)
        self.tier = Tier(f"{name}-public", self.vpc, own)
        self.register_outputs({"vpc": self.vpc.id})


class Tier(pulumi.ComponentResource):
    """Subnets with a route to the internet. It never calls register_outputs, as careless components do."""

    def __init__(self, name: str, vpc: aws.ec2.Vpc, opts: pulumi.ResourceOptions) -> None:
        super().__init__("sample:network:Tier", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        gateway = aws.ec2.InternetGateway(f"{name}-gateway", vpc_id=vpc.id, opts=own)
        table = aws.ec2.RouteTable(f"{name}-table", vpc_id=vpc.id, opts=own)
        aws.ec2.Route(
            f"{name}-out",
            route_table_id=table.id,
            destination_cidr_block="0.0.0.0/0",
            gateway_id=gateway.id,
            opts=own,
        )
        self.subnet = aws.ec2.Subnet(
            f"{name}-a", vpc_id=vpc.id, cidr_block="10.0.1.0/24", availability_zone="us-east-1a", opts=own
        )
        aws.ec2.RouteTableAssociation(f"{name}-a", subnet_id=self.subnet.id, route_table_id=table.id, opts=own)


def network() -> None:
    """A network and what it exports."""
    made = SampleNetwork("net")
    pulumi.export("vpc_id", made.vpc.id)
    pulumi.export("cidr", made.vpc.cidr_block)


def site() -> None:
    """What faces the internet: a balancer with two listeners and a name, a distribution, and an inner balancer."""
    zone = "Z0123456789ABCDEFGHIJ"
    edge = SampleNetwork("edge")
    anyone = [{"from_port": 80, "to_port": 443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]}]
    group = aws.ec2.SecurityGroup("web", vpc_id=edge.vpc.id, ingress=anyone)
    subnets = [edge.tier.subnet.id]
    outer = aws.lb.LoadBalancer("outer", internal=False, subnets=subnets, security_groups=[group.id])
    aws.lb.LoadBalancer("inner", internal=True)
    for port, protocol, action in ((443, "HTTPS", "forward"), (80, "HTTP", "redirect")):
        aws.lb.Listener(
            f"outer-{port}",
            load_balancer_arn=outer.arn,
            port=port,
            protocol=protocol,
            default_actions=[{"type": action}],
        )
    alias = {"name": outer.dns_name, "zone_id": outer.zone_id, "evaluate_target_health": True}
    aws.route53.Record("api", zone_id=zone, name="api.example.com", type="A", aliases=[alias])
    aws.acm.Certificate("api", domain_name="api.example.com", validation_method="DNS")
    aws.kms.Key("key")
    aws.ec2.VpcEndpoint("s3", vpc_id="vpc-1", service_name="com.amazonaws.us-east-1.s3")
    aws.ec2.VpcEndpoint(
        "ecr", vpc_id="vpc-1", service_name="com.amazonaws.us-east-1.ecr.api", vpc_endpoint_type="Interface"
    )


def watched() -> None:
    """Two alarms, one that joins them, and a budget."""
    for name in ("slow", "failing"):
        aws.cloudwatch.MetricAlarm(
            name, name=name, comparison_operator="GreaterThanThreshold", evaluation_periods=1, threshold=1
        )
    aws.cloudwatch.CompositeAlarm("down", alarm_name="down", alarm_rule="ALARM(slow) AND ALARM(failing)")
    aws.budgets.Budget("all", budget_type="COST", limit_amount="600", limit_unit="USD", time_unit="MONTHLY")


def secret() -> None:
    """A secret from the configuration and a generated one."""
    token = pulumi.Config().require_secret("token")
    holder = aws.secretsmanager.Secret("holder", name="sample/holder")
    aws.secretsmanager.SecretVersion("holder", secret_id=holder.id, secret_string=token)
    password = random.RandomPassword("password", length=24)
    aws.secretsmanager.SecretVersion(
        "generated", secret_id=holder.id, secret_string=pulumi.Output.json_dumps({"password": password.result})
    )
    pulumi.export("token", token)


def unencrypted() -> None:
    """A database that our pack refuses."""
    aws.rds.Instance(
        "store",
        engine="postgres",
        instance_class="db.t3.micro",
        allocated_storage=20,
        username="admin",
        password="only-for-tests",
        storage_encrypted=False,
        skip_final_snapshot=True,
    )


def vpc(name: str = "a", **options: Any) -> aws.ec2.Vpc:
    """A VPC with a resource's options."""
    return aws.ec2.Vpc(name, cidr_block="10.0.0.0/16", opts=pulumi.ResourceOptions(**options))


def stack_file(project: Path, text: str) -> str:
    """A stack file of a project, as an argument of the command."""
    file = project / "given.yaml"
    file.write_text(text)
    return str(file)
