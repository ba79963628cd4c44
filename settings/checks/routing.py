"""The load balancer: each request finds one container, and AWS takes the rules that say so."""

import itertools
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.compute import PlacedRoute
from settings.tables.routing import A_RULE
from settings.tables.table import Complaint, Path
from settings.words import either

#: The pattern of every path.
EVERYTHING: Final = "/*"


@check("load-balancer", "services", "dns")
def routes_have_what_they_need(s: Settings) -> Iterator[Complaint]:
    routed = s.targets
    if routed and not s.load_balancer:
        message = "routes need a load balancer; add cloudplatform:load-balancer"
        yield Complaint((*routed[0].path, "routes"), message)
    if s.load_balancer and not routed:
        message = "the load balancer sends requests to services with routes; none has routes; add them to one"
        yield Complaint(("load-balancer",), message)
    if routed and not s.dns:
        yield Complaint((*routed[0].path, "routes"), "routes need a DNS zone; add cloudplatform:dns")


@check("load-balancer", "services")
def other_requests_find_somebody_or_nobody(s: Settings) -> Iterator[Complaint]:
    """Who gets requests that no route takes is known; every other route has an order."""
    if not s.load_balancer or not s.targets:
        return
    words, otherwise, default = [each.word for each in s.targets], s.load_balancer.otherwise, s.default_target
    choices = either((*words, '"404"'))
    if otherwise is None and len(words) > 1:
        message = f"several containers have routes; say who gets all other requests: add otherwise: {choices}"
        yield Complaint(("load-balancer",), message)
        return
    if default is None and otherwise != "404":
        yield Complaint(("load-balancer", "otherwise"), f"{otherwise!r} has no routes; use {choices}")
        return
    taken = {each.route.order for each in s.routes}
    free = (order for order in itertools.count(10, 10) if order not in taken)
    for each in s.routes:
        if each.route.order is None and each.target != default:
            rest = f"go to {default.word}" if default else "get 404"
            message = f"without order a route takes all other requests, and those {rest}"
            yield Complaint(each.path, f"{message}; add order, such as order: {next(free)}")


@check("services", "load-balancer")
def routes_differ(s: Settings) -> Iterator[Complaint]:
    """No two routes have one order, take one request, or give their rules one name."""
    orders: dict[int, Path] = {}
    requests: dict[tuple[str, str], Path] = {}
    names: dict[str, Path] = {}
    for each in s.routes:
        route, name, here = each.route, f"{each.target.word}-{each.word}", each.path
        for request in [(host, pattern) for host in route.hosts for pattern in route.paths or (EVERYTHING,)]:
            if (first := requests.setdefault(request, here)) != here:
                message = f"{_said(first)} takes {''.join(request)} too; keep one of them"
                yield Complaint(here, message, other=first)
        if route.order is None:
            continue
        if (first := orders.setdefault(route.order, here)) != here:
            message = f"{_said(first)} has order {route.order} too; use another number"
            yield Complaint((*here, "order"), message, other=(*first, "order"))
        if (first := names.setdefault(name, here)) != here:
            message = f"its rule would be called {name}, like that of {_said(first)}; use another word"
            yield Complaint(here, message, other=first)


@check("services", "load-balancer")
def routes_get_requests(s: Settings) -> Iterator[Complaint]:
    """No route takes all requests of a host before another one is asked for it."""
    whole: list[tuple[str, PlacedRoute]] = []
    for each in sorted(s.routes, key=lambda it: it.route.place):
        for index, host in enumerate(each.route.hosts):
            first = next((before for pattern, before in whole if fnmatchcase(host, pattern)), None)
            if first and (host not in first.route.hosts or each.route.paths):  # else they take the same
                advice = f"give this an order below {first.route.place}" if first.route.place > 1 else "raise its order"
                message = f"{_said(first.path)} takes all of {host} before it; {advice}"
                yield Complaint((*each.path, "hosts", index), message, other=first.path)
        if EVERYTHING in (each.route.paths or (EVERYTHING,)):
            whole += [(host, each) for host in each.route.hosts]


def _said(path: Path) -> str:
    return ".".join(map(str, path))


@check("cdn", "services")
def rules_have_room_for_the_passphrase(s: Settings) -> Iterator[Complaint]:
    for each in s.routes if s.cdn else ():
        if each.route.order is not None and each.route.values >= A_RULE:
            message = f"AWS compares {A_RULE} values a rule, and behind cdn one is the passphrase; "
            yield Complaint(each.path, message + "make two routes of it")


@check("dns", "services", "load-balancer")
def checked_names_answer(s: Settings) -> Iterator[Complaint]:
    """Route 53 asks each name for the health of the container that answers for it."""
    if s.dns and s.dns.health_checks and s.load_balancer:
        for host in s.hosts:
            inside = host == s.dns.domain or host.endswith(f".{s.dns.domain}")  # another is refused for that
            if inside and not host.startswith("*") and s.health_path(host) is None:
                message = f"no route of {host} takes the health path of its container, so the check would always fail; "
                yield Complaint(("dns", "health-checks"), message + "add a route, or remove this")
