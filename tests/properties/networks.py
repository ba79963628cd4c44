"""Small networks that Hypothesis makes, and the same as resources of a program."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.model.graph import Resource, Stack, canonical, plain
from tests.policy.declare import r
from tests.policy.engine import Declared, literal, planned
from tests.properties.network_reference import Blank, Entry, Net, Route, Rule, Subnet, Table, Thing

VPCS = ("10.0.0.0/16", "10.1.0.0/16")
WORLD = ("0.0.0.0/0", "0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "52.0.0.0/8", "52.0.0.0/9", "52.128.0.0/9", "8.8.8.8/32")
WORLD_SIX = ("::/0", "2000::/3", "2a05:d018::/32")
HERE = (*VPCS, "10.0.0.0/8", "10.0.0.0/24", "10.1.1.0/24", "2a05:d018:1::/48")
SPANS = ((0, 65535), (0, 65535), (1024, 65535), (22, 22), (443, 443), (5432, 5432), (5432, 5432), (80, 6379))
KINDS = ("store", "machine", "service", "balancer")


class _Maker:
    """Draws the parts of a network; some values are blanked out."""

    def __init__(self, draw: st.DrawFn, blanks: int, hub: bool) -> None:
        self.draw, self.blanks = draw, blanks
        self.vpcs = VPCS[: self.pick(1, 1, 2)]
        self.groups = self.pick(2, 3)
        self.far = ("peer", "tgw") if hub else ("peer",)

    def pick(self, *values: Any) -> Any:
        return self.draw(st.sampled_from(values))

    def some(self, most: int, least: int = 0) -> range:
        return range(self.draw(st.integers(least, most)))

    def maybe(self, value: Any, *others: Any) -> Any:
        """Blank a value out, which may then be another, if there is a blank left."""
        if self.blanks and self.pick(*[False] * 4, True):
            self.blanks -= 1
            return Blank((value, *(other for other in others if other != value)))
        return value

    def table(self, vpc: int) -> Table:
        far = self.far if len(self.vpcs) > 1 else ()
        cidrs = self.pick(
            ("0.0.0.0/0", "::/0"), ("0.0.0.0/0", "::/0"), ("0.0.0.0/0", "52.0.0.0/9"), ("52.0.0.0/9",), ("::/0",), ()
        )
        routes = [self.route(cidr, far) for cidr in cidrs]
        between = [Route(VPCS[1 - vpc], self.pick(*far))] if far and self.pick(True, True, False) else []
        return Table(vpc, (*routes, *between))

    def route(self, cidr: str, far: tuple[str, ...]) -> Route:
        if ":" in cidr:
            return Route(cidr, self.pick("igw", "igw", "igw", "eigw"))
        to = self.pick("igw", "igw", "igw", "igw", "nat", *far)
        return Route(self.maybe(cidr, "0.0.0.0/1"), self.maybe(to, "igw", "nat"))

    def door(self) -> Rule:
        """A rule that is rather open, so that there is something to reach."""
        spans = self.pick((0, 65535), (5432, 5432), (22, 22), (80, 6379))
        world = self.maybe(self.pick("0.0.0.0/0", "0.0.0.0/0", "::/0", "52.0.0.0/8"), "0.0.0.0/0", "8.8.8.8/32")
        return Rule("ingress", self.pick("tcp", "-1"), *spans, world)

    def rule(self) -> Rule:
        other: Any = {
            "world": lambda: self.maybe(self.pick(*WORLD), self.pick(*WORLD), "8.8.8.8/32"),
            "six": lambda: self.pick(*WORLD_SIX),
            "here": lambda: self.pick(*HERE),
            "group": lambda: self.maybe(self.pick(*range(self.groups)), 0, 99),
        }[self.pick("world", "world", "six", "here", "group", "group")]()
        direction = self.pick("ingress", "ingress", "ingress", "egress")
        return Rule(direction, self.pick("tcp", "tcp", "udp", "-1"), *self.pick(*SPANS), other)

    def entry(self, number: int) -> Entry:
        cidr = self.pick("::/0", *["0.0.0.0/0"] * 8, *WORLD, *HERE)
        return Entry(
            self.pick("ingress", "egress"),
            self.maybe(10 * number, 10 * number + 15),
            self.maybe(self.pick(True, True, False), True, False),
            self.pick("tcp", "-1", "-1"),
            *self.pick(SPANS[0], SPANS[0], *SPANS),
            cidr if ":" in cidr else self.maybe(cidr, "10.0.0.0/8"),
        )

    def subnet(self, number: int, tables: tuple[Table, ...], acls: int) -> Subnet:
        vpc = number % len(self.vpcs)
        own = [index for index, one in enumerate(tables) if one.vpc == vpc]
        return Subnet(
            vpc,
            f"10.{vpc}.{number}.0/24",
            self.pick("", f"2a05:d018:{vpc + 1}:{number}::/64"),
            maps=self.maybe(self.pick(True, False), True, False),
            table=self.maybe(self.pick(None, *own[1:]), *own[1:]),
            acl=self.maybe(self.pick(None, None, *range(acls)), *range(acls)),
        )

    def thing(self, kind: str, subnets: tuple[Subnet, ...], stores: tuple[int, ...]) -> Thing:
        home = self.pick(*subnets).vpc
        here = [index for index, one in enumerate(subnets) if one.vpc == home]
        machine, balancer = kind == "machine", kind == "balancer"
        places = self.draw(st.lists(st.sampled_from(here), min_size=1, max_size=1 if machine else 2, unique=True))
        carried = st.lists(st.integers(0, self.groups - 1), min_size=not balancer, max_size=2, unique=True)
        public = self.pick(True, True, False, *[None] * machine)
        return Thing(
            kind,
            tuple(places),
            tuple(self.draw(carried)),
            public if public is None else self.maybe(public, True, False),
            self.pick(True, False) and all(subnets[place].six for place in places),
            tuple(self.pick(*stores) for _ in self.some(1)) if balancer else (),
        )


@st.composite
def nets(draw: st.DrawFn, blanks: int = 0, hub: bool = False) -> Net:
    """A network of a few parts, so many of its values blank at most; with a transit gateway that may join its VPCs."""
    make = _Maker(draw, blanks, hub)
    own = range(len(make.vpcs))
    tables = tuple(make.table(vpc) for vpc in (*own, *(make.pick(*own) for _ in make.some(2))))
    acls = tuple(tuple(make.entry(number) for number in make.some(6, 1)) for _ in make.some(2))
    subnets = tuple(make.subnet(number, tables, len(acls)) for number in make.some(3, 1))
    stores = tuple(make.thing("store", subnets, ()) for _ in make.some(2, 1))
    others = tuple(make.thing(make.pick(*KINDS[1:]), subnets, tuple(range(len(stores)))) for _ in make.some(2, 1))
    return Net(
        make.vpcs,
        tables,
        acls,
        tuple(
            tuple(make.door() if not (group or number) else make.rule() for number in make.some(4))
            for group in range(make.groups)
        ),
        subnets,
        (*stores, *others),
        blocked=make.maybe(make.pick(*[False] * 5, True), True, False),
        hub=Blank((False, True)) if hub else False,
    )


# --- as a program would write it ---

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


def _table(number: int, table: Table, vpcs: int, inline: bool) -> Iterator[Declared]:
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


def _route(route: Route, vpc: int, ranges: tuple[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    props, refs = _said(ranges[":" in str(route.cidr)], route.cidr)
    path, to = ("gatewayId", _UNKNOWN) if isinstance(route.to, Blank) else _TO[route.to]
    return props, {**refs, path: to.format(vpc=vpc)}


def _acl(number: int, acl: tuple[Entry, ...], inline: bool) -> Iterator[Declared]:
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
            | {path: value for said in parts for path, value in said[0].items()},
            {path: ref for said in parts for path, ref in said[1].items()},
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


def _group(number: int, rules: tuple[Rule, ...], inline: bool) -> Iterator[Declared]:
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


def _kind(rule: Rule) -> str:
    text = str(rule.other.choices[0] if isinstance(rule.other, Blank) else rule.other)
    return "group" if text.isdigit() else "six" if ":" in text else "four"


def _rule(name: str, own: str, rule: Rule, *, legacy: bool) -> Iterator[Declared]:
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
