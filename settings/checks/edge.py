"""DNS, CloudFront, static sites and the health checks of Route 53."""

from collections.abc import Iterator

from settings.checks.check import check
from settings.settings import Settings
from settings.tables.edge import US_EAST_1
from settings.tables.table import Complaint, Path
from settings.words import either


@check("services", "dns")
def hosts_stand_in_the_zone(s: Settings) -> Iterator[Complaint]:
    for each in s.routes if s.dns else ():
        for index, host in enumerate(each.route.hosts):
            yield from _in_the_zone(s, (*each.path, "hosts", index), host, "api")


def _in_the_zone(s: Settings, path: Path, host: str, example: str) -> Iterator[Complaint]:
    if s.dns and host != s.dns.domain and not host.endswith(f".{s.dns.domain}"):
        message = f"{host} is not in the zone {s.dns.domain}; use a name such as {example}.{s.dns.domain}"
        yield Complaint(path, message)


@check("cdn", "load-balancer", "region")
def cloudfront_finds_its_origin(s: Settings) -> Iterator[Complaint]:
    if s.cdn and not s.load_balancer:
        yield Complaint(("cdn",), "CloudFront needs a load balancer as its origin; add cloudplatform:load-balancer")
    if s.cdn and s.region != US_EAST_1:
        message = f"CloudFront takes certificate and web ACL from {US_EAST_1} only, and this stack's are in {s.region}"
        yield Complaint(("cdn",), f"{message}; remove it")


@check("dns", "services", "region")
def health_checks_are_heard_of(s: Settings) -> Iterator[Complaint]:
    path = ("dns", "health-checks")
    if s.dns and s.dns.health_checks and not s.hosts:
        yield Complaint(path, "no service has routes, so there is no name to check; remove it")
    if s.dns and s.dns.health_checks and s.region != US_EAST_1:
        yield Complaint(
            path, f"Route 53 reports it in {US_EAST_1}, and this stack's alarms are in {s.region}; remove it"
        )


@check("dns", "services", "load-balancer", "cdn")
def failover_has_something_to_check(s: Settings) -> Iterator[Complaint]:
    path = ("dns", "failover")
    if not s.dns or not s.dns.failover:
        return
    if not s.hosts:
        yield Complaint(path, "no service has routes, so there is no name that could lead elsewhere; remove it")
    elif s.cdn:
        yield Complaint(path, "CloudFront answers from every region; remove it, or cloudplatform:cdn")
    elif s.dns.failover == "primary" and not s.default_target:
        # The name itself would lead to the other region then, so the load balancer is asked by its own.
        message = "Route 53 asks the load balancer by its own name, for which no route is; use "
        yield Complaint(("load-balancer", "otherwise"), message + either([target.word for target in s.targets]))


@check("sites", "dns")
def sites_stand_in_the_zone(s: Settings) -> Iterator[Complaint]:
    for word, site in s.sites.items():
        for index, host in enumerate(site.hosts):
            path = ("sites", word, "hosts", index)
            if not s.dns:
                yield Complaint(path, "a site's names need a DNS zone; add cloudplatform:dns")
            yield from _in_the_zone(s, path, host, "www")


@check("names", "sites", "services", "dns", "project", "environment")
def sites_have_names_of_their_own(s: Settings) -> Iterator[Complaint]:
    """A name leads to one place, and what is made for it is called by one word."""
    taken = dict.fromkeys(s.hosts, "a service")
    words: dict[str, str] = {}
    for word, site in s.sites.items():
        for index, host in enumerate(site.hosts):
            path, called = ("sites", word, "hosts", index), s.word_of(host)
            if host in taken:
                yield Complaint(path, f"{host} leads to {taken[host]} already; use another name")
            elif called in words:
                message = f"{host} and {words[called]} would both be {called!r} in the names of resources; "
                yield Complaint(path, message + "keep one of them")
            taken.setdefault(host, f"the site {word}")
            words.setdefault(called, host)


@check("sites", "services")
def redirects_end(s: Settings) -> Iterator[Complaint]:
    """A request that is sent on arrives: at files, or at a service."""
    ends = [*(host for site in s.sites.values() if site.bucket for host in site.hosts), *s.hosts]
    for word, site in s.sites.items():
        if site.redirect and site.redirect not in ends:
            advice = f"use {either(ends)}" if ends else "add a site with a bucket"
            message = f"nobody here answers for {site.redirect} with more than another redirect; {advice}"
            yield Complaint(("sites", word, "redirect"), message)


@check("sites", "site-acl")
def a_site_acl_has_sites(s: Settings) -> Iterator[Complaint]:
    if s.site_acl and not s.sites:
        yield Complaint(
            ("site-acl",), "it stands before sites, and there are none; add cloudplatform:sites, or remove it"
        )
