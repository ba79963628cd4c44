"""The route table in force for a subnet, and what gets out by its routes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Final

from guard.aws.networks import ANYWHERE, INTERNET, NOWHERE, Addresses, addresses
from guard.aws.nodes import (
    DEFAULT_SUBNET,
    DEFAULT_TABLE,
    DEFAULT_VPC,
    ROUTE,
    SUBNETS,
    TABLES,
    VPCS,
    Node,
    called,
    key,
)
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets, items
from guard.reach.appliances import Appliances
from guard.reach.extents import ANY, Extent, either
from guard.reach.routes import Route, Via, Wanted, most_specific, prefix_length, read


@dataclass(frozen=True)
class Main:
    """The main route table that came with a VPC, adopted by no resource."""

    vpc: Resource


Table = Resource | Main | str


@dataclass(frozen=True)
class InternetRoute:
    """How a subnet reaches the internet."""

    table: str
    route: str
    gateway: str = ""

    def __str__(self) -> str:
        return f"table {self.table}, route {self.route}"


class Routes:
    """The route tables of a stack. Answers are three-valued: a route, None, or UNKNOWN."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._internet: dict[str, Extent] = {}
        self._known: dict[str, list[Route]] = {}
        self._appliances = Appliances(stack, self.internet_route, lambda: self._gateway_routes)

    def internet_route(self, subnet: Node) -> InternetRoute | Missing | None:
        """Return how a subnet's effective route table leads to an internet gateway, or None if it does not."""
        answers = [self._leads_out(table, subnet) for table in self.tables(subnet)]
        if answers and all(isinstance(answer, InternetRoute) for answer in answers):
            return answers[0]  # of several tables one is in force: what holds for each holds
        return None if all(answer is None for answer in answers) else UNKNOWN

    def internet(self, subnet: Node) -> Extent:
        """Return the addresses that a subnet sends packets to through an internet gateway."""
        if key(subnet) not in self._internet:
            self._internet[key(subnet)] = self.routed(subnet, lambda route: self._to_internet(route, subnet))
        return self._internet[key(subnet)]

    def routed(self, subnet: Node, wanted: Wanted) -> Extent:
        """Return the addresses that a subnet reaches by routes of a kind: of all routes the most specific one wins."""
        return either(self._routed(table, wanted) for table in self.tables(subnet))

    def tables(self, subnet: Node) -> list[Table | Missing]:
        """Return the table in force: the associated one, else the VPC's main one."""
        associated = self._associations.get(key(subnet), [])
        if associated:
            return associated
        if self._unresolved_association:
            return [UNKNOWN]
        return [*self._possible.get(key(subnet), []), *self._unassociated(subnet)]

    def _unassociated(self, subnet: Node) -> list[Table | Missing]:
        """Return the table of a subnet without an association: its VPC's main one."""
        if subnet == DEFAULT_SUBNET or (isinstance(subnet, Resource) and subnet.type == DEFAULT_SUBNET):
            return [self._default_main]
        if not isinstance(subnet, Resource):
            return [UNKNOWN]
        vpcs = self.stack.targets(subnet, "vpcId", *VPCS)
        return [UNKNOWN] if not vpcs.complete or not vpcs.nodes else [self._main(vpc) for vpc in vpcs.nodes]

    def routes_of(self, table: Table) -> list[Route]:
        """Return all routes of a table: inline ones, standalone ones and those of the default VPC."""
        if _table_key(table) not in self._known:
            self._known[_table_key(table)] = list(self._routes_of(table))
        return self._known[_table_key(table)]

    def _routes_of(self, table: Table) -> Iterator[Route]:
        if isinstance(table, Resource):
            yield from (read(self.stack, f"in {table.name}", table, "routes", each) for each in items(table["routes"]))
        yield from (read(self.stack, each.name, each) for each in self._standalone.get(_table_key(table), []))
        for each in (*self._perhaps.get(_table_key(table), ()), *self._unresolved):
            # It may be here, and so for no range that is certain.
            yield replace(read(self.stack, each.name, each), ranges=(), exact=False)
        if _came_open(table):
            yield Route("to its internet gateway, made by AWS", Via.INTERNET, (), ("0.0.0.0/0",))

    @cached_property
    def _gateway_routes(self) -> list[Route]:
        """The routes of gateways' tables: what comes in by a gateway is routed by its table."""
        links = [link for link in self.stack.of(_ASSOCIATION) if link["gatewayId"] is not ABSENT]
        tables = [table for link in links for table in self._tables_of(link) if not isinstance(table, Missing)]
        return [route for table in tables for route in self.routes_of(table)]

    @cached_property
    def _gateway_has_table(self) -> bool:
        return any(link["gatewayId"] is not ABSENT for link in self.stack.of(_ASSOCIATION))

    @cached_property
    def _associations(self) -> dict[str, list[Table | Missing]]:
        found: dict[str, list[Table | Missing]] = {}
        for link in self.stack.of(_ASSOCIATION):
            for subnet in self.stack.targets(link, "subnetId", *SUBNETS).nodes:
                found.setdefault(key(subnet), []).extend(self._tables_of(link))
        return found

    @cached_property
    def _possible(self) -> dict[str, list[Table | Missing]]:
        """The tables of associations that are for one of several subnets, by each of these."""
        found: dict[str, list[Table | Missing]] = {}
        for link in self.stack.of(_ASSOCIATION):
            for subnet in self.stack.targets(link, "subnetId", *SUBNETS).maybe:
                found.setdefault(subnet.urn, []).extend(self._tables_of(link))
        return found

    @cached_property
    def _unresolved_association(self) -> bool:
        """Whether an association exists whose subnet nobody can name."""
        links = self.stack.of(_ASSOCIATION)
        return any(self.stack.targets(link, "subnetId", *SUBNETS).unknown for link in links)

    def _tables_of(self, source: Resource) -> list[Table | Missing]:
        """Return the tables that a `routeTableId` names, several if it may be one of these."""
        targets = self.stack.targets(source, "routeTableId", *TABLES, *VPCS)
        unknown: list[Table | Missing] = [UNKNOWN] if targets.unknown else []
        return [*self._tables(targets.sure), *self._outside(targets), *self._tables(targets.maybe), *unknown]

    def _tables(self, nodes: Iterable[Resource]) -> list[Table]:
        """Return the tables among some resources; a VPC alone means the table that came with it."""
        found = list(nodes)
        return [node for node in found if node.type in TABLES] or [self._original(vpc) for vpc in found]

    def _outside(self, targets: Targets) -> list[Table]:
        return [] if targets.sure else list(targets.outside)

    def _original(self, vpc: Resource) -> Table:
        """Return the table that came with a VPC, as adopted or as it is."""
        return self._adopted.get(vpc.urn, Main(vpc))

    @cached_property
    def _unresolved_default(self) -> bool:
        """Whether a main table is adopted, and nobody knows of which VPC."""
        tables = self.stack.of(DEFAULT_TABLE)
        return any(not self.stack.targets(table, "defaultRouteTableId", *VPCS).complete for table in tables)

    @cached_property
    def _adopted(self) -> dict[str, Table]:
        found: dict[str, Table] = {}
        for table in self.stack.of(DEFAULT_TABLE):
            for vpc in self.stack.targets(table, "defaultRouteTableId", *VPCS).sure:
                found.setdefault(vpc.urn, table)
        return found

    def _main(self, vpc: Node) -> Table | Missing:
        if key(vpc) in self._replaced:
            return self._replaced[key(vpc)]
        if self._unresolved_main:
            return UNKNOWN
        if not isinstance(vpc, Resource) or (self._unresolved_default and vpc.urn not in self._adopted):
            return UNKNOWN
        return self._original(vpc)

    @cached_property
    def _unresolved_main(self) -> bool:
        """Whether a VPC's main table is replaced, and nobody knows of which VPC."""
        return any(not self.stack.targets(link, "vpcId", *VPCS).complete for link in self.stack.of(_MAIN))

    @cached_property
    def _replaced(self) -> dict[str, Table | Missing]:
        """The tables that took the place of VPCs' main ones."""
        found: dict[str, Table | Missing] = {}
        for link in self.stack.of(_MAIN):
            for vpc in self.stack.targets(link, "vpcId", *VPCS).nodes:
                tables = self._tables_of(link)
                found.setdefault(key(vpc), tables[0] if len(tables) == 1 else UNKNOWN)
        return found

    @cached_property
    def _default_main(self) -> Table | Missing:
        """Return the main table of the default VPC, which leads to the internet unless somebody changed it."""
        for vpc in self.stack.of(DEFAULT_VPC):
            return self._main(vpc)
        return DEFAULT_VPC

    def _leads_out(self, table: Table | Missing, subnet: Node) -> InternetRoute | Missing | None:
        """Return the route of a table that leads to an internet gateway, for however few addresses of the internet."""
        if isinstance(table, Missing):
            return UNKNOWN
        undecided = isinstance(table, str) and table != DEFAULT_VPC  # a table outside the stack may hold any route
        for route in self.routes_of(table):
            out = self._to_internet(route, subnet)
            if out is True and addresses(route.ranges) & INTERNET:
                return InternetRoute(table_name(table), route.name, ", ".join(map(called, route.to)))
            inexact = out is True and not route.exact
            # An instance that a route leads to is one that translates addresses, where no gateway has a table.
            behind = route.via is not Via.INTERFACE or self._gateway_has_table
            undecided = undecided or inexact or (out is UNKNOWN and behind)
        return UNKNOWN if undecided else None

    def _to_internet(self, route: Route, subnet: Node) -> bool | Missing:
        """Say whether a route of a subnet leads to an internet gateway, by a firewall or at once."""
        if route.via in (UNKNOWN, Via.INTERFACE):
            between = route.via is Via.INTERFACE and self._appliances.between(route, subnet)
            return between or UNKNOWN
        return self._appliances.lead_out(route, subnet) if route.via is Via.ENDPOINT else route.via is Via.INTERNET

    def _routed(self, table: Table | Missing, wanted: Wanted) -> Extent:
        if isinstance(table, Missing):
            return ANY
        known: list[tuple[int, Addresses, bool | Missing]] = []
        inexact: set[bool | Missing] = {UNKNOWN} if isinstance(table, str) and table != DEFAULT_VPC else set()
        for route in self.routes_of(table):
            answer = wanted(route)
            known += [(prefix_length(text), addresses((text,)), answer) for text in route.ranges]
            inexact |= set() if route.exact else {answer}
        found = most_specific(known)
        # A route for nobody knows what may lead anywhere, and may take from the others what it likes.
        return Extent(
            found.least if inexact <= {True} else NOWHERE,
            ANYWHERE if inexact & {True, UNKNOWN} else found.most,
        )

    @cached_property
    def _standalone(self) -> dict[str, list[Resource]]:
        found: dict[str, list[Resource]] = {}
        for route in self.stack.of(ROUTE):
            targets = self.stack.targets(route, "routeTableId", *TABLES, *VPCS)
            for table in (*self._tables(targets.sure), *self._outside(targets)):
                found.setdefault(_table_key(table), []).append(route)
        return found

    @cached_property
    def _perhaps(self) -> dict[str, list[Resource]]:
        """The standalone routes that stand in one of several tables, by each of these."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for route in self.stack.of(ROUTE):
            for table in self._tables(self.stack.targets(route, "routeTableId", *TABLES, *VPCS).maybe):
                found[_table_key(table)].append(route)
        return found

    @cached_property
    def _unresolved(self) -> tuple[Resource, ...]:
        """The standalone routes of which nobody knows in which table they stand: it may be any."""
        return tuple(
            route for route in self.stack.of(ROUTE) if self.stack.targets(route, "routeTableId", *TABLES, *VPCS).unknown
        )


_MAIN: Final = "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation"
_ASSOCIATION: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"


def _came_open(table: Table) -> bool:
    """Say whether a table is the one that AWS made for the default VPC, with a route to the internet."""
    return table == DEFAULT_VPC or (isinstance(table, Main) and table.vpc.type == DEFAULT_VPC)


def _table_key(table: Table) -> str:
    return f"main table of {table.vpc.urn}" if isinstance(table, Main) else key(table)


def table_name(table: Table) -> str:
    """Return what people call a table."""
    if _came_open(table):
        return "of the default VPC"
    return f"main of {table.vpc.name}" if isinstance(table, Main) else called(table)


@lru_cache(maxsize=1)
def routes(stack: Stack) -> Routes:
    """Return the routes of a stack, worked out once for all rules."""
    return Routes(stack)
