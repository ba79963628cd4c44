"""The route table in force for a subnet, and its way to the internet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from guard.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, dig, items
from guard.networks import broad
from guard.reach.nodes import (
    DEFAULT_SUBNET,
    DEFAULT_TABLE,
    DEFAULT_VPC,
    GATEWAY,
    ROUTE,
    SUBNETS,
    TABLES,
    VPCS,
    Node,
    key,
)
from guard.reach.prefixes import prefixes


@dataclass(frozen=True)
class Main:
    """The main route table that came with a VPC, adopted by no resource."""

    vpc: Resource


Table = Resource | Main | str


@dataclass(frozen=True)
class Way:
    """How a subnet reaches the internet."""

    table: str
    route: str

    def __str__(self) -> str:
        return f"table {self.table}, route {self.route}"


class Routes:
    """The route tables of a stack. Answers are three-valued: a way, None, or UNKNOWN."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def way_out(self, subnet: Node) -> Way | Missing | None:
        """Return how a subnet's effective route table leads to an internet gateway, or None if it does not."""
        answers: list[Way | Missing | None] = [self._leads_out(table) for table in self._tables(subnet)]
        ways = [answer for answer in answers if isinstance(answer, Way)]
        return ways[0] if ways else UNKNOWN if UNKNOWN in answers else None

    def _tables(self, subnet: Node) -> list[Table | Missing]:
        """Return the table in force: the associated one, else the VPC's main one."""
        associated = self._associations.get(key(subnet), [])
        if associated:
            return associated
        if self._stray_association:
            return [UNKNOWN]
        if not isinstance(subnet, Resource):
            return [UNKNOWN]
        if subnet.type == DEFAULT_SUBNET:
            return [self._default_main]
        vpcs = self.stack.targets(subnet, "vpcId", *VPCS)
        return [UNKNOWN] if not vpcs.complete or not vpcs.nodes else [self._main(vpc) for vpc in vpcs.nodes]

    @cached_property
    def _associations(self) -> dict[str, list[Table | Missing]]:
        found: dict[str, list[Table | Missing]] = {}
        for link in self.stack.of("aws:ec2/routeTableAssociation:RouteTableAssociation"):
            for subnet in self.stack.targets(link, "subnetId", *SUBNETS).nodes:
                found.setdefault(key(subnet), []).extend(self._tables_of(link))
        return found

    @cached_property
    def _stray_association(self) -> bool:
        """Whether an association exists whose subnet nobody can name."""
        links = self.stack.of("aws:ec2/routeTableAssociation:RouteTableAssociation")
        return any(not self.stack.targets(link, "subnetId", *SUBNETS).complete for link in links)

    def _tables_of(self, source: Resource) -> list[Table | Missing]:
        """Return the tables that a `routeTableId` names; a VPC behind it means the table that came with it."""
        targets = self.stack.targets(source, "routeTableId", *TABLES, *VPCS)
        tables = [node for node in targets.sure if node.type in TABLES]
        vpcs = [node for node in targets.sure if node.type in VPCS] if not tables else []
        outside = [] if tables or vpcs else list(targets.outside)
        unknown: list[Table | Missing] = [] if targets.complete else [UNKNOWN]
        return [*tables, *(self._original(vpc) for vpc in vpcs), *outside, *unknown]

    def _original(self, vpc: Resource) -> Table:
        """Return the table that came with a VPC, as adopted or as it is."""
        for table in self.stack.of(DEFAULT_TABLE):
            if vpc in self.stack.targets(table, "defaultRouteTableId", *VPCS).sure:
                return table
        return Main(vpc)

    def _main(self, vpc: Node) -> Table | Missing:
        for link in self.stack.of("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"):
            if key(vpc) in map(key, self.stack.targets(link, "vpcId", *VPCS).nodes):
                return (self._tables_of(link) or [UNKNOWN])[0]
        return self._original(vpc) if isinstance(vpc, Resource) else UNKNOWN

    @cached_property
    def _default_main(self) -> Table | Missing:
        """Return the main table of the default VPC, which leads to the internet unless somebody changed it."""
        for vpc in self.stack.of(DEFAULT_VPC):
            return self._main(vpc)
        return DEFAULT_VPC

    def _leads_out(self, table: Table | Missing) -> Way | Missing | None:
        """Return the route of a table that leads to an internet gateway."""
        if table == DEFAULT_VPC or (isinstance(table, Main) and table.vpc.type == DEFAULT_VPC):
            return Way("of the default VPC", "to its internet gateway, made by AWS")
        if isinstance(table, Missing):
            return UNKNOWN
        doubt = isinstance(table, str)  # a table outside the stack may hold any route
        open_destinations: list[str] = []
        for name, source, at, route in self._routes(table):
            answer = self._to_gateway(source, at, route)
            doubt = doubt or answer is UNKNOWN
            if answer is not True:
                continue
            destinations = self._destinations(source, at, route)
            doubt = doubt or UNKNOWN in destinations
            open_destinations += [text for text in destinations if isinstance(text, str)]
            if broad(open_destinations):
                return Way(table if isinstance(table, str) else _table_name(table), name)
        return UNKNOWN if doubt else None

    def _routes(self, table: Table) -> Iterator[tuple[str, Resource, str, dict[str, Any] | Missing]]:
        """Yield a table's routes: who calls them what, where they are written, and what they say."""
        if isinstance(table, Resource):
            for route in items(table["routes"]):
                yield f"in {table.name}", table, "routes", route
        for route in self._standalone.get(_table_key(table), []):
            yield route.name, route, "", {}

    @cached_property
    def _standalone(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for route in self.stack.of(ROUTE):
            for table in self._tables_of(route):
                if not isinstance(table, Missing):
                    found.setdefault(_table_key(table), []).append(route)
        return found

    def _to_gateway(self, source: Resource, at: str, route: Any) -> bool | Missing:
        """Return whether a route goes to an internet gateway; NAT, transit and egress-only gateways are none."""
        if route is UNKNOWN:
            return UNKNOWN
        via = source["gatewayId"] if not at else dig(route, "gatewayId")
        if via in (ABSENT, ""):
            carrier = source["carrierGatewayId"] if not at else dig(route, "carrierGatewayId")
            return carrier not in (ABSENT, "")
        path = at or "gatewayId"
        targets = self.stack.resolve(source, path, via, GATEWAY, "aws:ec2/vpnGateway:VpnGateway")
        if any(gateway.type == GATEWAY for gateway in targets.sure):
            return True
        if any(literal.startswith("igw-") for literal in targets.outside):
            return True
        return not targets.complete and UNKNOWN

    def _destinations(self, source: Resource, at: str, route: Any) -> list[str | Missing]:
        """Return the ranges that a route is for, prefix lists opened."""
        if at:
            ranges = [dig(route, "cidrBlock"), dig(route, "ipv6CidrBlock")]
            prefix_list = dig(route, "destinationPrefixListId")
        else:
            ranges = [source["destinationCidrBlock"], source["destinationIpv6CidrBlock"]]
            prefix_list = source["destinationPrefixListId"]
        opened = prefixes(self.stack).opened(source, at or "destinationPrefixListId", prefix_list)
        return [text for text in ranges if text not in (ABSENT, "")] + opened


def _table_key(table: Table) -> str:
    return f"main table of {table.vpc.urn}" if isinstance(table, Main) else key(table)


def _table_name(table: Resource | Main) -> str:
    return f"main of {table.vpc.name}" if isinstance(table, Main) else table.name


@lru_cache(maxsize=1)
def routes(stack: Stack) -> Routes:
    """Return the routes of a stack, worked out once for all rules."""
    return Routes(stack)
