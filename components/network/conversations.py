"""Who may open a connection to whom: the one table that every security group's rules come from."""

from collections.abc import Iterator
from dataclasses import dataclass

from components.network.network import ANYWHERE
from settings.settings import Settings
from settings.tables.compute import ServiceTable
from settings.tables.data import CACHE_PORT


@dataclass(frozen=True)
class Group:
    """A part of the platform with a security group of its own."""

    name: str


@dataclass(frozen=True)
class Addresses:
    """Somebody without a group: the internet, or the whole VPC."""

    name: str
    cidr: str


@dataclass(frozen=True)
class Conversation:
    """`client` may open TCP connections to `server` on `port`; None is all traffic on every port."""

    client: Group | Addresses
    server: Group | Addresses
    port: int | None
    why: str


LOAD_BALANCER, DATABASE, CACHE, ENDPOINTS = map(Group, ("load-balancer", "database", "cache", "endpoints"))
INTERNET = Addresses("internet", ANYWHERE)


def groups(settings: Settings) -> list[Group]:
    """Every security group of the stack, in the order of the requests' way."""
    network = settings.network
    return [
        *([LOAD_BALANCER] if settings.load_balancer else []),
        *dict.fromkeys(Group(service.group) for service in settings.services.values()),
        *([DATABASE] if settings.database else []),
        *([CACHE] if settings.cache else []),
        *([ENDPOINTS] if network and network.endpoints and network.endpoints.interface else []),
    ]


def conversations(settings: Settings) -> list[Conversation]:
    """Every permitted conversation of the stack, once; what is not here is refused (ledger area CP-SG)."""
    found = [
        *_requests(settings),
        *(each for service in settings.services.values() for each in _calls(settings, service)),
        *_endpoints(settings),
    ]
    return list(dict.fromkeys(found))


def _requests(settings: Settings) -> Iterator[Conversation]:
    if not settings.load_balancer:
        return
    yield Conversation(INTERNET, LOAD_BALANCER, 443, "HTTPS requests")
    yield Conversation(INTERNET, LOAD_BALANCER, 80, "HTTP requests, redirected to HTTPS")
    for service in settings.services.values():
        if service.routes and service.listens:
            yield Conversation(LOAD_BALANCER, Group(service.group), service.listens, "requests and health checks")


def _calls(settings: Settings, service: ServiceTable) -> Iterator[Conversation]:
    client = Group(service.group)
    for target in service.connects:
        if target == "database" and settings.database:
            yield Conversation(client, DATABASE, settings.database.listens, "queries")
        if target == "cache" and settings.cache:
            yield Conversation(client, CACHE, CACHE_PORT, "cached data")
    if ENDPOINTS in groups(settings):
        yield Conversation(client, ENDPOINTS, 443, "AWS APIs")
    if service.internet:
        yield Conversation(client, INTERNET, 443, "HTTPS APIs, and S3 behind its gateway endpoint")


def _endpoints(settings: Settings) -> Iterator[Conversation]:
    if settings.network and ENDPOINTS in groups(settings):
        if settings.network.endpoints and settings.network.endpoints.from_vpc:
            yield Conversation(Addresses("vpc", str(settings.network.cidr)), ENDPOINTS, 443, "AWS APIs")
        yield Conversation(ENDPOINTS, INTERNET, None, "answers of AWS services")
