"""What load balancers pass on as it comes: connections to a port of theirs become ones to a port of a target.

Network balancers do, and classic ones for TCP. Behind an application balancer a program answers requests, no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from guard.aws.networks import ALL_PORTS
from guard.aws.spans import Spans
from guard.model.attached import attached
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets, dig, items
from guard.model.logic import Answer
from guard.reach.entry_points import LISTENER, TARGET_GROUP, entry_points, forwarded
from guard.reach.placements import BALANCER, CLASSIC_BALANCER

# Whoever gets to one of these has a session on the machine, or is in its network: shells, desktops, tunnels.
SESSIONS: Final = Spans.of(
    *((port, port) for port in (22, 23, 500, 1194, 1701, 1723, 2222, 3389, 4500, 5985, 5986, 51820)), (5900, 5903)
)


# What takes connections and is a place to open others from.
MACHINES: Final = (
    "aws:ec2/instance:Instance",
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    "aws:autoscaling/group:Group",
    "aws:ecs/service:Service",
    "aws:ecs/taskSet:TaskSet",
    "aws:eks/nodeGroup:NodeGroup",
    "aws:emr/cluster:Cluster",
    "aws:sagemaker/notebookInstance:NotebookInstance",
)


@dataclass(frozen=True, kw_only=True)
class Relay:
    """One way by which a balancer passes connections on to a target."""

    balancer: Resource
    entry: Spans | Missing  # the port that the balancer listens on
    port: Spans | Missing  # the target's
    keeps_client: Answer  # whether the target sees the client's address instead of the balancer's
    sure: bool = True  # False if it may be another's

    def on(self, ports: Spans) -> Answer:
        """Say whether it leads to some of a target's ports."""
        return UNKNOWN if isinstance(self.port, Missing) else bool(self.port & ports)

    def opens_a_session(self) -> Answer:
        """Say whether one end of it is a port of sessions: people hide SSH behind another."""
        hidden = not isinstance(self.entry, Missing) and bool(self.entry & SESSIONS)
        return hidden or self.on(SESSIONS)


class Relays:
    """The relays of a stack."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def to(self, target: Resource) -> Iterator[Relay]:
        """Yield the relays that lead to a thing."""
        if self.stack.of(LISTENER, CLASSIC_BALANCER):
            for groups, port, sure in (*self._attachments(target), *self._own(target)):
                yield from self._by_groups(groups, port, sure=sure)
            yield from self._by_classic(target)

    # --- target groups ---

    def _attachments(self, target: Resource) -> Iterator[tuple[Targets, Any, bool]]:
        """Yield the groups that a target is registered in by resources beside it, and with which port."""
        sure, maybe = entry_points(self.stack).registrations(target)
        for one in (*sure, *maybe):
            yield self.stack.targets(one, "targetGroupArn", TARGET_GROUP), one["port"], one in sure
        if target.type in _SCALED:
            links = attached(self.stack, target, _SCALING, "autoscalingGroupName", *_SCALED)
            for one in links.all:
                yield self.stack.targets(one, "lbTargetGroupArn", TARGET_GROUP), ABSENT, one in links.sure

    def _own(self, target: Resource) -> Iterator[tuple[Targets, Any, bool]]:
        """Yield the groups that a target names itself: a service with the port of its container."""
        for block in items(target["loadBalancers"]) if target.type in _SERVICES else ():
            if block is UNKNOWN:
                yield Targets(unknown=True), UNKNOWN, True
            elif isinstance(block, dict):
                path = "loadBalancers.targetGroupArn"
                named = self.stack.resolve(target, path, dig(block, "targetGroupArn"), TARGET_GROUP)
                yield named, dig(block, "containerPort"), True
        for path in ("targetGroupArns", _SOURCES) if target.type == _GROUP else ():
            yield self.stack.targets(target, path, TARGET_GROUP), ABSENT, True

    def _by_groups(self, groups: Targets, port: Any, *, sure: bool) -> Iterator[Relay]:
        if groups.unknown:
            yield from self._by_any(UNKNOWN if port is ABSENT else _ports(port))
        for group in _all(groups):
            if self._vague:
                yield from self._by_any(_ports(group["port"] if port is ABSENT else port))
            for listener, certain in self._listeners.get(group.urn, ()):
                balancers = self.stack.targets(listener, "loadBalancerArn", BALANCER)
                for balancer in (*balancers.sure, *balancers.maybe):
                    network = _is(balancer["loadBalancerType"], "network")
                    if network is not False:
                        yield Relay(
                            balancer=balancer,
                            entry=_ports(listener["port"]),
                            port=_ports(group["port"] if port is ABSENT else port),
                            keeps_client=_keeps_client(group),
                            sure=sure and certain and network is True and group in groups.sure
                            and balancer in balancers.sure,
                        )  # fmt: skip

    def _by_any(self, port: Spans | Missing) -> Iterator[Relay]:
        """Yield a relay of each network balancer, where nobody knows which it is."""
        for balancer in self.stack.of(BALANCER):
            if _is(balancer["loadBalancerType"], "network") is not False:
                yield Relay(balancer=balancer, entry=UNKNOWN, port=port, keeps_client=UNKNOWN, sure=False)

    @cached_property
    def _vague(self) -> bool:
        """Whether nobody knows of a listener whose it is, or where it forwards to."""
        return any(
            self.stack.targets(one, "loadBalancerArn", BALANCER).unknown
            or any(groups.unknown for groups in forwarded(self.stack, one))
            for one in self.stack.of(LISTENER)
        )

    @cached_property
    def _listeners(self) -> dict[str, list[tuple[Resource, bool]]]:
        """The listeners that forward to each target group, by the group's URN, and whether for certain."""
        found: dict[str, list[tuple[Resource, bool]]] = defaultdict(list)
        for listener in self.stack.of(LISTENER):
            for groups in forwarded(self.stack, listener):
                for group in (*groups.sure, *groups.maybe):
                    found[group.urn].append((listener, group in groups.sure))
        return found

    # --- classic balancers ---

    def _by_classic(self, target: Resource) -> Iterator[Relay]:
        for balancer, sure in self._classic(target):
            for block in items(balancer["listeners"]):
                name = dig(block, "lbProtocol")
                if name is UNKNOWN or str(name).lower() in ("tcp", "ssl"):
                    entry, port = _ports(dig(block, "lbPort")), _ports(dig(block, "instancePort"))
                    known = sure and name is not UNKNOWN
                    yield Relay(balancer=balancer, entry=entry, port=port, keeps_client=False, sure=known)

    def _classic(self, target: Resource) -> Iterator[tuple[Resource, bool]]:
        own = attached(self.stack, target, CLASSIC_BALANCER, "instances", *_INSTANCES)
        yield from ((one, one in own.sure) for one in own.all)
        for token, path, names in _CLASSIC_LINKS:
            links = attached(self.stack, target, token, path, *_SCALED, *_INSTANCES)
            for link in links.all:
                balancers = self.stack.targets(link, names, CLASSIC_BALANCER)
                yield from ((one, one in balancers.sure and link in links.sure) for one in _all(balancers))
        for path in ("loadBalancers", _SOURCES) if target.type == _GROUP else ():
            balancers = self.stack.targets(target, path, CLASSIC_BALANCER)
            yield from ((one, one in balancers.sure) for one in _all(balancers))


_INSTANCES: Final = ("aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest")
_SERVICES: Final = ("aws:ecs/service:Service", "aws:ecs/taskSet:TaskSet")
_GROUP: Final = "aws:autoscaling/group:Group"
_SOURCES: Final = "trafficSources.identifier"
_SCALED: Final = (_GROUP, "aws:eks/nodeGroup:NodeGroup")
_SCALING: Final = "aws:autoscaling/attachment:Attachment"
_CLASSIC_LINKS: Final = (
    ("aws:elb/attachment:Attachment", "instance", "elb"),
    (_SCALING, "autoscalingGroupName", "elb"),
)
_DATAGRAMS: Final = ("UDP", "TCP_UDP", "QUIC", "TCP_QUIC")


def _all(targets: Targets) -> tuple[Resource, ...]:
    return (*targets.sure, *targets.maybe)


def _is(value: Any, wanted: str) -> Answer:
    return UNKNOWN if value is UNKNOWN else value == wanted


def _ports(value: Any) -> Spans | Missing:
    """Return the port that is written, all for none, or UNKNOWN."""
    if value is ABSENT or value == "":
        return ALL_PORTS
    return Spans.of((int(value), int(value))) if str(value).isdecimal() else UNKNOWN


def _keeps_client(group: Resource) -> Answer:
    """Say whether targets see the client's address: machines by default, addresses for UDP; UDP always."""
    kind, name = group["targetType"], group["protocol"]
    if name in _DATAGRAMS:
        return True
    default = UNKNOWN if kind is UNKNOWN or name is UNKNOWN else kind in (ABSENT, "", "instance")
    own = group["preserveClientIp"]
    return default if own is ABSENT or own == "" else group.switch("preserveClientIp")


@lru_cache(maxsize=1)
def relays(stack: Stack) -> Relays:
    """Return the relays of a stack, worked out once for all rules."""
    return Relays(stack)
