"""Key figures of a stack, derived from resource types and dependencies, never from one system's names."""

from collections import Counter
from collections.abc import Iterable

from preview.recording import RecordedResource, Recording
from preview.wire import UNKNOWN, Object

SUBNET = "aws:ec2/subnet:Subnet"
NAT_GATEWAY = "aws:ec2/natGateway:NatGateway"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
RECORD = "aws:route53/record:Record"
CERTIFICATE = "aws:acm/certificate:Certificate"
KEY = "aws:kms/key:Key"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
BUDGET = "aws:budgets/budget:Budget"


def figures(recording: Recording, exposed: Object) -> Object:
    """Everything that a reader wants to know before the list of resources.

    `exposed` is the exposure of the same document: what faces the internet, and where each subnet leads.
    """
    components = [resource for resource in recording.resources.values() if not resource.custom]
    endpoints = recording.of(ENDPOINT)
    return {
        "resources": len(recording.resources) - len(components),
        "components": len(components),
        "kinds": dict(Counter(kind(resource.type) for resource in recording.resources.values() if resource.custom)),
        "zones": sorted(_texts(recording.of(SUBNET), "availabilityZone")),
        "subnets": _subnets(exposed["ways"]),
        "nat_gateways": len(recording.of(NAT_GATEWAY)),
        "endpoints": {
            "gateway": sorted(_services(endpoint for endpoint in endpoints if not _interface(endpoint))),
            "interface": sorted(_services(endpoint for endpoint in endpoints if _interface(endpoint))),
        },
        "entry_points": _entry_points(recording, exposed),
        "certificates": sorted(_texts(recording.of(CERTIFICATE), "domainName")),
        "keys": len(recording.of(KEY)),
        "alarms": {"single": len(recording.of(ALARM)), "composite": len(recording.of(COMPOSITE))},
        "budgets": [_budget(budget) for budget in sorted(recording.of(BUDGET), key=lambda each: each.name)],
    }


def kind(token: str) -> str:
    """A type for people: `ec2.Subnet` of `aws:ec2/subnet:Subnet`; outside AWS with its package."""
    package, module, name = token.split(":")
    if module == "providers":
        return f"{name}.Provider"
    service = module.partition("/")[0]
    return f"{service if package == 'aws' else package}.{name}"


def _texts(resources: Iterable[RecordedResource], name: str) -> set[str]:
    return {str(resource.outputs[name]) for resource in resources if resource.outputs.get(name, UNKNOWN) != UNKNOWN}


def _interface(endpoint: RecordedResource) -> bool:
    return endpoint.inputs.get("vpcEndpointType", "Gateway") != "Gateway"


def _services(endpoints: Iterable[RecordedResource]) -> Iterable[str]:
    """The services behind endpoints: `ecr.api` of `com.amazonaws.us-east-1.ecr.api`."""
    for endpoint in endpoints:
        service = str(endpoint.inputs.get("serviceName", UNKNOWN))
        yield ".".join(service.split(".")[3:]) or "unknown"


def _subnets(ways: Iterable[Object]) -> Object:
    """How many subnets have each way out."""
    counted = Counter(each["way"] for each in ways)
    return {way: counted[way] for way in ("internet", "nat", "none", "unknown")}


def _entry_points(recording: Recording, exposed: Object) -> list[Object]:
    """What the internet can connect to, as the exposure has it, with listeners and the names that lead to it."""
    urns = dict.fromkeys(each["urn"] for each in exposed["entry_points"])
    here = [recording.resources[urn] for urn in urns if urn in recording.resources]  # not what an update alone makes
    points = (_entry_point(recording, point) for point in here)
    return sorted(points, key=lambda point: point["name"])


def _entry_point(recording: Recording, point: RecordedResource) -> Object:
    listeners = [item for token in LISTENERS for item in recording.of(token)]
    behind = [_listener(item) for item in listeners if point.urn in _behind(item, "loadBalancerArn")]
    aliases: list[str] = point.inputs.get("aliases", [])
    names = {name for name in (*aliases, *_names(recording, point)) if name != UNKNOWN}
    return {
        "name": point.name,
        "kind": kind(point.type),
        "listeners": sorted(behind, key=lambda listener: listener["port"]),
        "names": sorted(names),
    }


def _listener(listener: RecordedResource) -> Object:
    actions: list[Object] = listener.inputs.get("defaultActions", [])
    return {
        "port": listener.inputs.get("port", 0),
        "protocol": listener.inputs.get("protocol", "HTTP"),
        "action": str(actions[-1].get("type", "")) if actions else "",
    }


def _budget(budget: RecordedResource) -> Object:
    """A budget's ceiling: an amount, a unit such as USD, and the time for which it stands."""
    words = ("limitAmount", "limitUnit", "timeUnit")
    amount, unit, time = (str(budget.inputs.get(key, "")).replace(UNKNOWN, "unknown") for key in words)
    return {"name": budget.name, "amount": amount, "unit": unit, "time": time.lower()}


def _names(recording: Recording, target: RecordedResource) -> list[str]:
    """The DNS names whose records point at a resource."""
    records = (record for record in recording.of(RECORD) if target.urn in _behind(record, "aliases", "records"))
    return [str(record.inputs.get("name", UNKNOWN)) for record in records]


def _behind(resource: RecordedResource, *properties: str) -> set[str]:
    """The URNs whose values went into properties; known at preview, while the values are not."""
    return {urn for name in properties for urn in resource.property_dependencies.get(name, ())}
