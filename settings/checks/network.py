"""The network: its zones and tiers, and what is placed in them."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.connections import CONNECTIONS
from settings.tables.table import Complaint
from settings.words import either

#: Rules of a network ACL in one direction (the VPC's quotas).
ACL_RULES = 20


@check("region", "network")
def zones_lie_in_the_region(s: Settings) -> Iterator[Complaint]:
    for index, zone in enumerate(s.network.zones if s.network else ()):
        if zone[:-1] != s.region:
            message = f"{zone} is not a zone of aws:region {s.region}; use {s.region}{zone[-1]}"
            yield Complaint(("network", "zones", index), message)


@check("network", "load-balancer", "services", "files", "client-vpn", *CONNECTIONS)
def what_is_placed_has_a_network(s: Settings) -> Iterator[Complaint]:
    placed = [*s.stores, *(["load-balancer"] if s.load_balancer else []), *(["files"] if s.files else [])]
    placed += ["client-vpn"] if s.client_vpn else []
    for table in placed:
        if not s.network:
            yield Complaint((table,), f"{table} needs a network; add cloudplatform:network")
    if s.services and not s.network:
        yield Complaint(("services",), "services need a network; add cloudplatform:network")


@check("network", "load-balancer", "services", "files", "bastion", "client-vpn", *CONNECTIONS)
def tiers_exist(s: Settings) -> Iterator[Complaint]:
    if not s.network:
        return
    for path, tier, routes in _placements(s):
        fitting = [name for name, each in s.network.tiers.items() if each.route in routes]
        advice = f"use {either(fitting)}" if fitting else f"add a tier with route: {routes[0]}"
        if tier not in s.network.tiers:
            yield Complaint(path, f"there is no tier {tier!r}; {advice}")
        elif (route := s.network.tiers[tier].route) not in routes:
            has = f"tier {tier!r} has route {route} (network.tiers.{tier})"
            plain = route == "none" and path[0] in ("services", "network")  # only plain ACLs keep these out of it
            strict = ", or network.acls: strict" if plain else ""
            message = f"{has}, and this needs {either(routes)}; {advice}{strict}"
            yield Complaint(path, message, other=("network", "tiers", tier, "route"))


def _placements(s: Settings) -> Iterator[tuple[tuple[str, ...], str, tuple[str, ...]]]:
    """What is placed in which tier, and the routes that such a tier may have."""
    if s.load_balancer:
        yield ("load-balancer", "tier"), s.load_balancer.tier, ("internet",)
    for word, store in s.stores.items():
        yield (word, "tier"), store.tier, CONNECTIONS[word].routes
    if s.client_vpn:
        yield ("client-vpn", "tier"), s.client_vpn.tier, ("nat",)
    for name, files in s.files.items():
        yield ("files", name, "tier"), files.tier, ("none", "nat")
    if s.bastion:
        yield ("bastion", "tier"), s.bastion.tier, ("internet",)
    # Of plain network ACLs that of a tier with route: none admits the data stores' clients and nobody else.
    closed = s.network is not None and s.network.acls is True
    for name, service in s.services.items():
        yield ("services", name, "tier"), service.tier, ("nat",) if closed else ("nat", "none")
    if s.network and closed and s.network.endpoints and s.network.endpoints.interface:
        yield ("network", "endpoints", "tier"), s.network.endpoints.tier, ("nat", "internet")


@check("network", "services", "load-balancer", "files", *CONNECTIONS)
def strict_acls_fit(s: Settings) -> Iterator[Complaint]:
    """AWS allows an ACL 20 rules a direction: a strict one has one for each port and subnet, and few more."""
    if not s.network or s.network.acls != "strict":
        return
    wide = max((len(tier.cidrs) for tier in s.network.tiers.values()), default=0)
    inner = {*s.network.tiers_by_route("nat"), *(each.tier for each in s.services.values())} & s.network.tiers.keys()
    clients = sum(len(s.network.tiers[tier].cidrs) for tier in inner)
    ports = max(len({target.table.listens for target in s.targets}), len(s.stores) + bool(s.files) + 1)
    most = max(wide, clients) * ports + 3 + len(s.network.deny)
    if most > ACL_RULES:
        # True is refused of services in a tier without a route out, see the placements.
        inside = {each.tier for each in s.services.values()} & {*s.network.tiers_by_route("none")}
        advice = "let services stand in fewer subnets, or deny less" if inside else "use true"
        message = f"a strict network ACL could need {most} rules a direction, and AWS allows {ACL_RULES}; {advice}"
        yield Complaint(("network", "acls"), message)


@check("network", "database", "cache", "load-balancer")
def data_spans_zones(s: Settings) -> Iterator[Complaint]:
    zones = len(s.network.zones) if s.network else 2
    if s.database and zones < 2:
        yield Complaint(("database",), "RDS needs subnets in two zones; name a second zone in network.zones")
    if s.load_balancer and zones < 2:
        yield Complaint(
            ("load-balancer",), "a load balancer needs subnets in two zones; name a second zone in network.zones"
        )
    if s.cache and s.cache.failover and zones < 2:
        yield Complaint(
            ("cache", "failover"), "fail-over needs a second zone; name one in network.zones, or use failover: false"
        )


@check("client-vpn", "account")
def certificates_are_of_the_stack(s: Settings) -> Iterator[Complaint]:
    """ACM's certificates are of a region; the endpoint takes those of its own account there."""
    if not s.client_vpn:
        return
    for word in ("server-certificate", "client-certificates"):
        arn: str = getattr(s.client_vpn, word.replace("-", "_"))
        region, account = arn.split(":")[3:5]
        if (region, account) != (s.region, s.account):
            message = f"{arn} is of {region} in {account}; import it in {s.region} of {s.account}"
            yield Complaint(("client-vpn", word), message)


@check("network", "client-vpn")
def clients_have_addresses_of_their_own(s: Settings) -> Iterator[Complaint]:
    if not s.network or not s.client_vpn:
        return
    if s.client_vpn.cidr.overlaps(s.network.cidr):
        message = f"{s.client_vpn.cidr} overlaps the VPC's {s.network.cidr}; use addresses outside it"
        yield Complaint(("client-vpn", "cidr"), message, other=("network", "cidr"))
    if s.client_vpn.zones > len(s.network.zones):
        message = f"the network has {len(s.network.zones)} zones; use at most that many"
        yield Complaint(("client-vpn", "zones"), message)
