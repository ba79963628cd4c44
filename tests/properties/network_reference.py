"""Small networks in plain data, and who can connect to whom in them: slowly, by sending packets one at a time.

Nothing here is shared with `guard`. The internet is a handful of hosts, each of which stands for as many as `WEIGHTS`
says; a port stands for itself. What a network does not tell is `Blank`, with the values that it may turn out to have.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

# Hosts of the internet, and how many like them there are: more than BROAD of one version are the internet.
WEIGHTS = {
    "1.2.3.4": 2**30,
    "200.1.2.3": 2**30,
    "52.1.2.3": 2**23,
    "52.200.1.2": 2**23,
    "8.8.8.8": 1,
    "2600::1": 2**120,
    "2a05:d018::1": 2**96,
}
HOSTS = {version: [host for host in WEIGHTS if ip_address(host).version == version] for version in (4, 6)}
BROAD = {4: 2**23, 6: 2**111}

# Every port at which a rule of a generated network begins, ends, or neither.
PORTS = (0, 22, 80, 443, 1023, 1024, 5432, 6379, 40000, 65535)
PROTOCOLS = ("tcp", "udp")


@dataclass(frozen=True)
class Blank:
    """A value that nobody knows yet."""

    choices: tuple[Any, ...]


@dataclass(frozen=True)
class ReferenceRule:
    """A rule of a security group; `other` is a range, or the number of a group."""

    direction: str
    protocol: str
    low: int
    high: int
    other: Any


@dataclass(frozen=True)
class ReferenceEntry:
    """An entry of a network ACL."""

    direction: str
    number: Any
    allow: Any
    protocol: str
    low: int
    high: int
    cidr: Any


@dataclass(frozen=True)
class ReferenceRoute:
    """A route to: igw, nat, eigw, peer or tgw."""

    cidr: Any
    to: Any


@dataclass(frozen=True)
class ReferenceRouteTable:
    """A route table of a VPC."""

    vpc: int
    routes: tuple[ReferenceRoute, ...] = ()


@dataclass(frozen=True)
class Subnet:
    """A subnet; without a table it follows the main one of its VPC, without an ACL everything passes."""

    vpc: int
    four: str
    six: str = ""
    maps: Any = False
    table: Any = None
    acl: Any = None


@dataclass(frozen=True)
class Thing:
    """A machine, service, balancer or store; `public` is None where its subnet decides."""

    kind: str
    subnets: tuple[int, ...]
    groups: tuple[int, ...]
    public: Any = False
    six: bool = False
    targets: tuple[int, ...] = ()  # of a balancer


@dataclass(frozen=True)
class Net:
    """A network of one VPC or two; the first table of each VPC is its main one."""

    vpcs: tuple[str, ...]
    tables: tuple[ReferenceRouteTable, ...]
    acls: tuple[tuple[ReferenceEntry, ...], ...]
    groups: tuple[tuple[ReferenceRule, ...], ...]
    subnets: tuple[Subnet, ...]
    things: tuple[Thing, ...]
    blocked: Any = False  # whether the account blocks public access
    hub: bool = False  # whether the transit gateway joins the VPCs


@dataclass(frozen=True)
class ReferenceEnd:
    """One end of a connection: a host of the internet, or a thing in one of its subnets."""

    address: str
    thing: Thing | None = None
    subnet: int = -1


def completions(value: Any) -> Iterator[Any]:
    """Every value that the blanks of a network may turn out to make of it."""
    if isinstance(value, Blank):
        yield from value.choices
    elif isinstance(value, tuple):
        yield from itertools.product(*(list(completions(each)) for each in value))
    elif is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value)]
        for values in itertools.product(*(list(completions(getattr(value, name))) for name in names)):
            yield replace(value, **dict(zip(names, values, strict=True)))
    else:
        yield value


def internet_connects(net: Net, thing: Thing) -> bool:
    """Whether so many hosts of the internet can connect to a thing on one port that any host can."""
    ports = [("tcp", 5432)] if thing.kind == "store" else list(itertools.product(PROTOCOLS, PORTS))
    for end in interfaces(net, thing):
        for protocol, port in ports:
            for version in (4, 6):
                hosts = HOSTS[version] if version == version_of(end) else []
                through = [host for host in hosts if connects(net, ReferenceEnd(host), end, protocol, port)]
                if sum(WEIGHTS[host] for host in through) > BROAD[version]:
                    return True
    return False


def thing_connects(net: Net, one: Thing, other: Thing) -> bool:
    """Whether one thing can connect to another within private networks."""
    return next(ports_between(net, one, other), None) is not None


def ports_between(net: Net, one: Thing, other: Thing) -> Iterator[tuple[str, int]]:
    """Each protocol and port on which one thing can connect to another, of those that make a difference."""
    ports = [("tcp", 5432)] if other.kind == "store" else list(itertools.product(PROTOCOLS, PORTS))
    ends = [
        (here, there)
        for here in interfaces(net, one)
        for there in interfaces(net, other)
        if version_of(here) == version_of(there)
    ]
    for protocol, port in ports:
        if any(connects(net, here, there, protocol, port) for here, there in ends):
            yield protocol, port


def internet_to_data(net: Net, store: Thing) -> bool:
    """Whether the internet comes to a store, itself or by one thing that it connects to."""
    if internet_connects(net, store):
        return True
    for thing in net.things:
        if thing.kind == "store" or not internet_connects(net, thing) or not thing_connects(net, thing, store):
            continue
        if thing.kind != "balancer" or hands_on(net, thing, store):
            return True
    return False


def hands_on(net: Net, balancer: Thing, store: Thing) -> bool:
    """Whether a balancer has the store as target, or a group that only balancers carry and that the store lets in."""
    if any(net.things[target] is store for target in balancer.targets):
        return True
    for group in store.groups:
        for rule in net.groups[group]:
            meant = rule.direction == "ingress" and rule.protocol in ("tcp", "-1") and rule.low <= 5432 <= rule.high
            if meant and isinstance(rule.other, int) and rule.other in balancer.groups:
                carriers = [thing.kind for thing in net.things if rule.other in thing.groups]
                if set(carriers) == {"balancer"}:
                    return True
    return False


def interfaces(net: Net, thing: Thing) -> Iterator[ReferenceEnd]:
    """The ends that a thing has: an address of each kind in each of its subnets."""
    for number in thing.subnets:
        subnet = net.subnets[number]
        yield ReferenceEnd(str(ip_network(subnet.four)[7]), thing, number)
        if has_six(net, thing, number):
            yield ReferenceEnd(str(ip_network(subnet.six)[7]), thing, number)


def has_six(net: Net, thing: Thing, number: int) -> bool:
    """Whether a thing has an address of IPv6: services have one wherever there is a range."""
    if not net.subnets[number].six:
        return False
    if thing.kind in ("balancer", "store"):
        return thing.six and addressed(net, thing, number)
    return thing.kind == "service" or thing.six


def addressed(net: Net, thing: Thing, number: int) -> bool:
    """Whether the internet has an address of IPv4 for a thing."""
    return net.subnets[number].maps if thing.public is None else thing.public


def connects(net: Net, source: ReferenceEnd, target: ReferenceEnd, protocol: str, port: int) -> bool:
    """Whether a request gets from one end to another, and for some port of the client the answer gets back."""
    if source.thing is None and version_of(target) == 4 and not addressed(net, target.thing, target.subnet):
        return False
    if not group_passes(net, source, target, "egress", protocol, port):
        return False
    if not group_passes(net, target, source, "ingress", protocol, port):
        return False
    if not packet_passes(net, source, target, protocol, port):
        return False
    return any(packet_passes(net, target, source, protocol, client) for client in PORTS)


def packet_passes(net: Net, source: ReferenceEnd, target: ReferenceEnd, protocol: str, port: int) -> bool:
    """Whether one packet gets from end to end: out by the ACL and the routes, and in by the other ACL."""
    if source.thing and target.thing and source.subnet == target.subnet:
        return True
    if source.thing and not acl_passes(net, source.subnet, "egress", target.address, protocol, port):
        return False
    if not routed(net, source, target):
        return False
    return not target.thing or acl_passes(net, target.subnet, "ingress", source.address, protocol, port)


def routed(net: Net, source: ReferenceEnd, target: ReferenceEnd) -> bool:
    """Whether the routes of the source lead to the target."""
    if source.thing is None:
        return not net.blocked
    subnet = net.subnets[source.subnet]
    if target.thing and net.subnets[target.subnet].vpc == subnet.vpc:
        return True
    table = net.tables[subnet.vpc if subnet.table is None else subnet.table]
    found = [route for route in table.routes if within(target.address, route.cidr)]
    if not found:
        return False
    best = max(found, key=lambda route: ip_network(route.cidr).prefixlen)
    if target.thing is None:
        return best.to == "igw" and not net.blocked
    return best.to == "peer" or (best.to == "tgw" and net.hub)


def acl_passes(net: Net, number: int, direction: str, address: str, protocol: str, port: int) -> bool:
    """Whether a subnet's ACL lets a packet pass: the first entry that matches decides."""
    acl = net.subnets[number].acl
    if acl is None:
        return True
    for entry in sorted(net.acls[acl], key=lambda entry: entry.number):
        speaks = entry.protocol == "-1" or (entry.protocol == protocol and entry.low <= port <= entry.high)
        if entry.direction == direction and speaks and within(address, entry.cidr):
            return entry.allow
    return False


def group_passes(net: Net, end: ReferenceEnd, other: ReferenceEnd, direction: str, protocol: str, port: int) -> bool:
    """Whether a rule of the groups of an end speaks of the other end."""
    if end.thing is None or (end.thing.kind == "balancer" and not end.thing.groups):
        return True
    for number in end.thing.groups:
        rules = [rule for rule in net.groups[number] if rule.direction == direction]
        if direction == "egress" and not rules:
            return True  # nobody says what it lets out
        for rule in rules:
            if rule.protocol != "-1" and not (rule.protocol == protocol and rule.low <= port <= rule.high):
                continue
            if isinstance(rule.other, int):
                if other.thing and rule.other in other.thing.groups:
                    return True
            elif within(other.address, rule.other):
                return True
    return False


@cache
def version_of(end: ReferenceEnd) -> int:
    """Which addresses an end has."""
    return ip_address(end.address).version


@cache
def within(address: str, cidr: str) -> bool:
    """Whether a range holds an address."""
    return ip_address(address) in ip_network(cidr)
