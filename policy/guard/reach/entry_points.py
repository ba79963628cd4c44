"""What brings the internet to a thing without an address of its own, and what balancers hand connections on to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from ipaddress import ip_network
from typing import Final

from guard.aws.nodes import SUBNET, key
from guard.model.attached import attached
from guard.model.graph import UNKNOWN, Missing, Resource, Stack, Targets
from guard.model.logic import Answer, some
from guard.reach.interfaces import interfaces
from guard.reach.placements import BALANCER, PLACEMENTS, VPC_LINK, VPC_ORIGIN, together


@dataclass(frozen=True)
class EntryPoint:
    """A service that takes connections from the internet and opens its own to a thing in a VPC."""

    name: str
    blockable: bool = False  # whether a block on public access to VPCs closes it
    sure: bool = True  # False if it may be another's
    shows_client: bool = False  # whether the thing sees the client's address, so that its groups must admit it


class EntryPoints:
    """The entry points and the balancers of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def of(self, thing: Resource) -> Iterator[EntryPoint]:
        """Yield the services that bring the internet to a thing."""
        if thing.type == VPC_LINK:
            yield EntryPoint("API")
        if thing.type == BALANCER:
            links = attached(self.stack, thing, _LINK, "targetArn")
            for link in links.all:
                public = self._public(link)
                if public is not False:
                    yield EntryPoint(f"API over {link.name}", sure=public is True and link in links.sure)
            origins = attached(self.stack, thing, VPC_ORIGIN, _ORIGIN, *_ADDRESSABLE)
            for origin in origins.all:
                yield EntryPoint(f"distribution over {origin.name}", blockable=True, sure=origin in origins.sure)
        if thing.type in _ADDRESSABLE:
            groups = attached(self.stack, thing, _ACCELERATED, _ENDPOINT, *_ADDRESSABLE)
            for group in groups.all:
                sure = group in groups.sure
                yield EntryPoint(f"accelerator over {group.name}", blockable=True, sure=sure, shows_client=True)

    def _public(self, link: Resource) -> Answer:
        """Say whether an API may use a link that the internet can call: one that is not known to be private."""
        users = attached(self.stack, link, "aws:apigateway/integration:Integration", "connectionId").all
        found = together([self.stack.targets(user, "restApi", _REST_API) for user in users])
        sure, maybe = ([not _private(api) for api in apis] for apis in (found.sure, found.maybe))
        if any(sure) or not (sure or maybe):
            return True
        return False if not any(maybe) else True if all(maybe) else UNKNOWN

    # --- balancers ---

    def forwards_to(self, balancer: Resource, store: Resource) -> bool | Missing:
        """Return whether a balancer has a store among its targets."""
        sure, maybe, any_balancer = self._targeting(store)
        return True if balancer.urn in sure else UNKNOWN if any_balancer or balancer.urn in maybe else False

    def serves(self, balancer: Resource, service: Resource) -> bool | Missing:
        """Return whether a balancer hands connections on to a thing: as `forwards_to`, or as the thing itself says."""
        named = together([self.stack.targets(service, path, TARGET_GROUP) for path in _REGISTERS])
        own = [balancer.urn in self._forwarding[group.urn] for group in named.sure]
        unclear = UNKNOWN if named.unknown or named.maybe else False
        return some((*own, unclear, self.forwards_to(balancer, service)))

    def _targeting(self, store: Resource) -> tuple[set[str], set[str], bool]:
        """Return the URNs of the balancers that have a store, or may have it, among their targets; and if any may."""
        sure, maybe = self.registrations(store)
        any_balancer = any(self._any_balancer(one) for one in (*sure, *maybe))
        return self._balancers(sure), self._balancers(maybe), any_balancer

    def registrations(self, thing: Resource) -> tuple[list[Resource], list[Resource]]:
        """Return what registers a thing as a target, by its id or address, and what may."""
        members = [each for token in _MEMBERS for each in attached(self.stack, thing, token, _CLUSTER).sure]
        named = [attached(self.stack, each, _ATTACHMENT, "targetId", *_TARGETS) for each in (thing, *members)]
        sure = [one for each in named for one in each.sure]
        maybe = [one for each in named for one in each.maybe]
        placed = [interface.subnets for interface in interfaces(self.stack).of(thing)]
        any_subnet = any(not each.complete for each in placed) or self._somewhere
        maybe += [one for ones in self._by_address.values() for one in ones] if any_subnet else []
        for subnet in {key(node) for interface in interfaces(self.stack).of(thing) for node in interface.subnets.nodes}:
            alone = interfaces(self.stack).by_subnet.get(subnet) == [thing]
            (sure if alone else maybe).extend(self._by_address.get(subnet, ()))
        maybe += self._literal if any_subnet else []
        return sure, maybe

    def _any_balancer(self, attachment: Resource) -> bool:
        """Say whether nobody knows which balancers have what is attached among their targets."""
        groups = self.stack.targets(attachment, "targetGroupArn", TARGET_GROUP)
        return not groups.complete or self._any_listener

    @cached_property
    def _any_listener(self) -> bool:
        """Whether a listener forwards nobody knows where, or of nobody knows which balancer."""
        paths = {
            LISTENER: ("loadBalancerArn", *(f"defaultActions.{path}" for path in _FORWARDS)),
            _LISTENER_RULE: ("listenerArn", *(f"actions.{path}" for path in _FORWARDS)),
        }
        return any(
            not self.stack.targets(one, path, BALANCER, LISTENER, TARGET_GROUP).complete
            for token, found in paths.items()
            for one in self.stack.of(token)
            for path in found
        )

    @cached_property
    def _somewhere(self) -> bool:
        """Whether a subnet has a range that nobody knows."""
        return any(subnet.known("cidrBlock") is UNKNOWN for subnet in self.stack.of(SUBNET))

    @cached_property
    def _literal(self) -> list[Resource]:
        """The targets that are written as addresses."""
        return [one for one in self.stack.of(_ATTACHMENT) if _network(one["targetId"])]

    def _balancers(self, attachments: list[Resource]) -> set[str]:
        groups = [self.stack.targets(one, "targetGroupArn", TARGET_GROUP).sure for one in attachments]
        return {urn for targets in groups for group in targets for urn in self._forwarding[group.urn]}

    @cached_property
    def _forwarding(self) -> dict[str, set[str]]:
        """The URNs of the balancers that forward to each target group, by the group's."""
        found: dict[str, set[str]] = defaultdict(set)
        for listener in self.stack.of(LISTENER):
            balancers = {one.urn for one in self.stack.targets(listener, "loadBalancerArn", BALANCER).sure}
            for groups in forwarded(self.stack, listener):
                for group in groups.sure:
                    found[group.urn] |= balancers
        return found

    @cached_property
    def _by_address(self) -> dict[str, list[Resource]]:
        """The targets that are written as addresses, by the subnets that the address may lie in."""
        subnets: dict[object, list[str]] = defaultdict(list)
        for subnet in self.stack.of(SUBNET):
            for path in ("cidrBlock", "ipv6CidrBlock"):
                subnets[_network(subnet.known(path))].append(subnet.urn)
        found: dict[str, list[Resource]] = defaultdict(list)
        for attachment in self.stack.of(_ATTACHMENT):
            address = _network(attachment["targetId"])
            around = [address.supernet(new_prefix=length) for length in range(address.prefixlen)] if address else []
            for urn in [urn for network in around for urn in subnets.get(network, ())]:
                found[urn].append(attachment)
        return found


def forwarded(stack: Stack, listener: Resource) -> Iterator[Targets]:
    """Yield the target groups that each action of a listener and of its rules names."""
    rules = attached(stack, listener, _LISTENER_RULE, "listenerArn").all
    for source, actions in ((listener, "defaultActions"), *((rule, "actions") for rule in rules)):
        for path in _FORWARDS:
            yield stack.targets(source, f"{actions}.{path}", TARGET_GROUP)


_INSTANCES: Final = ("aws:ec2/instance:Instance",)
_ADDRESSABLE: Final = (BALANCER, *_INSTANCES)
_LINK: Final = "aws:apigateway/vpcLink:VpcLink"
_REST_API: Final = "aws:apigateway/restApi:RestApi"
_ORIGIN: Final = "vpcOriginEndpointConfig.arn"
_ACCELERATED: Final = "aws:globalaccelerator/endpointGroup:EndpointGroup"
_ENDPOINT: Final = "endpointConfigurations.endpointId"
LISTENER: Final = "aws:lb/listener:Listener"
_LISTENER_RULE: Final = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP: Final = "aws:lb/targetGroup:TargetGroup"
_FORWARDS: Final = ("targetGroupArn", "forward.targetGroups.arn")
_REGISTERS: Final = ("loadBalancers.targetGroupArn", "targetGroupArns")  # where services and groups of machines say so
_ATTACHMENT: Final = "aws:lb/targetGroupAttachment:TargetGroupAttachment"

# A cluster is reached by its members, too.
_MEMBERS: Final = ("aws:rds/clusterInstance:ClusterInstance", "aws:neptune/clusterInstance:ClusterInstance")
_CLUSTER: Final = "clusterIdentifier"
_TARGETS: Final = (*PLACEMENTS, *_MEMBERS, "aws:lambda/function:Function")


def _private(api: Resource) -> bool:
    return "PRIVATE" in str(api["endpointConfiguration.types"])


def _network(text: object):
    try:
        return ip_network(text) if isinstance(text, str) else None
    except ValueError:
        return None


@lru_cache(maxsize=1)
def entry_points(stack: Stack) -> EntryPoints:
    """Return the entry points of a stack, worked out once for all rules."""
    return EntryPoints(stack)
