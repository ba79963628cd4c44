"""The route of each subnet out of the VPC, from its route table as the policy pack reads it."""

from collections.abc import Iterator
from typing import Final

from guard.aws.nodes import SUBNETS, called
from guard.model.graph import Missing, Resource, Stack
from guard.reach.route_tables import InternetRoute, Routes, Table, routes, table_name
from guard.reach.routes import Route, Via
from preview.wire import Object

#: Out of the VPC: through an internet gateway, through a NAT gateway only, by neither, or nobody knows yet.
INTERNET, NAT, NONE, UNKNOWN = "internet", "nat", "none", "unknown"
NO_WAY: Final = "no way out of the VPC"


def ways(stack: Stack) -> list[Object]:
    """A row for each subnet, by URN: its way out, and its routes in words."""
    found = routes(stack)
    return [_row(found, each) for each in sorted(stack.of(*SUBNETS), key=lambda each: each.urn)]


def _row(found: Routes, subnet: Resource) -> Object:
    tables = found.tables(subnet)
    known = [table for table in tables if not isinstance(table, Missing)]
    lines = list(dict.fromkeys(line for table in known for line in _lines(found, table)))
    way = _way(found, subnet, known)
    if not lines and way == NONE:
        lines = [f"{NO_WAY} ({', '.join(map(table_name, known))})"]
    urns = [table.urn for table in known if isinstance(table, Resource)]
    return {"subnet": subnet.urn, "tables": urns, "way": way, "routes": lines}


def _way(found: Routes, subnet: Resource, tables: list[Table]) -> str:
    answer = found.internet_route(subnet)
    if isinstance(answer, InternetRoute):
        return INTERNET
    if answer is not None:
        return UNKNOWN
    return NAT if any(route.via is Via.NAT for table in tables for route in found.routes_of(table)) else NONE


def _lines(found: Routes, table: Table) -> Iterator[str]:
    for route in found.routes_of(table):
        ranges = ", ".join(route.ranges) or "elsewhere"
        yield f"{ranges} → {_target(route)} ({route.name})"


def _target(route: Route) -> str:
    if route.to:
        return ", ".join(map(called, route.to))
    return "what nobody knows yet" if isinstance(route.via, Missing) else str(route.via)
