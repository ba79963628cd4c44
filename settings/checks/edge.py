"""DNS, CloudFront and the health checks of Route 53."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.edge import HOME
from settings.tables.table import Complaint


@check("services", "dns")
def hosts_stand_in_the_zone(s: Settings) -> Iterator[Complaint]:
    if not s.dns:
        return
    for target in s.targets:
        for r, route in target.table.routes.items():
            for h, host in enumerate(route.hosts):
                if host != s.dns.domain and not host.endswith(f".{s.dns.domain}"):
                    path = (*target.path, "routes", r, "hosts", h)
                    yield Complaint(
                        path, f"{host} is not in the zone {s.dns.domain}; use a name such as api.{s.dns.domain}"
                    )


@check("cdn", "load-balancer", "region")
def cloudfront_finds_its_origin(s: Settings) -> Iterator[Complaint]:
    if s.cdn and not s.load_balancer:
        yield Complaint(("cdn",), "CloudFront needs a load balancer as its origin; add cloudplatform:load-balancer")
    if s.cdn and s.region != HOME:
        message = f"CloudFront takes certificate and web ACL from {HOME} only, and this stack's are in {s.region}"
        yield Complaint(("cdn",), f"{message}; remove it")


@check("dns", "services", "region")
def health_checks_are_heard_of(s: Settings) -> Iterator[Complaint]:
    path = ("dns", "health-checks")
    if s.dns and s.dns.health_checks and not s.hosts:
        yield Complaint(path, "no service has routes, so there is no name to check; remove it")
    if s.dns and s.dns.health_checks and s.region != HOME:
        yield Complaint(path, f"Route 53 reports it in {HOME}, and this stack's alarms are in {s.region}; remove it")
