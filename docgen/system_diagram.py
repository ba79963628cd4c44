"""The picture of a system: what stands in each tier of its largest stack, and who may talk to whom."""

from collections.abc import Iterator, Mapping, Sequence

from docgen.pictures import Arrow, Box, Diagram, word
from docgen.reading import tier
from docgen.system_tables import cache_size, database_size, service_id, service_size
from preview.lookup import Recordings, by_id, of
from preview.recording import RecordedResource, Recording

PICTURE = "architecture"  #: the name of its file
ACROSS = 5  #: so many names of services stand in one line
#: Who may open a connection: both ends are groups of the stack.
RULES = "vpc.SecurityGroupEgressRule"

Members = Mapping[str, Sequence[str]]  #: ids of boxes by the id of a security group


def picture(stacks: Recordings) -> Diagram:
    """The stack of a system that has most resources."""
    stack = max(stacks.values(), key=lambda each: len(each.resources))
    others = " The other stacks have less." if len(stacks) > 1 else ""
    about = f"What `{stack.stack}` has in each tier, and what its security groups let through.{others}"
    boxes = (*_outside(stack), Box("vpc", _vpc(stack), tuple(_tiers(stack))), *_beside(stack))
    there = set(_ids(boxes))
    arrows = [each for each in (*_requests(stack), *_conversations(stack)) if {each.source, each.target} <= there]
    return Diagram(PICTURE, "Architecture", about, boxes, tuple(dict.fromkeys(arrows)))


def _ids(boxes: Sequence[Box]) -> Iterator[str]:
    for box in boxes:
        yield box.id
        yield from _ids(box.inside)


def _vpc(stack: Recording) -> str:
    [vpc] = of(stack, "ec2.Vpc")
    return f"VPC {vpc['cidrBlock']} in {stack.config['aws:region']}"


def _outside(stack: Recording) -> Iterator[Box]:
    """What a request meets before the VPC."""
    yield Box("client", "client")
    if names := sorted({str(each["name"]) for each in of(stack, "route53.Record") if each.inputs.get("aliases")}):
        yield Box("dns", "|".join(names))
    for each in of(stack, "cloudfront.Distribution"):
        yield Box(word(each.name), "CloudFront|" + ", ".join(each.inputs.get("aliases", ())))
    for acl in of(stack, "wafv2.WebAcl"):
        rules = sorted(acl.inputs.get("rules", ()), key=lambda rule: rule["priority"])
        yield Box(word(acl.name), f"{acl['name']}|" + _lines([rule["name"] for rule in rules]))


def _beside(stack: Recording) -> Iterator[Box]:
    """What stands in no network."""
    kinds = (("s3.Bucket", "buckets"), ("dynamodb.Table", "DynamoDB tables"), ("secretsmanager.Secret", "secrets"),
             ("sqs.Queue", "queues"), ("ecr.Repository", "image repositories"), ("kms.Key", "keys"))  # fmt: skip
    if lines := [f"{name}: {count}" for kind, name in kinds if (count := len(of(stack, kind)))]:
        yield Box("beside", "|".join(["reached through AWS's APIs", *lines]))
    if topics := sorted(str(each["name"]) for each in of(stack, "sns.Topic")):
        yield Box("topics", "alarms' topics|" + "|".join(topics))


def _tiers(stack: Recording) -> Iterator[Box]:
    subnets = by_id(stack, "ec2.Subnet")
    held: dict[str, list[Box]] = {tier(each): [] for each in subnets.values()}
    for box, subnet in _placed(stack):
        held[tier(subnets[subnet])].append(box)
    for name, boxes in held.items():
        cidrs = [str(each["cidrBlock"]) for each in subnets.values() if tier(each) == name]
        yield Box(f"tier_{word(name)}", f"{name} subnets|{', '.join(sorted(cidrs))}", tuple(boxes))


def _placed(stack: Recording) -> Iterator[tuple[Box, str]]:
    """Every box of the VPC with the id of a subnet that it stands in."""
    groups = {str(each["name"]): each["subnetIds"][0]
              for kind in ("rds.SubnetGroup", "elasticache.SubnetGroup") for each in of(stack, kind)}  # fmt: skip
    for balancer in of(stack, "lb.LoadBalancer"):
        ports = sorted({each["port"] for each in of(stack, "lb.Listener")})
        label = f"{balancer['name']}|listens on {' and '.join(map(str, ports))}"
        yield Box(word(balancer.name), label), balancer["subnets"][0]
    if gateways := of(stack, "ec2.NatGateway"):
        yield Box("nat", f"NAT gateways: {len(gateways)}"), gateways[0]["subnetId"]
    for services in _alike(stack):
        names = _lines([service_id(each) for each in services])
        box = Box(word(services[0].name), f"{names}|{service_size(stack, services[0])}")
        yield box, services[0]["networkConfiguration"]["subnets"][0]
    if interfaces := [each for each in of(stack, "ec2.VpcEndpoint") if each.inputs.get("subnetIds")]:
        yield Box("endpoints", f"{len(interfaces)} endpoints of AWS"), interfaces[0]["subnetIds"][0]
    for database in of(stack, "rds.Instance"):
        group = groups.get(str(database.inputs.get("dbSubnetGroupName")))
        if group:
            yield Box(word(database.name), f"{database['identifier']}|{database_size(stack)}"), group
    for cache in of(stack, "elasticache.ReplicationGroup"):
        label = f"{cache['replicationGroupId']}|{cache_size(stack)}"
        yield Box(word(cache.name), label), groups[str(cache["subnetGroupName"])]


def _alike(stack: Recording) -> list[list[RecordedResource]]:
    """The services, those together that are alike in size, place and group."""
    found: dict[tuple[str, ...], list[RecordedResource]] = {}
    for service in of(stack, "ecs.Service"):
        place = service["networkConfiguration"]
        routed = "routed" if service.inputs.get("loadBalancers") else ""
        key = (service_size(stack, service), str(place["securityGroups"]), str(place["subnets"]), routed)
        found.setdefault(key, []).append(service)
    return list(found.values())


def _requests(stack: Recording) -> Iterator[Arrow]:
    """From the client to the services: through CloudFront and web ACLs, where there are any."""
    if any(each.inputs.get("aliases") for each in of(stack, "route53.Record")):
        yield Arrow("client", "dns", "name")
    balancers = [word(each.name) for each in of(stack, "lb.LoadBalancer") if not each.inputs.get("internal")]
    distributions = of(stack, "cloudfront.Distribution")
    regional = [word(each.name) for each in of(stack, "wafv2.WebAcl") if each["scope"] == "REGIONAL"]
    for acl in regional or ["client"]:
        yield from (Arrow(acl, balancer, "HTTPS") for balancer in balancers)
    yield from (Arrow("client", acl, "HTTPS") for acl in regional if balancers)
    acls = {str(each.outputs.get("arn")): word(each.name) for each in of(stack, "wafv2.WebAcl")}
    for each in distributions:
        acl = acls.get(str(each.inputs.get("webAclId")), "client")
        yield from (Arrow(source, target, "HTTPS") for source, target in (("client", acl), (acl, word(each.name)))
                    if source != target)  # fmt: skip
    for services in _alike(stack):
        for target in services[0].inputs.get("loadBalancers", ()):
            yield from (Arrow(each, word(services[0].name), str(target["containerPort"])) for each in balancers)


def _conversations(stack: Recording) -> Iterator[Arrow]:
    """From each service to what its security group lets it reach."""
    sources = _grouped((services[0].name, services[0]["networkConfiguration"]["securityGroups"])
                       for services in _alike(stack))  # fmt: skip
    targets = _grouped(_stores(stack))
    for rule in sorted(of(stack, RULES), key=lambda each: each.name):
        for source in sources.get(str(rule["securityGroupId"]), ()):
            for target in targets.get(str(rule.inputs.get("referencedSecurityGroupId")), ()):
                yield Arrow(source, target, str(rule["fromPort"]))


def _stores(stack: Recording) -> Iterator[tuple[str, Sequence[str]]]:
    for each in of(stack, "rds.Instance"):
        yield each.name, each.inputs.get("vpcSecurityGroupIds", ())
    for each in of(stack, "elasticache.ReplicationGroup"):
        yield each.name, each.inputs.get("securityGroupIds", ())
    for each in of(stack, "ec2.VpcEndpoint"):
        yield "endpoints", each.inputs.get("securityGroupIds", ())


def _grouped(members: Iterator[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, groups in members:
        for group in groups:
            found.setdefault(group, []).append(word(name))
    return found


def _lines(names: Sequence[str]) -> str:
    """Names, so many in a line."""
    return "|".join(", ".join(names[at : at + ACROSS]) for at in range(0, len(names), ACROSS))
