"""The network interfaces of things: in which subnets, with which groups, and whether the internet can address them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from guard.aws.nodes import DEFAULT_SUBNET, INTERFACE, Node, key
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets
from guard.model.logic import every, some
from guard.reach.addressing import (
    Address,
    Asks,
    Says,
    asked,
    assigns_ipv6_address,
    assigns_public_address,
    has_six,
    numbered,
    shown,
)
from guard.reach.client_vpns import Tunnel, tunnel_of
from guard.reach.groups import groups
from guard.reach.placements import BALANCER, PLACEMENTS, Purpose, subnets_of, together


@dataclass(frozen=True)
class NetworkInterface:
    """One network interface of a thing: most have one or several alike, a machine may have several that differ."""

    holder: Resource
    subnets: Targets
    groups: Targets
    four: Address = False  # whether it has a public address of IPv4
    six: Address = False  # or one of IPv6: those are all public
    guarded: bool | Missing = True  # False for a network balancer without groups: it lets everything in
    tunnel: Tunnel | None = None  # of a Client VPN: what bounds where its clients may go

    def public(self, subnet: Node | None) -> tuple[bool | Missing, bool | Missing]:
        """Return whether the internet can address it in one of its subnets by IPv4, and by IPv6."""
        four = assigns_public_address(subnet) if isinstance(self.four, Asks) else self.four
        if isinstance(self.six, Asks):
            return four, has_six(subnet) if self.six is Asks.RANGE else assigns_ipv6_address(subnet)
        return four, self.six


class NetworkInterfaces:
    """The network interfaces of all things in a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._known: dict[str, list[NetworkInterface]] = {}

    def of(self, thing: Resource) -> list[NetworkInterface]:
        """Return where a thing sits; nowhere, if it is not in a network."""
        if thing.urn not in self._known:
            self._known[thing.urn] = list(self._of(thing)) if thing.type in PLACEMENTS else []
        return self._known[thing.urn]

    @cached_property
    def things(self) -> list[Resource]:
        """All that sits in the network; a machine and its interfaces are one thing."""
        kinds = [token for token in PLACEMENTS if token not in _TEMPLATES]
        return [thing for thing in self.stack.of(*kinds) if thing.urn not in self._attached and self.of(thing)]

    @cached_property
    def by_subnet(self) -> dict[str, list[Resource]]:
        """What sits in each subnet, by the subnet's key."""
        found: dict[str, dict[str, Resource]] = defaultdict(dict)
        for thing in self.things:
            for subnet in (subnet for interface in self.of(thing) for subnet in interface.subnets.nodes):
                found[key(subnet)][thing.urn] = thing
        return {subnet: list(things.values()) for subnet, things in found.items()}

    def _of(self, thing: Resource) -> Iterator[NetworkInterface]:
        if self._outside_networks(thing):
            return
        if thing.type not in _MACHINES:
            yield self._interface(thing)
            return
        declared = self._declared(thing)
        for resource in declared.sure:
            interface = self._interface(resource)
            yield replace(interface, holder=thing, four=self._elastic(thing, interface.four))
        if not any(thing[path] is not ABSENT for path in _MACHINES[thing.type]):
            yield self._interface(thing)
            if not declared.complete:  # by what plugs in more
                yield NetworkInterface(thing, Targets(unknown=True), Targets(unknown=True), UNKNOWN, UNKNOWN)
        elif declared.outside or not declared.complete:
            yield NetworkInterface(thing, Targets(unknown=True), Targets(unknown=True), UNKNOWN, UNKNOWN)

    def _outside_networks(self, thing: Resource) -> bool:
        """Say whether a thing sits in no network of its own: it names no subnets, or is a node of another thing."""
        if thing.type == "aws:elasticache/cluster:Cluster" and thing["replicationGroupId"] is not ABSENT:
            return True
        placement = PLACEMENTS[thing.type]
        if placement.joined_by:
            found = subnets_of(self.stack, thing)
            return found.complete and not found.nodes
        if not placement.subnets:
            return placement.named_by is None
        within = all("." in path for path in placement.subnets)  # a block that puts a thing into a VPC
        asked = {path.split(".")[0] for path in placement.subnets} if within else placement.subnets
        return (within or placement.purpose is Purpose.LINK) and all(thing[path] in (ABSENT, "", []) for path in asked)

    def _interface(self, thing: Resource) -> NetworkInterface:
        template = self._template(thing)
        named = self._groups(thing, template)
        nameless = not (named.nodes or named.maybe or named.unknown)
        balancer = nameless and thing.type == BALANCER
        return NetworkInterface(
            holder=thing,
            subnets=self._subnets(thing, template),
            groups=replace(named, unknown=True) if nameless and not balancer else named,
            four=self._four(thing, template),
            six=self._six(thing, template),
            guarded=_guarded(thing) if balancer else True,
            tunnel=tunnel_of(self.stack, thing),
        )

    def _template(self, thing: Resource) -> Targets:
        """Return the launch templates or configurations that fill in what a thing does not say itself."""
        paths = _TEMPLATED.get(thing.type, ())
        return together([self.stack.targets(thing, path, *_TEMPLATES) for path in paths])

    def _subnets(self, thing: Resource, template: Targets) -> Targets:
        placement = PLACEMENTS[thing.type]
        if placement.joined_by:
            return subnets_of(self.stack, thing)
        paths = (placement.named_by[0],) if placement.named_by else placement.subnets
        if any(thing[path] not in (ABSENT, "", []) for path in paths):
            default = placement.named_by and re.fullmatch(r"default(-vpc-\w+)?", str(thing[paths[0]]))
            return _DEFAULT if default else subnets_of(self.stack, thing)
        if thing.type == _COPIED and thing[_COPY_OF] is not ABSENT:
            sources = self.stack.targets(thing, _COPY_OF, _COPIED).sure
            return together([subnets_of(self.stack, source) for source in sources] or [Targets(unknown=True)])
        found = [subnets_of(self.stack, one) for one in template.sure]
        if template.outside or not template.complete or any(one.nodes or not one.complete for one in found):
            unclear = bool(template.outside) or not template.complete
            return together([*found, Targets(unknown=unclear)])
        return _DEFAULT if thing.type in _IN_DEFAULT_VPC else Targets(unknown=True)

    def _groups(self, thing: Resource, template: Targets) -> Targets:
        own = groups(self.stack).carried(thing)
        if not (own.nodes or own.maybe or own.unknown):
            own = together([groups(self.stack).carried(one) for one in template.sure])
        return together([own, *self._added_groups(thing)])

    def _added_groups(self, thing: Resource) -> Iterator[Targets]:
        """Yield the groups that a machine or an interface gets by resources of their own."""
        if thing.type in _ADDRESSED:
            links = attached(self.stack, thing, _MORE_GROUPS, "networkInterfaceId", *_ADDRESSED)
            for link in links.all:
                named = groups(self.stack).named(link, "securityGroupId", link["securityGroupId"])
                yield named if link in links.sure else Targets(unknown=True)

    def _four(self, thing: Resource, template: Targets) -> Address:
        if thing.type in _MEMBERS:
            members = attached(self.stack, thing, _MEMBERS[thing.type], "clusterIdentifier")
            return some((members.some(lambda one: one.switch("publiclyAccessible")), _open_cluster(thing)))
        if thing.type == BALANCER and thing["loadBalancerType"] == "gateway":
            return False
        own = asked(thing, shown(thing).four)
        if own is Asks.AUTO and thing.type in _TEMPLATED:
            own = _templated(template, lambda one: Says(_TEMPLATES[one.type], unset=Asks.AUTO).of(one))
        return self._elastic(thing, own) if thing.type in _ADDRESSED else own

    def _elastic(self, thing: Resource, own: Address) -> Address:
        """Return whether a machine or an interface has a public address, its own or an elastic one."""
        elastic = some(
            attached(self.stack, thing, token, path, *_ADDRESSED).some(lambda _: True) for token, path in _ELASTIC
        )
        return own if own is True or elastic is False else elastic

    def _six(self, thing: Resource, template: Targets) -> Address:
        if thing.type in _ADDRESSED:
            own = numbered(thing)
            auto = own is Asks.AUTO and thing.type in _TEMPLATED
            return _templated(template, _numbered_by_template) if auto else own
        six = asked(thing, shown(thing).six)
        if not shown(thing).needs_four or isinstance(six, Asks):
            return six
        four = self._four(thing, template)
        return UNKNOWN if isinstance(four, Asks) else every((four, six))

    # --- interfaces ---

    def _declared(self, machine: Resource) -> Targets:
        named = [self.stack.targets(machine, path, INTERFACE) for path in _MACHINES[machine.type]]
        links = attached(self.stack, machine, _ATTACHMENT, "instanceId", *_MACHINES)
        return together([*named, *(self.stack.targets(link, "networkInterfaceId", INTERFACE) for link in links.all)])

    @cached_property
    def _attached(self) -> frozenset[str]:
        """The URNs of the interfaces that are some machine's."""
        found = [self._declared(machine) for machine in self.stack.of(*_MACHINES)]
        return frozenset(one.urn for targets in found for one in targets.sure)


def _templated(template: Targets, ask: Callable[[Resource], Address]) -> Address:
    if template.outside or not template.complete:
        return UNKNOWN
    answers = [answer for answer in map(ask, template.sure) if not isinstance(answer, Asks)]
    return some(answers) if answers else Asks.AUTO


def _numbered_by_template(template: Resource) -> Address:
    return numbered(template, "networkInterfaces.") if template.type == _LAUNCH_TEMPLATE else Asks.AUTO


# Clusters whose members say whether they are public.
_MEMBERS: Final = {
    "aws:rds/cluster:Cluster": "aws:rds/clusterInstance:ClusterInstance",
    "aws:neptune/cluster:Cluster": "aws:neptune/clusterInstance:ClusterInstance",
}

# Machines, and where they name the interfaces that they start with.
_MACHINES: Final[dict[str, tuple[str, ...]]] = {
    "aws:ec2/instance:Instance": (
        "networkInterfaces.networkInterfaceId",
        "primaryNetworkInterface.networkInterfaceId",
    ),
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ("networkInterfaces.networkInterfaceId",),
}
_ADDRESSED: Final = (*_MACHINES, INTERFACE)
_ATTACHMENT: Final = "aws:ec2/networkInterfaceAttachment:NetworkInterfaceAttachment"
_MORE_GROUPS: Final = "aws:ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment"
_ELASTIC: Final = (
    ("aws:ec2/eip:Eip", "instance"),
    ("aws:ec2/eip:Eip", "networkInterface"),
    ("aws:ec2/eipAssociation:EipAssociation", "instanceId"),
    ("aws:ec2/eipAssociation:EipAssociation", "networkInterfaceId"),
)

# What starts from a template, and where it names it; and where a template says whether there is a public address.
_LAUNCH: Final = ("launchTemplate.id", "launchTemplate.name")
_MIXED: Final = "mixedInstancesPolicy.launchTemplate.launchTemplateSpecification"
_FLEET: Final = "launchTemplateConfigs.launchTemplateSpecification"
_TEMPLATED: Final[dict[str, tuple[str, ...]]] = {
    "aws:ec2/instance:Instance": _LAUNCH,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": _LAUNCH,
    "aws:eks/nodeGroup:NodeGroup": _LAUNCH,
    "aws:ec2/fleet:Fleet": (f"{_FLEET}.launchTemplateId", f"{_FLEET}.launchTemplateName"),
    "aws:ec2/spotFleetRequest:SpotFleetRequest": (f"{_FLEET}.id", f"{_FLEET}.name"),
    "aws:autoscaling/group:Group": (
        *_LAUNCH,
        f"{_MIXED}.launchTemplateId",
        f"{_MIXED}.launchTemplateName",
        "launchConfiguration",
    ),
}
_LAUNCH_TEMPLATE: Final = "aws:ec2/launchTemplate:LaunchTemplate"
_TEMPLATES: Final = {
    _LAUNCH_TEMPLATE: "networkInterfaces.associatePublicIpAddress",
    "aws:ec2/launchConfiguration:LaunchConfiguration": "associatePublicIpAddress",
}

# Without a subnet these go into the default VPC; a replica goes where its source is.
_IN_DEFAULT_VPC: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:docdb/cluster:Cluster",
    "aws:docdb/elasticCluster:ElasticCluster",
    "aws:neptune/cluster:Cluster",
    "aws:redshift/cluster:Cluster",
    "aws:redshiftserverless/workgroup:Workgroup",
    "aws:elasticache/replicationGroup:ReplicationGroup",
    "aws:elasticache/cluster:Cluster",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "aws:memorydb/cluster:Cluster",
    "aws:dax/cluster:Cluster",
    "aws:mq/broker:Broker",
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:autoscaling/group:Group",
)
_DEFAULT: Final = Targets(outside=(DEFAULT_SUBNET,))
_COPIED: Final = "aws:rds/instance:Instance"
_COPY_OF: Final = "replicateSourceDb"


def _guarded(balancer: Resource) -> bool | Missing:
    """Say whether a balancer that names no groups has one: an application balancer takes the VPC's default group."""
    kind = balancer["loadBalancerType"]
    return UNKNOWN if kind is UNKNOWN else kind in (ABSENT, "application")


def _open_cluster(cluster: Resource) -> bool | Missing:
    """Say whether a cluster of instances that it made itself is public: it is by default in the default VPC."""
    if cluster.type != "aws:rds/cluster:Cluster":
        return False
    own = cluster["dbClusterInstanceClass"] is not ABSENT
    return cluster.switch("publiclyAccessible", absent=own and cluster["dbSubnetGroupName"] is ABSENT)


@lru_cache(maxsize=1)
def interfaces(stack: Stack) -> NetworkInterfaces:
    """Return the interfaces of a stack, worked out once for all rules."""
    return NetworkInterfaces(stack)
