"""What a stack file may say about its network."""

import ipaddress
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal

from pydantic import Field

from settings.known import table
from settings.tables.table import Cidr, Complaint, LogDays, Path, SubnetCidr, Table, Word, Zone, repeated, twice
from settings.words import either

Network = ipaddress.IPv4Network


class TierTable(Table):
    """The subnets of one tier, one a zone."""

    route: Literal["internet", "nat", "none"] = Field(
        description="where traffic that leaves the VPC goes: the internet gateway, a NAT gateway, or nowhere"
    )
    cidrs: tuple[SubnetCidr, ...] = Field(description="one subnet a zone, in the order of the zones", min_length=1)


class EndpointsTable(Table):
    """AWS services that are reached without leaving the VPC."""

    gateway: tuple[Literal["s3", "dynamodb"], ...] = Field(
        default=(), description="in the route tables of tiers with NAT or services; free"
    )
    interface: tuple[str, ...] = Field(
        default=(),
        description="as in com.amazonaws.<region>.<name>; each costs per zone and hour",
        examples=[["ecr.api", "logs"]],
    )
    tier: Word = Field(default="private", description="the tier whose subnets hold the interfaces")
    zones: int = Field(
        default=1, ge=1, description="how many zones, from the first, hold an interface of each endpoint"
    )
    from_vpc: bool = Field(
        default=False,
        description="admit the whole VPC's addresses, not only the services' groups (needs a policy exemption)",
    )

    def complaints(self) -> Iterator[Complaint]:
        for key, services in (("gateway", self.gateway), ("interface", self.interface)):
            yield from repeated((key,), services)


class FlowLogsTable(Table):
    """A record of the VPC's connections, accepted and refused."""

    days: LogDays = Field(default=30, description="days that the log group keeps them")
    log: Word | None = Field(default=None, description="the row of logs that takes them; default: a group of their own")

    def complaints(self) -> Iterator[Complaint]:
        if self.log and "days" in self.model_fields_set:
            yield Complaint(("days",), f"the log {self.log} says how long it keeps them; remove this")


class NetworkTable(Table):
    """The VPC: its addresses, zones, tiers and routes."""

    cidr: Cidr = Field(description="addresses of the VPC, /16 to /28")
    zones: tuple[Zone, ...] = Field(description="availability zones", min_length=1)
    tiers: dict[Word, TierTable] = Field(
        min_length=1,
        description="its subnets, by what stands in them",
        examples=[{"public": {"route": "internet", "cidrs": ["10.0.1.0/24", "10.0.2.0/24"]}}],
    )
    dns_support: bool = Field(default=True, description="answer names inside the VPC")
    dns_hostnames: bool = Field(default=True, description="give names to what has a public address")
    nat: Literal["none", "single", "per-zone"] = Field(
        default="none", description="NAT gateways: one, or one in each zone"
    )
    acls: bool | Literal["strict"] = Field(
        default=False,
        description="a network ACL for each tier, with numbered rules; strict: every rule names its ports, "
        "and admits only what may connect, with the answers",
    )
    deny: tuple[Cidr, ...] = Field(
        default=(),
        max_length=14,
        description="addresses that every network ACL refuses first; AWS allows an ACL 20 rules a direction",
    )
    endpoints: EndpointsTable | None = None
    flow_logs: FlowLogsTable | None = Field(default=None, examples=[{"days": 30}])

    def tiers_by_route(self, route: str) -> tuple[str, ...]:
        """Names of the tiers whose traffic leaves by `route`."""
        return tuple(name for name, tier in self.tiers.items() if tier.route == route)

    def complaints(self) -> Iterator[Complaint]:
        yield from self._vpc_size()
        yield from self._zones()
        yield from self._subnets()
        yield from self._routes_out()
        yield from self._endpoints()

    def _vpc_size(self) -> Iterator[Complaint]:
        if not 16 <= self.cidr.prefixlen <= 28:
            yield Complaint(
                ("cidr",), f"a VPC's prefix is /16 to /28, not /{self.cidr.prefixlen}; use one in that range"
            )

    def _zones(self) -> Iterator[Complaint]:
        for index, zone in twice(self.zones):
            region = self.zones[0][:-1]
            free = [each for letter in table()["zones"].get(region, "") if (each := region + letter) not in self.zones]
            advice = f"use {free[0]}" if free else "name it once"
            yield Complaint(("zones", index), f"{zone} is named twice; {advice}")

    def _subnets(self) -> Iterator[Complaint]:
        placed: list[tuple[Path, Network]] = []
        for name, tier in self.tiers.items():
            if len(tier.cidrs) != len(self.zones):
                message = f"{len(tier.cidrs)} subnets for {len(self.zones)} zones; use one subnet a zone"
                yield Complaint(("tiers", name, "cidrs"), message)
            placed += [(("tiers", name, "cidrs", index), cidr) for index, cidr in enumerate(tier.cidrs)]
        for path, cidr in placed:
            if not cidr.subnet_of(self.cidr):
                inside = [each for _, each in placed if each.subnet_of(self.cidr)]
                prefix = max(each.prefixlen for each in (cidr, *inside))
                yield Complaint(path, f"{cidr} lies outside the VPC's {self.cidr}; {_free(self.cidr, prefix, placed)}")
            elif not 16 <= cidr.prefixlen <= 28:
                yield Complaint(path, f"a subnet's prefix is /16 to /28, not /{cidr.prefixlen}; use one in that range")
        yield from self._overlaps(placed)

    def _overlaps(self, placed: Sequence[tuple[Path, Network]]) -> Iterator[Complaint]:
        """One complaint a subnet: of two the later is wrong, unless the earlier holds all of it."""
        told: set[Path] = set()
        for one, two in combinations(placed, 2):
            wrong, right = (one, two) if one[1].prefixlen < two[1].prefixlen else (two, one)
            (path, cidr), (beside, other) = wrong, right
            if cidr.overlaps(other) and path not in told:
                told.add(path)
                others = [each for each in placed if each[0] != path]
                prefix = max(each.prefixlen for _, each in placed)
                message = f"{cidr} overlaps {other}, which is {_subnet(beside)}; "
                yield Complaint(path, message + _free(self.cidr, prefix, others), other=beside)

    def _routes_out(self) -> Iterator[Complaint]:
        routes = {tier.route for tier in self.tiers.values()}
        if "nat" in routes and self.nat == "none":
            yield Complaint(("nat",), "a tier routes through NAT, but there is none; use single or per-zone")
        if "nat" not in routes and self.nat != "none":
            yield Complaint(("nat",), f"no tier routes through NAT, so {self.nat} would only cost; use none")
        if self.nat != "none" and "internet" not in routes:
            yield Complaint(("nat",), "NAT gateways need subnets with route: internet; add a tier with that route")
        if self.deny and not self.acls:
            yield Complaint(("deny",), "addresses are refused by network ACLs, and there are none; use acls: true")

    def _endpoints(self) -> Iterator[Complaint]:
        if not self.endpoints or not self.endpoints.interface:
            return
        if self.endpoints.tier not in self.tiers:
            message = f"there is no tier {self.endpoints.tier!r}; use {either(self.tiers)}"
            yield Complaint(("endpoints", "tier"), message)
        if not (self.dns_support and self.dns_hostnames):
            message = "interface endpoints need dns-support and dns-hostnames; use true"
            yield Complaint(("dns-hostnames" if self.dns_support else "dns-support",), message)
        if self.endpoints.zones > len(self.zones):
            message = (
                f"{self.endpoints.zones} zones, but the network has {len(self.zones)}; use at most {len(self.zones)}"
            )
            yield Complaint(("endpoints", "zones"), message)


def _subnet(path: Path) -> str:
    """tiers.public.cidrs[0]"""
    *words, index = path
    return f"{'.'.join(map(str, words))}[{index}]"


def _free(vpc: Network, prefix: int, placed: Sequence[tuple[object, Network]]) -> str:
    """Advice: the first part of the VPC with that prefix that no subnet touches."""
    if 16 <= vpc.prefixlen <= prefix:
        for candidate in vpc.subnets(new_prefix=prefix):
            if not any(candidate.overlaps(cidr) for _, cidr in placed):
                return f"use a free part such as {candidate}"
    return f"no /{prefix} of {vpc} is free; use smaller subnets or a larger VPC"
