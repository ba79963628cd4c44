"""Networks as a program would write them."""

import json
from collections.abc import Iterator
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.model.graph import Resource, Stack, canonical, plain
from tests.policy.declare import r
from tests.policy.engine import Declared, literal, planned
from tests.properties.network_reference import (
    Blank,
    Net,
    ReferenceEntry,
    ReferenceRoute,
    ReferenceRouteTable,
    ReferenceRule,
    Subnet,
    Thing,
)

_TO = {
    "igw": ("gatewayId", "igw{vpc}.id"),
    "nat": ("natGatewayId", "nat.id"),
    "eigw": ("egressOnlyGatewayId", "eigw{vpc}.id"),
    "peer": ("vpcPeeringConnectionId", "peer.id"),
    "tgw": ("transitGatewayId", "tgw.id"),
}
_OTHER = r("ssm/parameter:Parameter", "other", type="String")
_UNKNOWN = "other.value"


def stack(net: Net, *, inline: bool, known: bool) -> Stack:
    """The stack of a network, its rules inline or resources of their own, its ids known or not."""
    resources = list(_declared(net, inline))
    return Stack(_seen(one, inputs, outputs, resources) for one, inputs, outputs in planned(resources, known=known))


def _seen(one: Declared, inputs: dict[str, Any], outputs: dict[str, Any], everyone: list[Declared]) -> Resource:
    urns = {other.name: other.urn for other in everyone}
    depends: dict[str, tuple[str, ...]] = {}
    for path, to in one.refs.items():
        top = path.split(".")[0].split("[")[0]
        depends[top] = (*depends.get(top, ()), urns[to.split(".")[0]])
    return Resource(one.urn, canonical(one.type), _blanked(inputs), _blanked(outputs), depends)


def _blanked(values: dict[str, Any]) -> dict[str, Any]:
    """Blanks stay unknown where ids are known."""
    text = json.dumps(values).replace(literal(_OTHER, "value"), UNKNOWN_STRING_VALUE)
    return plain(json.loads(text))


def _declared(net: Net, inline: bool) -> Iterator[Declared]:
    yield _OTHER
    for number, cidr in enumerate(net.vpcs):
        yield r("ec2/vpc:Vpc", f"vpc{number}", cidrBlock=cidr)
        yield r("ec2/internetGateway:InternetGateway", f"igw{number}", refs={"vpcId": f"vpc{number}.id"})
        yield r("ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", f"eigw{number}")
    yield r("ec2/natGateway:NatGateway", "nat")
    yield r("ec2transitgateway/transitGateway:TransitGateway", "tgw")
    yield r("ec2/vpcPeeringConnection:VpcPeeringConnection", "peer", refs={"vpcId": "vpc0.id", "peerVpcId": "vpc0.id"})
    for number, table in enumerate(net.tables):
        yield from _table(number, table, len(net.vpcs), inline)
    for number, acl in enumerate(net.acls):
        yield from _acl(number, acl, inline)
    for number, group in enumerate(net.groups):
        yield from _group(number, group, inline)
    for number, subnet in enumerate(net.subnets):
        yield from _subnet(number, subnet)
    for number, thing in enumerate(net.things):
        yield from _thing(number, thing)
    if net.blocked is not False:
        mode, refs = _said("internetGatewayBlockMode", net.blocked, {True: "block-bidirectional", False: "off"})
        yield r("ec2/vpcBlockPublicAccessOptions:VpcBlockPublicAccessOptions", "bpa", refs=refs, **mode)


def _said(path: str, value: Any, words: dict[Any, Any] | None = None) -> tuple[dict[str, Any], dict[str, str]]:
    """A property with its value, or one that nobody knows."""
    if isinstance(value, Blank):
        return {}, {path: _UNKNOWN}
    return {path: words[value] if words else value}, {}


def _table(number: int, table: ReferenceRouteTable, vpcs: int, inline: bool) -> Iterator[Declared]:
    main = number < vpcs
    form, at = ("defaultRouteTable:DefaultRouteTable", "defaultRouteTableId") if main else ("routeTable:RouteTable", "")
    blank = any(isinstance(route.to, Blank) for route in table.routes)  # a list does not tell whose each id is
    refs = {at: f"vpc{table.vpc}.defaultRouteTableId"} if main else {"vpcId": f"vpc{table.vpc}.id"}
    if inline and not blank:
        routes: list[dict[str, Any]] = []
        for index, route in enumerate(table.routes):
            props, to = _route(route, table.vpc, ("cidrBlock", "ipv6CidrBlock"))
            routes.append(props)
            refs |= {f"routes[{index}].{path}": ref for path, ref in to.items()}
        yield r(f"ec2/{form}", f"table{number}", refs=refs, routes=routes)
        return
    if not main:
        yield r(f"ec2/{form}", f"table{number}", refs=refs)
    for index, route in enumerate(table.routes):
        props, to = _route(route, table.vpc, ("destinationCidrBlock", "destinationIpv6CidrBlock"))
        of = f"vpc{table.vpc}.mainRouteTableId" if main else f"table{number}.id"
        yield r("ec2/route:Route", f"route{number}-{index}", refs={"routeTableId": of, **to}, **props)


def _route(route: ReferenceRoute, vpc: int, ranges: tuple[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    props, refs = _said(ranges[":" in str(route.cidr)], route.cidr)
    path, to = ("gatewayId", _UNKNOWN) if isinstance(route.to, Blank) else _TO[route.to]
    return props, {**refs, path: to.format(vpc=vpc)}


def _acl(number: int, acl: tuple[ReferenceEntry, ...], inline: bool) -> Iterator[Declared]:
    about = [  # what is said of number, action and range
        (
            entry,
            _said("ruleNo" if inline else "ruleNumber", entry.number),
            _said("action" if inline else "ruleAction", entry.allow, {True: "allow", False: "deny"}),
            _said("ipv6CidrBlock" if ":" in str(entry.cidr) else "cidrBlock", entry.cidr),
        )
        for entry in acl
    ]
    rows = [
        (
            entry,
            {"protocol": entry.protocol, "fromPort": entry.low, "toPort": entry.high}
            | {path: value for part in parts for path, value in part[0].items()},
            {path: ref for part in parts for path, ref in part[1].items()},
        )
        for entry, *parts in about
    ]
    own = f"acl{number}"
    if not inline:
        yield r("ec2/networkAcl:NetworkAcl", own, refs={"vpcId": "vpc0.id"})
        for index, (entry, props, refs) in enumerate(rows):
            egress = entry.direction == "egress"
            refs["networkAclId"] = f"{own}.id"
            yield r("ec2/networkAclRule:NetworkAclRule", f"{own}-{index}", refs=refs, **props, egress=egress)
        return
    lists: dict[str, list[dict[str, Any]]] = {"ingress": [], "egress": []}
    blanks: dict[str, str] = {"vpcId": "vpc0.id"}
    for entry, props, refs in rows:
        place = f"{entry.direction}[{len(lists[entry.direction])}]"
        lists[entry.direction].append(props)
        blanks |= {f"{place}.{path}": ref for path, ref in refs.items()}
    yield r("ec2/networkAcl:NetworkAcl", own, refs=blanks, **lists)


def _group(number: int, rules: tuple[ReferenceRule, ...], inline: bool) -> Iterator[Declared]:
    own = f"group{number}"
    named = [rule for rule in rules if _kind(rule) == "group"]
    if not inline or len(named) > 1:  # a list does not tell whose each id is
        yield r("ec2/securityGroup:SecurityGroup", own, refs={"vpcId": "vpc0.id"})
        for index, rule in enumerate(rules):
            yield from _rule(f"rule{number}-{index}", own, rule, legacy=bool(index % 2))
        return
    lists: dict[str, list[dict[str, Any]]] = {}
    refs = {"vpcId": "vpc0.id"}
    for rule in rules:
        place = lists.setdefault(rule.direction, [])
        path = {"group": "securityGroups", "six": "ipv6CidrBlocks", "four": "cidrBlocks"}[_kind(rule)]
        body: dict[str, Any] = {"protocol": rule.protocol, "fromPort": rule.low, "toPort": rule.high}
        if rule.other == number:
            body["self"] = True
        elif isinstance(rule.other, str):
            body[path] = [rule.other]
        else:
            to = _UNKNOWN if isinstance(rule.other, Blank) else f"group{rule.other}.id"
            refs[f"{rule.direction}[{len(place)}].{path}[0]"] = to
        place.append(body)
    yield r("ec2/securityGroup:SecurityGroup", own, refs=refs, **lists)


def _kind(rule: ReferenceRule) -> str:
    text = str(rule.other.choices[0] if isinstance(rule.other, Blank) else rule.other)
    return "group" if text.isdigit() else "six" if ":" in text else "four"


def _rule(name: str, own: str, rule: ReferenceRule, *, legacy: bool) -> Iterator[Declared]:
    kind, text = _kind(rule), str(rule.other)
    ports = {} if rule.protocol == "-1" and not legacy else {"fromPort": rule.low, "toPort": rule.high}
    if legacy:
        path = {"group": "sourceSecurityGroupId", "six": "ipv6CidrBlocks", "four": "cidrBlocks"}[kind]
        props: dict[str, Any] = {"type": rule.direction, "protocol": rule.protocol, **ports}
        token, value = "ec2/securityGroupRule:SecurityGroupRule", [text]
    else:
        path = {"group": "referencedSecurityGroupId", "six": "cidrIpv6", "four": "cidrIpv4"}[kind]
        props = {"ipProtocol": rule.protocol, **ports}
        way = rule.direction.capitalize()
        token, value = f"vpc/securityGroup{way}Rule:SecurityGroup{way}Rule", text
    refs = {"securityGroupId": f"{own}.id"}
    if isinstance(rule.other, Blank):
        refs[f"{path}[0]" if isinstance(value, list) and kind != "group" else path] = _UNKNOWN
    elif kind == "group":
        refs[path] = f"group{text}.id"
    else:
        props[path] = value
    yield r(token, name, refs=refs, **props)


def _subnet(number: int, subnet: Subnet) -> Iterator[Declared]:
    own = f"subnet{number}"
    maps, blank = _said("mapPublicIpOnLaunch", subnet.maps)
    six = {"ipv6CidrBlock": subnet.six} if subnet.six else {}
    refs = {"vpcId": f"vpc{subnet.vpc}.id", **blank}
    yield r("ec2/subnet:Subnet", own, refs=refs, cidrBlock=subnet.four, **maps, **six)
    links = (
        ("ec2/routeTableAssociation:RouteTableAssociation", "routeTableId", "table", subnet.table),
        ("ec2/networkAclAssociation:NetworkAclAssociation", "networkAclId", "acl", subnet.acl),
    )
    for token, path, kind, value in links:
        if value is not None:
            to = _UNKNOWN if isinstance(value, Blank) else f"{kind}{value}.id"
            yield r(token, f"{own}-{kind}", refs={"subnetId": f"{own}.id", path: to})


def _thing(number: int, thing: Thing) -> Iterator[Declared]:
    own = f"{thing.kind}{number}"
    token, groups, subnets, public = _FORMS[thing.kind]
    words = {True: False, False: True} if public == "internal" else {True: True, False: False}
    props, refs = _said(public, thing.public, words) if thing.public is not None else ({}, {})
    refs |= {f"{groups}[{index}]": f"group{each}.id" for index, each in enumerate(thing.groups)}
    if thing.kind == "machine":
        refs["subnetId"] = f"subnet{thing.subnets[0]}.id"
        props |= {"ipv6AddressCount": 1} if thing.six else {}
    elif thing.kind == "store":
        places = {f"subnetIds[{index}]": f"subnet{each}.id" for index, each in enumerate(thing.subnets)}
        yield r("rds/subnetGroup:SubnetGroup", f"{own}-places", refs=places)
        refs["dbSubnetGroupName"] = f"{own}-places.name"
        props |= {"engine": "postgres", "networkType": "DUAL" if thing.six else "IPV4"}
    else:
        refs |= {f"{subnets}[{index}]": f"subnet{each}.id" for index, each in enumerate(thing.subnets)}
    if thing.kind == "balancer":
        kind = "application" if thing.groups else "network"
        props |= {"loadBalancerType": kind, "ipAddressType": "dualstack" if thing.six else "ipv4"}
        yield from _targets(own, thing)
    nested = (
        {"networkConfiguration": {"assignPublicIp": props.pop(public)}} if "." in public and public in props else {}
    )
    yield r(token, own, refs=refs, **props, **nested)


_FORMS = {
    "machine": ("ec2/instance:Instance", "vpcSecurityGroupIds", "", "associatePublicIpAddress"),
    "service": (
        "ecs/service:Service",
        "networkConfiguration.securityGroups",
        "networkConfiguration.subnets",
        "networkConfiguration.assignPublicIp",
    ),
    "balancer": ("lb/loadBalancer:LoadBalancer", "securityGroups", "subnets", "internal"),
    "store": ("rds/instance:Instance", "vpcSecurityGroupIds", "", "publiclyAccessible"),
}


def _targets(own: str, balancer: Thing) -> Iterator[Declared]:
    for index, target in enumerate(balancer.targets):
        group = f"{own}-to{index}"
        yield r("lb/targetGroup:TargetGroup", group, targetType="ip")
        refs = {"targetGroupArn": f"{group}.arn", "targetId": f"store{target}.address"}
        yield r("lb/targetGroupAttachment:TargetGroupAttachment", f"{group}-it", refs=refs)
        refs = {"loadBalancerArn": f"{own}.arn", "defaultActions[0].targetGroupArn": f"{group}.arn"}
        yield r("lb/listener:Listener", f"{group}-on", refs=refs, defaultActions=[{"type": "forward"}])
