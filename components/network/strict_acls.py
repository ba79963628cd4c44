"""Strict network ACLs: in each tier the ports of what may connect there, and the answers; nothing else."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from components.network.conversations import (
    BASTION,
    CLIENT_VPN,
    ENDPOINTS,
    INTERNET,
    LOAD_BALANCER,
    AddressRange,
    GatewayEndpoint,
    SecurityGroup,
    conversations,
    files_group,
)
from components.network.network import ANYWHERE
from components.network.network_acls import EPHEMERAL, AclRule, refusals
from settings.settings import Settings
from settings.tables.network import NetworkTable

FIRST: Final = 100  #: the number of the first rule; below stand those that refuse
Ports = tuple[int, int]


class AclOpening(NamedTuple):
    """A port that a tier's ACL lets through, and in which direction."""

    tier: str
    egress: bool
    ports: Ports
    cidr: str


class Placed(NamedTuple):
    """The addresses of one end of a conversation, and their tier if they are in this VPC."""

    tier: str | None
    cidrs: Sequence[str]


def strict_rules(settings: Settings, table: NetworkTable) -> dict[str, list[AclRule]]:
    """The rules of each tier's ACL: refused addresses, then what the stack's conversations need.

    Who may use every port has no rule here for that: a load balancer with `egress: anywhere` reaches its targets alone.
    """
    found = dict.fromkeys(opening for opening in _openings(settings, table))
    return {
        tier: [*refusals(table), *(rule for egress in (False, True) for rule in _numbered(found, tier, egress))]
        for tier in table.tiers
    }


def _openings(settings: Settings, table: NetworkTable) -> Iterator[AclOpening]:
    for it in conversations(settings):
        if it.port is None:
            continue
        for client, server in product(_ends(settings, table, it.client), _ends(settings, table, it.server)):
            yield from _between(client, server, it.port)
            if it.server == INTERNET and client.tier and table.tiers[client.tier].route == "nat":
                # The NAT gateway takes the packet up and sends it on as its own.
                nat = _end(table, table.tiers_by_route("internet")[0])
                yield from _between(client._replace(tier=None), nat, it.port)
                yield from _between(nat, server, it.port)


def _between(client: Placed, server: Placed, port: int) -> Iterator[AclOpening]:
    """The openings for a request and its answer, at each end that is in this VPC."""
    asked = (port, port)
    for tier, outward, other in ((client.tier, True, server), (server.tier, False, client)):
        for cidr in other.cidrs if tier else ():
            yield AclOpening(tier or "", outward, asked, cidr)
            yield AclOpening(tier or "", not outward, EPHEMERAL, cidr)


def _ends(
    settings: Settings, table: NetworkTable, party: SecurityGroup | AddressRange | GatewayEndpoint
) -> list[Placed]:
    """Where the members of a security group are: their tiers, or the addresses outside."""
    if isinstance(party, GatewayEndpoint):
        return [Placed(None, [ANYWHERE])]  # a network ACL takes no prefix list
    if isinstance(party, AddressRange):
        return [Placed(None, [party.cidr])]
    tiers = {service.tier for service in settings.services.values() if service.group == party.name}
    tiers |= {store.tier for word, store in settings.stores.items() if word == party.name}
    tiers |= {files.tier for word, files in settings.files.items() if party == files_group(word)}
    if party == LOAD_BALANCER and settings.load_balancer:
        tiers.add(settings.load_balancer.tier)
    if party == BASTION and settings.bastion:
        tiers.add(settings.bastion.tier)
    if party == CLIENT_VPN and settings.client_vpn:
        tiers.add(settings.client_vpn.tier)
    if party == ENDPOINTS and table.endpoints:
        tiers.add(table.endpoints.tier)
    return [_end(table, tier) for tier in sorted(tiers)]


def _end(table: NetworkTable, tier: str) -> Placed:
    return Placed(tier, [str(cidr) for cidr in table.tiers[tier].cidrs])


def _numbered(found: dict[AclOpening, None], tier: str, egress: bool) -> Iterator[AclRule]:
    """Numbers the rules: one block for answers, then one for each port. A port open to anywhere needs one rule."""
    blocks: dict[Ports, list[str]] = defaultdict(list)
    for opening in found:
        if (opening.tier, opening.egress) == (tier, egress):
            blocks[opening.ports].append(opening.cidr)
    step = max([10, *map(len, blocks.values())])
    for block, ports in enumerate(sorted(blocks, key=lambda each: (each != EPHEMERAL, each))):
        cidrs = [ANYWHERE] if ANYWHERE in blocks[ports] else blocks[ports]
        for index, cidr in enumerate(cidrs):
            yield AclRule(FIRST + block * step + index, egress, ports, cidr)
