"""Who can open a TCP connection to whom, over a stack's recorded routes, network ACLs and security groups.

A model of what AWS documents, for a recording with known ids: security groups are stateful, network ACLs are not, so
that a connection needs both of them on its way there and the ACLs on its way back. It knows the ways of these stacks:
inside the VPC, out by NAT or an internet gateway, and in by an internet gateway.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from preview.recording import RecordedResource, Recording
from tests.requirements.expected import EPHEMERAL
from tests.requirements.reading import acl_of, acl_rules, of, only, routes_of, rules_of, table_of


@dataclass(frozen=True)
class Traveller:
    """Something with an address in a subnet, or on the internet where it has none."""

    subnet: RecordedResource | None = None
    group: str = ""  #: id of its security group
    public: bool = False  #: whether it has a public address as well

    @property
    def address(self) -> str:
        return str(ip_network(self.subnet["cidrBlock"])[10]) if self.subnet else "203.0.113.10"


INTERNET = Traveller()


@dataclass(frozen=True)
class Stop:
    """Where a connection ends, and why."""

    why: str


class _StoppedError(Exception):
    pass


def reaches(stack: Recording, source: Traveller, target: Traveller, port: int) -> list[str] | Stop:
    """The gateways on the way of a TCP connection to a port, or what stops it."""
    try:
        return _Way(stack, source, target, port).hops()
    except _StoppedError as stopped:
        return Stop(str(stopped))


@dataclass(frozen=True)
class _Way:
    stack: Recording
    source: Traveller
    target: Traveller
    port: int

    def hops(self) -> list[str]:
        self._groups()
        if not self.source.subnet:
            return self._in()
        return self._inside() if self.target.subnet else self._out(self.source.subnet)

    def _groups(self) -> None:
        for one, other, egress in ((self.source, self.target, True), (self.target, self.source, False)):
            if one.group and not any(
                rule.egress is egress
                and rule.protocol in ("tcp", "-1")
                and (not rule.ports or rule.ports[0] <= self.port <= rule.ports[1])
                and (rule.peer == other.group or _holds(rule.peer, other.address))
                for rule in rules_of(self.stack, one.group)
            ):
                raise _StoppedError(
                    f"no {'egress' if egress else 'ingress'} rule of {one.group} for {other.address}:{self.port}"
                )

    def _inside(self) -> list[str]:
        assert self.source.subnet
        assert self.target.subnet
        if self.source.subnet.id != self.target.subnet.id:
            self._cross(self.source.subnet, self.target.subnet, self.source.address, self.target.address)
        return []

    def _cross(self, there: RecordedResource, here: RecordedResource, client: str, server: str) -> None:
        """Out of one subnet into another, and back."""
        self._acl(there, True, server, (self.port, self.port))
        self._acl(here, False, client, (self.port, self.port))
        self._acl(here, True, client, EPHEMERAL)
        self._acl(there, False, server, EPHEMERAL)

    def _out(self, subnet: RecordedResource) -> list[str]:
        route = self._route(subnet, self.target.address)
        if "gatewayId" in route:
            self._outward(subnet)
            return [self._gateway(route["gatewayId"])]
        nat = only(each for each in of(self.stack, "ec2.NatGateway") if each.id == route.get("natGatewayId"))
        home = only(each for each in of(self.stack, "ec2.Subnet") if each.id == nat["subnetId"])
        # The subnet's ACL sees the far address; the NAT gateway's sees the client's and the far one.
        self._outward(subnet)
        self._acl(home, False, self.source.address, (self.port, self.port))
        self._acl(home, True, self.source.address, EPHEMERAL)
        self._outward(home)
        return [str(nat.id), self._gateway(self._route(home, self.target.address).get("gatewayId", ""))]

    def _outward(self, subnet: RecordedResource) -> None:
        self._acl(subnet, True, self.target.address, (self.port, self.port))
        self._acl(subnet, False, self.target.address, EPHEMERAL)

    def _in(self) -> list[str]:
        subnet = self.target.subnet
        assert subnet
        if not self.target.public:
            raise _StoppedError(f"{self.target.address} has no public address")
        gateway = self._gateway(self._route(subnet, self.source.address).get("gatewayId", ""))
        self._acl(subnet, False, self.source.address, (self.port, self.port))
        self._acl(subnet, True, self.source.address, EPHEMERAL)
        return [gateway]

    def _route(self, subnet: RecordedResource, address: str) -> dict[str, str]:
        found = [
            each
            for each in routes_of(self.stack, table_of(self.stack, subnet))
            if _holds(each["destinationCidrBlock"], address)
        ]
        if not found:
            raise _StoppedError(f"no route from {subnet['cidrBlock']} to {address}")
        return max(found, key=lambda each: ip_network(each["destinationCidrBlock"]).prefixlen)

    def _gateway(self, gateway: str) -> str:
        if gateway not in [each.id for each in of(self.stack, "ec2.InternetGateway")]:
            raise _StoppedError(f"{gateway or 'the way'} is no internet gateway")
        return gateway

    def _acl(self, subnet: RecordedResource, egress: bool, address: str, ports: Sequence[int]) -> None:
        """The lowest number that matches decides; every port of the range must be let through."""
        first, last = ports
        for rule in acl_rules(self.stack, acl_of(self.stack, subnet), egress):
            overlaps = not rule.ports or (rule.ports[0] <= last and first <= rule.ports[1])
            if rule.protocol in ("tcp", "-1") and _holds(rule.cidr, address) and overlaps:
                if rule.action == "deny":
                    break
                if not rule.ports or (rule.ports[0] <= first and last <= rule.ports[1]):
                    return
        raise _StoppedError(
            f"the ACL of {subnet['cidrBlock']} stops {address}:{first}-{last}, {'out' if egress else 'in'}"
        )


def _holds(peer: str, address: str) -> bool:
    return "/" in peer and ip_address(address) in ip_network(peer)
