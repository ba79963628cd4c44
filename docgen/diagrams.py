"""The diagrams, made from the recorded stacks and from GitHub's workflows."""

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml

from docgen.pictures import Diagram
from docgen.reading import ROOT, service_name, statements, tier
from preview.lookup import Recordings, by_id, of, one
from preview.picture.boxes import Arrow, Box, word
from preview.recording import RecordedResource, Recording

WORKFLOWS = ROOT / ".github/workflows"
DRAWN = "prod"  #: the environment that the diagrams show; the others are smaller


def diagrams(stacks: Recordings) -> list[Diagram]:
    """All of them, in the order in which one reads them."""
    prod, shared = stacks[DRAWN], stacks["shared"]
    return [architecture(prod), network(prod), security_layers(prod, shared), pipeline(shared), trust(stacks)]


# The path of a request.


def architecture(stack: Recording) -> Diagram:
    """From the client to the data, and what watches it."""
    topics = Box("topics", "|".join(sorted(each["name"] for each in of(stack, "sns.Topic"))))
    alarms = Box("alarms", f"{len(of(stack, 'cloudwatch.MetricAlarm'))} alarms, "
                           f"{len(of(stack, 'cloudwatch.CompositeAlarm'))} incidents")  # fmt: skip
    told = Box("told", "told: " + ", ".join(sorted({each["protocol"] for each in of(stack, "sns.TopicSubscription")})))
    names = [each["name"] for each in of(stack, "route53.Record") if each.inputs.get("aliases")]
    boxes = (
        Box("client", "client"),
        Box("dns", "|".join(names)),
        Box("acl", f"{one(stack, 'wafv2.WebAcl')['name']}|" + ", ".join(_acl_rules(stack))),
        Box("vpc", f"VPC {one(stack, 'ec2.Vpc')['cidrBlock']}", _in_vpc(stack)),
        Box("secrets", f"{len(of(stack, 'secretsmanager.Secret'))} secrets"),
        Box("buckets", f"{len(of(stack, 's3.Bucket'))} buckets"),
        Box("logs", f"{len(of(stack, 'cloudwatch.LogGroup'))} log groups"),
        alarms,
        topics,
        told,
    )
    about = "The path of a request, and what watches it."
    return Diagram("architecture", "Architecture", about, boxes, _requests(stack))


def _in_vpc(stack: Recording) -> tuple[Box, ...]:
    """What stands in each tier's subnets."""
    balancer, service = one(stack, "lb.LoadBalancer"), one(stack, "ecs.Service")
    task, count = one(stack, "ecs.TaskDefinition"), one(stack, "appautoscaling.Target")
    database, cache = one(stack, "rds.Instance"), one(stack, "elasticache.ReplicationGroup")
    standby = ", with a standby" if database["multiAz"] else ""
    return (
        Box("public", "public subnets", (Box("alb", f"{balancer['name']}|ports {_listed(_ports(stack))}"),)),
        Box("private", "private subnets", (
            Box("service", f"{service['name']}|{count['minCapacity']} to {count['maxCapacity']} tasks, "
                           f"{task['cpu']} CPU units, {task['memory']} MiB"),
            Box("endpoints", f"{len(of(stack, 'ec2.VpcEndpoint'))} endpoints of AWS"),
        )),
        Box("data", "data subnets", (
            Box("database", f"{database['identifier']}|{database['engine']} {database['engineVersion']}, "
                            f"{database['instanceClass']}{standby}"),
            Box("cache", f"{cache['replicationGroupId']}|{cache['engine']} {cache['engineVersion']}, "
                         f"{cache['numCacheClusters']} nodes"),
        )),
    )  # fmt: skip


def _requests(stack: Recording) -> tuple[Arrow, ...]:
    """The ways between the boxes, with their ports."""
    database, cache = one(stack, "rds.Instance"), one(stack, "elasticache.ReplicationGroup")
    [container] = json.loads(one(stack, "ecs.TaskDefinition")["containerDefinitions"])
    return (
        Arrow("client", "dns", "name"),
        Arrow("client", "acl", "HTTPS"),
        Arrow("acl", "alb", str(_ports(stack)[-1])),
        Arrow("alb", "service", str(container["portMappings"][0]["containerPort"])),
        Arrow("service", "database", str(database["port"])),
        Arrow("service", "cache", str(cache["port"])),
        Arrow("service", "endpoints", "443"),
        Arrow("endpoints", "secrets"),
        Arrow("endpoints", "buckets"),
        Arrow("endpoints", "logs"),
        Arrow("logs", "alarms"),
        Arrow("alarms", "topics"),
        Arrow("topics", "told"),
    )


def _ports(stack: Recording) -> list[Any]:
    return sorted(each["port"] for each in of(stack, "lb.Listener"))


def _acl_rules(stack: Recording) -> list[str]:
    return [rule["name"] for rule in sorted(one(stack, "wafv2.WebAcl")["rules"], key=lambda it: it["priority"])]


def _listed(values: list[Any]) -> str:
    return " and ".join(map(str, values))


# The network.


def network(stack: Recording) -> Diagram:
    """Zones, tiers, and the ways out of them."""
    subnets = by_id(stack, "ec2.Subnet")
    zones = sorted({str(each["availabilityZone"]) for each in subnets.values()})
    gateways = {str(each["subnetId"]): each for each in of(stack, "ec2.NatGateway")}
    boxes = [_zone(zone, subnets, gateways, stack) for zone in zones]
    arrows = [Arrow("internet", "gateway")]
    tables = {each["subnetId"]: each["routeTableId"] for each in of(stack, "ec2.RouteTableAssociation")}
    for route in of(stack, "ec2.Route"):
        through = [id_ for id_, table in tables.items() if table == route["routeTableId"]]
        target = "gateway" if "gatewayId" in route.inputs else word(_named(stack, route["natGatewayId"]).name)
        arrows += [Arrow(word(subnets[each].name), target, route["destinationCidrBlock"]) for each in sorted(through)]
    arrows += [Arrow(word(each.name), "gateway") for each in gateways.values()]
    s3 = [each for each in of(stack, "ec2.VpcEndpoint") if each["vpcEndpointType"] == "Gateway"]
    boxes += [
        Box("gateways", "gateway endpoints: " + ", ".join(map(service_name, s3)) + "|in the private route tables")
    ]
    vpc = Box("vpc", f"VPC {one(stack, 'ec2.Vpc')['cidrBlock']}", (Box("gateway", "internet gateway"), *boxes))
    about = "Who may leave the VPC, and by which route; the data subnets have none."
    arrows.sort(key=lambda arrow: (arrow.source, arrow.target))
    return Diagram("network-diagram", "Network", about, (Box("internet", "internet"), vpc), tuple(arrows))


def _zone(
    zone: str, subnets: dict[str, RecordedResource], gateways: dict[str, RecordedResource], stack: Recording
) -> Box:
    here = [(id_, each) for id_, each in subnets.items() if each["availabilityZone"] == zone]
    here.sort(key=lambda pair: ("public", "private", "data").index(tier(pair[1])))
    return Box(word(zone), zone, tuple(box for id_, each in here for box in _subnet(id_, each, gateways, stack)))


def _subnet(
    id_: str, subnet: RecordedResource, gateways: dict[str, RecordedResource], stack: Recording
) -> Iterator[Box]:
    endpoints = [service_name(each) for each in of(stack, "ec2.VpcEndpoint") if id_ in each.inputs.get("subnetIds", [])]
    held = f"|{len(endpoints)} interface endpoints" if endpoints else ""
    yield Box(word(subnet.name), f"{tier(subnet)} {subnet['cidrBlock']}{held}")
    if id_ in gateways:
        yield Box(word(gateways[id_].name), "NAT gateway")


def _named(stack: Recording, id_: str) -> RecordedResource:
    return next(each for each in stack.resources.values() if each.id == id_)


# The seven layers.


def security_layers(stack: Recording, shared: Recording) -> Diagram:
    """What stands in the way, from outside to inside."""
    layers = [
        ("Perimeter", [
            f"web ACL: {', '.join(_acl_rules(stack))}",
            f"TLS: {next(each['sslPolicy'] for each in of(stack, 'lb.Listener') if 'sslPolicy' in each.inputs)}",
        ]),
        ("Network", [
            f"{len(of(stack, 'ec2.Subnet'))} subnets in 3 tiers, {len(of(stack, 'ec2.NetworkAcl'))} network ACLs",
            f"{len(of(stack, 'ec2.SecurityGroup'))} security groups, {_rules(stack)} rules",
            f"{len(of(stack, 'ec2.VpcEndpoint'))} endpoints, flow logs of {one(stack, 'ec2.FlowLog')['trafficType']}",
        ]),
        ("Identity and access", [
            f"{len(of(stack, 'iam.Role')) + len(of(shared, 'iam.Role'))} roles, "
            f"{len(of(stack, 'iam.User')) + len(of(shared, 'iam.User'))} users",
            f"{len(of(shared, 'iam.OpenIdConnectProvider'))} OpenID Connect provider for the workflows",
            f"denies: {', '.join(sorted(_denies(stack)))}",
        ]),
        ("Data protection", [
            f"{len(of(stack, 'kms.Key'))} customer key, rotated each year",
            f"{len(of(stack, 'secretsmanager.Secret'))} secrets, "
            f"{len(of(stack, 'secretsmanager.SecretRotation'))} rotated by a function",
            "TLS to database and cache",
        ]),
        ("Application", [
            "Semgrep, Gitleaks, Trivy and pip-audit in the workflows",
            f"image scan: {one(shared, 'ecr.RegistryScanningConfiguration')['scanType']}",
        ]),
        ("Detection and response", [
            f"GuardDuty with {len(of(shared, 'guardduty.DetectorFeature'))} features, Security Hub with "
            f"{len(of(shared, 'securityhub.StandardsSubscription'))} standards",
            f"{len(of(shared, 'cloudwatch.EventRule'))} event rules, auto-remediate",
        ]),
        ("Audit and compliance", [
            "a trail of all regions, validated, in a locked bucket",
            f"{len(of(shared, 'cfg.Rule'))} Config rules, {len(of(shared, 'cfg.ConformancePack'))} conformance pack",
        ]),
    ]  # fmt: skip
    boxes = tuple(
        Box(f"layer{number}", "|".join([f"{number}. {name}", *lines])) for number, (name, lines) in enumerate(layers, 1)
    )
    arrows = tuple(Arrow(a.id, b.id) for a, b in pairwise(boxes))
    about = "What an attacker has to pass, one after the other, and what sees it."
    return Diagram("security-layers", "Security layers", about, boxes, arrows)


def _rules(stack: Recording) -> int:
    return len(of(stack, "vpc.SecurityGroupIngressRule")) + len(of(stack, "vpc.SecurityGroupEgressRule"))


def _denies(stack: Recording) -> Iterator[str]:
    for policy in of(stack, "iam.Policy"):
        if all(each["Effect"] == "Deny" for each in statements(policy["policy"])):
            yield policy.name.removeprefix("access-deny-")


# From a commit to production.


def pipeline(shared: Recording) -> Diagram:
    """Which workflow starts which, in which environment of GitHub, and the role that it takes."""
    files = {file.stem: yaml.load(file.read_text(), yaml.CBaseLoader) for file in sorted(WORKFLOWS.glob("*.yml"))}
    names = {content["name"]: stem for stem, content in files.items()}
    roles = {each["name"].rpartition("-role-")[2] for each in of(shared, "iam.Role")}
    person = Box("person", "a person, with a commit|that passed staging")
    boxes: list[Box] = [Box("pull_request", "pull request"), Box("main", "main"), person]
    arrows: list[Arrow] = []
    for stem, content in files.items():
        events = content["on"]
        if not set(events) & {"push", "pull_request", "workflow_run"} and list(events) != ["workflow_dispatch"]:
            continue  # on a clock: the list of workflows in docs/delivery.md has them
        boxes.append(Box(word(stem), f"{stem}.yml", tuple(_jobs(stem, content, roles))))
        for name, job in content["jobs"].items():
            arrows += [Arrow(word(f"{stem}_{each}"), word(f"{stem}_{name}")) for each in _last(job.get("needs", []))]
        for event, how in events.items():
            match event:
                case "pull_request":
                    arrows.append(Arrow("pull_request", word(stem)))
                case "push":
                    arrows.append(Arrow("main", word(stem)))
                case "workflow_run":
                    arrows += [Arrow(word(names[each]), word(stem), "succeeded") for each in how["workflows"]]
                case "workflow_dispatch" if list(events) == ["workflow_dispatch"]:
                    arrows.append(Arrow("person", word(stem)))
                case _:
                    pass
    about = "Which workflow starts which; below each job, where it runs and the role it takes there."
    return Diagram("ci-cd-pipeline", "Delivery", about, tuple(boxes), tuple(arrows), "LR")


def _last(needs: str | list[str]) -> list[str]:
    """The job that another waits for; of several, which wait for each other, the last."""
    return [needs] if isinstance(needs, str) else needs[-1:]


def _jobs(stem: str, content: dict[str, Any], roles: set[str]) -> Iterator[Box]:
    for name, job in content["jobs"].items():
        taken = [str(step.get("with", {}).get("role-to-assume", "")).rpartition("-role-")[2] for step in job["steps"]]
        lines = [name]
        if where := job.get("environment"):
            lines.append("environment " + re.sub(r"\$\{\{ matrix\.(\w+) \}\}", r"\1", where))
        lines += [role for role in taken if role in roles]
        yield Box(word(f"{stem}_{name}"), "|".join(lines))


# Who may become whom.


def trust(stacks: Recordings) -> Diagram:
    """Every role of the drawn environment and the shared stack, by who may take it."""
    boxes: dict[str, Box] = {}
    arrows: set[Arrow] = set()
    for stack in (stacks["shared"], stacks[DRAWN]):
        roles = tuple(
            Box(word(f"{stack.stack}_{each.name}"), each["name"].rpartition("-role-")[2]) for each in _roles(stack)
        )
        boxes[stack.stack] = Box(word(stack.stack), f"roles of {stack.stack}", roles)
        for role in _roles(stack):
            for who in _takers(role):
                boxes.setdefault(who, Box(word(who), who))
                arrows.add(Arrow(word(who), word(f"{stack.stack}_{role.name}")))
    ordered = tuple(sorted(arrows, key=lambda arrow: (arrow.source, arrow.target)))
    about = (
        "Nobody has a key that lasts. Workflows take roles by where they run, people with MFA, services by themselves."
    )
    return Diagram("trust", "Trust", about, tuple(boxes.values()), ordered, "LR")


def _roles(stack: Recording) -> list[RecordedResource]:
    return sorted(of(stack, "iam.Role"), key=lambda role: str(role["name"]))


def _takers(role: RecordedResource) -> Iterator[str]:
    for statement in statements(role["assumeRolePolicy"]):
        match statement["Principal"]:
            case {"Service": service}:
                yield str(service)
            case {"Federated": _}:
                for subject in statement["Condition"]["StringLike"]["token.actions.githubusercontent.com:sub"]:
                    yield "GitHub " + subject.split(":", 2)[2].replace("ref:refs/heads/", "branch ")
            case _:
                mfa = "aws:MultiFactorAuthPresent" in str(statement.get("Condition"))
                yield "people with MFA" if mfa else "people"
