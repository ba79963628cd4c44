"""Firewalls on the way: whether what a route gives to an appliance goes on to the internet, and comes back by it."""

from collections.abc import Callable, Iterable

from guard.aws.networks import Addresses, addresses
from guard.aws.nodes import SUBNETS, Node, key
from guard.model.graph import UNKNOWN, Missing, Resource, Stack
from guard.model.logic import Answer, every, some
from guard.reach.addressing import ranges
from guard.reach.placements import together
from guard.reach.routes import APPLIANCES, Route, Via


class Appliances:
    """The appliances of a stack.

    Its route tables ask here, and are asked in turn: for a subnet's route to the internet, and for gateways' routes.
    """

    def __init__(
        self,
        stack: Stack,
        internet_route: Callable[[Node], object],
        gateway_routes: Callable[[], Iterable[Route]],
    ) -> None:
        self._stack = stack
        self._internet_route = internet_route
        self._gateway_routes = gateway_routes
        self._asking: set[str] = set()

    def lead_out(self, route: Route, subnet: Node) -> Answer:
        """Say whether a route of a subnet leads to an internet gateway by an appliance, and answers come back by it.

        Its own subnet leads on, to a NAT gateway mostly. Where it leads to an internet gateway, and that one's table
        leads to the subnet by the appliance, the subnet is as public as with a route of its own.
        """
        if not addresses(route.ranges).broad and route.exact:
            return False  # the endpoint of one service
        there = [one for one in route.to if isinstance(one, Resource)]
        if len(there) < len(route.to) or not there:
            return UNKNOWN
        onward = some(self._out(one) for one in there)
        return False if onward is False else every((onward, self._back(subnet)))

    def between(self, route: Route, subnet: Node) -> bool:
        """Say whether a route's machine stands between a subnet and an internet gateway, which leads to it, too."""
        machines, around = set(map(key, route.to)), ranges(subnet)
        back = (each for each in self._gateway_routes() if each.via is Via.INTERFACE)
        return any(machines & set(map(key, each.to)) and _covers(each, around) is True for each in back)

    def _out(self, appliance: Resource) -> Answer:
        subnets = together([self._stack.targets(appliance, APPLIANCES[appliance.type], *SUBNETS)])
        answers: list[Answer] = [self._subnet_out(each) for each in (*subnets.nodes, *subnets.maybe)]
        return some((*answers, *([UNKNOWN] if subnets.unknown or not answers else [])))

    def _subnet_out(self, subnet: Node) -> Answer:
        if key(subnet) in self._asking:
            return False  # a circle leads nowhere
        self._asking.add(key(subnet))
        try:
            found = self._internet_route(subnet)
        finally:
            self._asking.discard(key(subnet))
        return UNKNOWN if isinstance(found, Missing) else found is not None

    def _back(self, subnet: Node) -> Answer:
        """Say whether what comes in by a gateway is led to a subnet by an appliance; without that nobody knows."""
        around = ranges(subnet)
        led = [_covers(route, around) for route in self._gateway_routes() if route.via is Via.ENDPOINT]
        return some(led) is True or UNKNOWN


def _covers(route: Route, around: Addresses) -> Answer:
    led = addresses(route.ranges)
    if any(part and part <= whole for part, whole in ((around.four, led.four), (around.six, led.six))):
        return True
    return UNKNOWN if led & around or not route.exact else False
