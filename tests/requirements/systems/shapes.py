"""Proofs that several systems share: networks, security groups, roles, alarms; the figures are the rows'."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from preview.recording import RecordedResource, Recording
from tests.requirements.reading import (
    arn,
    at,
    document,
    ids,
    of,
    one,
    only,
    permissions,
    routes_of,
    rules_of,
    table_of,
    trusting,
)

ANYWHERE = "0.0.0.0/0"
Rules = Iterable[tuple[str, int, str]]  #: protocol, port, peer: a CIDR, or alb, app, bastion, rds, redis


def primary(stack: Recording) -> RecordedResource:
    """The database itself, beside which read replicas may stand."""
    return only(each for each in of(stack, "rds.Instance") if each.name == "database-instance")


def subnet(stack: Recording, cidr: str) -> RecordedResource:
    """The subnet with these addresses."""
    return at(stack, "ec2.Subnet", cidrBlock=cidr)


def placed(stack: Recording, cidrs: Sequence[str], zones: Sequence[str]) -> None:
    """One subnet a zone, in their order."""
    assert [subnet(stack, cidr)["availabilityZone"] for cidr in cidrs] == [*zones]


def all_subnets(stack: Recording, cidrs: Sequence[str], zones: Sequence[str]) -> None:
    """These subnets and no others, in these zones and no others."""
    found = of(stack, "ec2.Subnet")
    assert sorted(each["cidrBlock"] for each in found) == sorted(cidrs)
    assert {each["availabilityZone"] for each in found} == {*zones}


def _default_route(stack: Recording, cidr: str) -> list[dict[str, Any]]:
    routes = routes_of(stack, table_of(stack, subnet(stack, cidr)))
    return [route for route in routes if "0.0.0.0/0" in route.values() or "::/0" in route.values()]


def to_internet(stack: Recording, cidrs: Sequence[str]) -> None:
    """These subnets' default route, and nobody else's, is the VPC's one internet gateway."""
    gateway = one(stack, "ec2.InternetGateway")
    assert gateway["vpcId"] == one(stack, "ec2.Vpc").id
    for each in of(stack, "ec2.Subnet"):
        ways = [route.get("gatewayId") for route in _default_route(stack, each["cidrBlock"])]
        assert (ways == [gateway.id]) is (each["cidrBlock"] in cidrs), each["cidrBlock"]


def through_nat(stack: Recording, cidrs: Sequence[str], gateways: int) -> None:
    """These subnets' default route is a NAT gateway with an address of its own: of the same zone, or the only one."""
    found = of(stack, "ec2.NatGateway")
    assert len(found) == gateways
    addresses = [each["allocationId"] for each in found]
    assert sorted(addresses) == sorted(each.outputs["allocationId"] for each in of(stack, "ec2.Eip"))
    zones = {each.id: each["availabilityZone"] for each in of(stack, "ec2.Subnet")}
    public = one(stack, "ec2.InternetGateway").id
    for nat in found:
        inside = only(each for each in of(stack, "ec2.Subnet") if each.id == nat["subnetId"])
        assert [route.get("gatewayId") for route in _default_route(stack, inside["cidrBlock"])] == [public]
    assert len({zones[nat["subnetId"]] for nat in found}) == gateways
    for cidr in cidrs:
        [route] = _default_route(stack, cidr)
        nat = only(each for each in found if each.id == route.get("natGatewayId"))
        assert gateways == 1 or zones[nat["subnetId"]] == subnet(stack, cidr)["availabilityZone"]
        assert not subnet(stack, cidr).inputs.get("mapPublicIpOnLaunch")


def isolated(stack: Recording, cidrs: Sequence[str]) -> None:
    """These subnets have a route table of their own choice, and no way out of the VPC."""
    assert cidrs
    for cidr in cidrs:
        assert _default_route(stack, cidr) == []
        assert not subnet(stack, cidr).inputs.get("mapPublicIpOnLaunch")


def holds_only(stack: Recording, cidrs: Sequence[str]) -> None:
    """These subnets hold the balancer and the NAT gateways, and nothing else."""
    mine = {subnet(stack, cidr).id for cidr in cidrs}
    holders = {
        each.type.rpartition(":")[2]
        for each in stack.resources.values()
        if each.custom and any(str(id_) in json.dumps(each.inputs) for id_ in mine)
    }
    assert holders == {"LoadBalancer", "NatGateway", "RouteTableAssociation"}


def peers(stack: Recording) -> dict[str, str]:
    """The ids of the security groups, by who carries them."""
    found = {"alb": only({group for each in of(stack, "lb.LoadBalancer") for group in each["securityGroups"]})}
    services = of(stack, "ecs.Service")
    found["app"] = only({group for each in services for group in each["networkConfiguration"]["securityGroups"]})
    if hosts := of(stack, "ec2.Instance"):
        found["bastion"] = only({group for each in hosts for group in each["vpcSecurityGroupIds"]})
    databases = of(stack, "rds.Instance")
    found |= {"rds": only({group for each in databases for group in each["vpcSecurityGroupIds"]})} if databases else {}
    return found | {"redis": only(one(stack, "elasticache.ReplicationGroup")["securityGroupIds"])}


def group(stack: Recording, carrier: str, ingress: Rules | None, egress: Rules | None, name: str = "") -> None:
    """The rules of a group are these and no others; None is not looked at."""
    known = peers(stack)
    id_ = known[carrier]
    rules = rules_of(stack, id_)
    for outward, wanted in ((False, ingress), (True, egress)):
        if wanted is None:
            continue
        meant = sorted((protocol, (port, port), known.get(peer, peer)) for protocol, port, peer in wanted)
        assert sorted((r.protocol, r.ports, r.peer) for r in rules if r.egress is outward) == meant
    if name:
        resource = only(each for each in of(stack, "ec2.SecurityGroup") if each.id == id_)
        assert name in (resource["name"], resource["tags"]["Name"])


def open_to_the_world(stack: Recording, ports: Sequence[int]) -> None:
    """What anybody may reach: these ports of the balancer, and nothing else."""
    found = {
        (each.id, rule.ports)
        for each in of(stack, "ec2.SecurityGroup")
        for rule in rules_of(stack, str(each.id))
        if not rule.egress and rule.peer in (ANYWHERE, "::/0")
    }
    assert found == {(peers(stack)["alb"], (port, port)) for port in ports}


def in_subnets(stack: Recording, cidrs: Sequence[str]) -> None:
    """Every service's tasks run in exactly these subnets, without an address of the internet."""
    services = of(stack, "ecs.Service")
    assert services
    for each in services:
        network = each["networkConfiguration"]
        assert {*network["subnets"]} == {subnet(stack, cidr).id for cidr in cidrs}
        assert not network.get("assignPublicIp")


def stores_in(stack: Recording, cidrs: Sequence[str], *classes: str) -> None:
    """The subnet groups of the stores hold exactly these subnets."""
    for class_ in classes:
        assert {*one(stack, class_)["subnetIds"]} == {subnet(stack, cidr).id for cidr in cidrs}


def definitions(stack: Recording, family: str) -> list[dict[str, Any]]:
    """The containers of a task definition whose family ends in a word."""
    found = only(each for each in of(stack, "ecs.TaskDefinition") if each["family"].endswith(family))
    return json.loads(found["containerDefinitions"])


def containers(stack: Recording) -> list[dict[str, Any]]:
    """Every container of every task definition."""
    found = [each for task in of(stack, "ecs.TaskDefinition") for each in json.loads(task["containerDefinitions"])]
    assert found
    return found


def first_containers(stack: Recording) -> list[dict[str, Any]]:
    """The service's own container of every task definition: those beside it connect to nothing."""
    found = [json.loads(each["containerDefinitions"])[0] for each in of(stack, "ecs.TaskDefinition")]
    assert found
    return found


def every_container(stack: Recording, wanted: Mapping[str, Any]) -> None:
    """Each container definition has these values."""
    for each in containers(stack):
        assert {key: each.get(key) for key in wanted} == wanted


def on_fargate(stack: Recording, hosts: int = 0) -> None:
    """Fargate is the only compute, beside hosts that run no tasks."""
    assert len(of(stack, "ec2.Instance")) == hosts
    for each in of(stack, "ecs.TaskDefinition"):
        assert (each["requiresCompatibilities"], each["networkMode"]) == (["FARGATE"], "awsvpc")
    assert of(stack, "ecs.TaskDefinition")
    for class_ in ("autoscaling.Group", "eks.Cluster"):
        assert of(stack, class_) == []


def environment_of(stack: Recording, family: str, wanted: Mapping[str, str]) -> None:
    """The one container of a task has these variables."""
    given = {each["name"]: each["value"] for each in only(definitions(stack, family))["environment"]}
    assert {name: given.get(name) for name in wanted} == wanted


def execution_roles_read_their_own(stack: Recording) -> None:
    """Each task has an execution role of ECS's own, apart from the task's, that reads exactly the injected secrets."""
    roles = {arn(each): each for each in trusting(stack, "ecs-tasks.amazonaws.com")}
    tasks = of(stack, "ecs.TaskDefinition")
    assert tasks
    for task in tasks:
        assert task["executionRoleArn"] != task["taskRoleArn"]
        given = {
            ":".join(secret["valueFrom"].split(":")[:7])
            for each in json.loads(task["containerDefinitions"])
            for secret in each.get("secrets", [])
        }
        assert task["taskRoleArn"] in roles
        readable = {
            resource
            for statement in permissions(stack, roles[task["executionRoleArn"]])
            if "secretsmanager:GetSecretValue" in statement.actions
            for resource in statement.resources
        }
        assert readable == given


def least_privilege(stack: Recording) -> None:
    """No user, no access key, no administrator, no wildcard action."""
    assert of(stack, "iam.User") + of(stack, "iam.AccessKey") == []
    attached = [each["policyArn"] for each in of(stack, "iam.RolePolicyAttachment")]
    assert not [each for each in attached if each.endswith(("/AdministratorAccess", "/PowerUserAccess"))]
    texts = [each["policy"] for class_ in ("iam.RolePolicy", "iam.Policy") for each in of(stack, class_)]
    assert of(stack, "iam.RolePolicy")
    for text in texts:
        for statement in document(text):
            wild = [action for action in statement.actions if action == "*" or action.endswith(":*")]
            assert not (statement.allows and wild), wild


def may(stack: Recording, family: str, action: str, condition: dict[str, Any]) -> None:
    """A task's role may do something under a condition."""
    task = only(each for each in of(stack, "ecs.TaskDefinition") if each["family"].endswith(family))
    role = only(each for each in of(stack, "iam.Role") if arn(each) == task["taskRoleArn"])
    found = [each.condition for each in permissions(stack, role) if action in each.actions]
    assert condition in found


def service_alarms(stack: Recording, metric: str, threshold: float, seconds: int, services: Sequence[str]) -> None:
    """Each service has an alarm on a metric of AWS/ECS that tells somebody."""
    names = {each["name"]: each for each in of(stack, "ecs.Service")}
    found: set[str] = set()
    for each in of(stack, "cloudwatch.MetricAlarm"):
        if each.inputs.get("metricName") == metric and each.inputs.get("namespace") == "AWS/ECS":
            right = each["comparisonOperator"] == "GreaterThanThreshold" and each["threshold"] == threshold
            if right and each["period"] * each["evaluationPeriods"] == seconds and each["alarmActions"]:
                found.add(each["dimensions"]["ServiceName"])
    assert found & {*names} == {name for name in names if any(name.endswith(word) for word in services)}
    assert len(found) == len(services)


def charted(stack: Recording, board: str, metrics: Sequence[str], line: float | None = None) -> None:
    """A widget of a dashboard whose name ends in a word shows metrics, with a line where one is wanted."""
    found = [each for each in of(stack, "cloudwatch.Dashboard") if each["dashboardName"].endswith(board)]
    widgets = [widget["properties"] for each in found for widget in json.loads(each["dashboardBody"])["widgets"]]
    for metric in metrics:
        shown = [each for each in widgets if metric in json.dumps(each.get("metrics", []))]
        assert shown, metric
        if line is not None:
            lines = [a["value"] for each in shown for a in each.get("annotations", {}).get("horizontal", [])]
            assert line in lines, (metric, lines)


def account(stack: Recording, account_: str, region: str) -> None:
    """The stack may touch one account, in one region."""
    provider = only(each for each in stack.resources.values() if each.type == "pulumi:providers:aws")
    assert json.loads(provider["allowedAccountIds"]) == [account_]
    assert (provider["region"], stack.config["aws:region"]) == (region, region)


def nothing_alarms_by_info(stack: Recording) -> None:
    """No alarm tells the topic of information when it goes off."""
    topic = only(each for each in of(stack, "sns.Topic") if each["name"].endswith("-info"))
    alarms = of(stack, "cloudwatch.MetricAlarm")
    assert alarms
    for each in alarms:
        assert arn(topic) not in each.inputs.get("alarmActions", [])


def every_target_scales(stack: Recording) -> None:
    """Each target of scaling has a policy."""
    targets = [each["resourceId"] for each in of(stack, "appautoscaling.Target")]
    assert targets
    assert {*targets} == {each["resourceId"] for each in of(stack, "appautoscaling.Policy")}


def names_no_other_region(stack: Recording, own: str, other: str) -> None:
    """No ARN of a region that begins otherwise stands in any input, but those that CloudFront takes from us-east-1.

    These are the stack's own certificate and web ACL, which hold data of nobody, and the source of its access logs,
    which are delivered to a bucket here.
    """
    assert stack.config["aws:region"] == own
    kinds = ("acm.Certificate", "wafv2.WebAcl", "cloudwatch.LogDeliverySource", "cloudwatch.LogDeliveryDestination")
    at_home = {arn(each) for kind in kinds for each in of(stack, kind) if "region" in each.inputs}
    at_home.add(f"arn:aws:logs:us-east-1:{stack.config['cloudplatform:account']}:delivery-source:*")
    for each in stack.resources.values():
        named = re.findall(rf"arn:aws:[a-z0-9-]+:{other}[^\"\\]*", json.dumps(each.inputs, default=str))
        assert {*named} <= at_home, each.name


def count_of(stack: Recording, least: int, *classes: str) -> None:
    """At least so many resources of some classes."""
    assert sum(len(of(stack, class_)) for class_ in classes) >= least


def none_of(stack: Recording, *classes: str) -> None:
    """No resource of some classes."""
    assert [each.name for class_ in classes for each in of(stack, class_)] == []


def flow_logs(stack: Recording, days: int | None = None) -> None:
    """Everything that the VPC lets in or turns away is logged in CloudWatch."""
    log = one(stack, "ec2.FlowLog")
    assert (log["vpcId"], log["trafficType"]) == (one(stack, "ec2.Vpc").id, "ALL")
    group_ = only(each for each in of(stack, "cloudwatch.LogGroup") if arn(each) in log["logDestination"])
    assert days is None or group_["retentionInDays"] == days
    assert ids([group_])
