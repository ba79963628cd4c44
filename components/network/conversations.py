"""Who may open a connection to whom: the one table that every security group's rules come from."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

from components.network.network import ANYWHERE
from settings.settings import Settings
from settings.tables.bastion import SSH_PORT
from settings.tables.compute import ServiceTable
from settings.tables.connections import CONNECTIONS
from settings.tables.files import NFS_PORT


@dataclass(frozen=True)
class SecurityGroup:
    """A part of the platform with a security group of its own."""

    name: str


@dataclass(frozen=True)
class AddressRange:
    """Somebody without a group: the internet, or the whole VPC."""

    name: str
    cidr: str


@dataclass(frozen=True)
class GatewayEndpoint:
    """An AWS service behind its gateway endpoint; AWS keeps a prefix list of its addresses."""

    name: str  #: of the service, as the stack file's `gateway` has it


@dataclass(frozen=True)
class Conversation:
    """`client` may open connections to `server` on `port`; None is all traffic on every port."""

    client: SecurityGroup | AddressRange
    server: SecurityGroup | AddressRange | GatewayEndpoint
    port: int | None
    why: str
    protocol: Literal["tcp", "udp"] = "tcp"


LOAD_BALANCER: Final = SecurityGroup("load-balancer")
CLIENT_VPN: Final = SecurityGroup("client-vpn")
ENDPOINTS: Final = SecurityGroup("endpoints")
BASTION: Final = SecurityGroup("bastion")
INTERNET: Final = AddressRange("internet", ANYWHERE)

#: What is behind gateway endpoints: their addresses are public, so that no rule for a group covers them.
GATEWAYS: Final = {"s3": "layers of images, and objects in S3", "dynamodb": "items in DynamoDB"}


def files_group(word: str) -> SecurityGroup:
    """That of a file system's mount targets."""
    return SecurityGroup(f"files-{word}")


def groups(settings: Settings) -> list[SecurityGroup]:
    """Every security group of the stack, in the order in which requests pass them."""
    network = settings.network
    return [
        *([LOAD_BALANCER] if settings.load_balancer else []),
        *dict.fromkeys(SecurityGroup(service.group) for service in settings.services.values()),
        *(SecurityGroup(word) for word in settings.stores),
        *(files_group(word) for word in settings.files),
        *([BASTION] if settings.bastion else []),
        *([CLIENT_VPN] if settings.client_vpn else []),
        *([ENDPOINTS] if network and network.endpoints and network.endpoints.interface else []),
    ]


def conversations(settings: Settings) -> list[Conversation]:
    """Every permitted conversation of the stack, once; what is not here is refused (requirements CP-SG)."""
    return list(dict.fromkeys(each for source in SOURCES for each in source(settings)))


def _requests(settings: Settings) -> Iterator[Conversation]:
    if not settings.load_balancer:
        return
    yield Conversation(INTERNET, LOAD_BALANCER, 443, "HTTPS requests")
    if settings.load_balancer.http == "redirect":
        yield Conversation(INTERNET, LOAD_BALANCER, 80, "HTTP requests, redirected to HTTPS")
    for target in settings.targets:
        group = SecurityGroup(settings.services[target.service].group)
        yield Conversation(LOAD_BALANCER, group, target.table.listens, "requests and health checks")
    if settings.load_balancer.egress == "anywhere":
        yield Conversation(LOAD_BALANCER, INTERNET, None, "requests and health checks")


def _calls(settings: Settings) -> Iterator[Conversation]:
    for service in settings.services.values():
        yield from _calls_of(settings, service)


def _calls_of(settings: Settings, service: ServiceTable) -> Iterator[Conversation]:
    client, stores = SecurityGroup(service.group), settings.stores
    for word in service.connects:
        if word in stores:
            yield Conversation(client, SecurityGroup(word), stores[word].listens, CONNECTIONS[word].traffic)
    if ENDPOINTS in groups(settings):
        yield Conversation(client, ENDPOINTS, 443, "AWS APIs")
    if service.group not in settings.groups_with_internet:
        for word in settings.network.endpoints.gateway if settings.network and settings.network.endpoints else ():
            yield Conversation(client, GatewayEndpoint(word), 443, GATEWAYS[word])
    if service.internet:
        yield Conversation(client, INTERNET, 443, "HTTPS APIs, and S3 behind its gateway endpoint")
    for outward in service.internet_ports:
        port, _, protocol = outward.partition("/")
        yield Conversation(client, INTERNET, int(port), "calls", cast('Literal["tcp", "udp"]', protocol))


def _mounts(settings: Settings) -> Iterator[Conversation]:
    for word in settings.files:
        for service in settings.mounting(word).values():
            yield Conversation(SecurityGroup(service.group), files_group(word), NFS_PORT, "files")


def _administration(settings: Settings) -> Iterator[Conversation]:
    """Session Manager's agent asks, so that nobody need connect to a bastion but whom the stack file admits."""
    if not settings.bastion:
        return
    for cidr in map(str, settings.bastion.admits):
        yield Conversation(AddressRange(cidr.replace("/", "-"), cidr), BASTION, SSH_PORT, "SSH")
    for word in settings.bastion.connects:
        store = settings.stores[word]
        yield Conversation(BASTION, SecurityGroup(word), store.listens, CONNECTIONS[word].traffic)
    yield Conversation(BASTION, ENDPOINTS, 443, "AWS APIs")


def _endpoints(settings: Settings) -> Iterator[Conversation]:
    if settings.network and ENDPOINTS in groups(settings):
        if settings.network.endpoints and settings.network.endpoints.from_vpc:
            yield Conversation(AddressRange("vpc", str(settings.network.cidr)), ENDPOINTS, 443, "AWS APIs")
        yield Conversation(ENDPOINTS, INTERNET, None, "answers of AWS services")


def _vpn_clients(settings: Settings) -> Iterator[Conversation]:
    if settings.client_vpn:
        yield Conversation(CLIENT_VPN, INTERNET, 443, "AWS's console and APIs, through NAT")


#: What asks for conversations.
SOURCES: Final[tuple[Callable[[Settings], Iterator[Conversation]], ...]] = (
    _requests,
    _calls,
    _mounts,
    _administration,
    _vpn_clients,
    _endpoints,
)
