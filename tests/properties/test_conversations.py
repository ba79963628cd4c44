"""Conversations: each once, on both sides; and the network ACLs let pass, there and back, what groups permit."""

import ipaddress
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from hypothesis import given

from components.network.conversations import (
    ENDPOINTS,
    INTERNET,
    LOAD_BALANCER,
    AddressRange,
    GatewayEndpoint,
    SecurityGroup,
    conversations,
    groups,
)
from components.network.firewall import Firewall, FirewallArgs
from components.network.network_acls import AclRule, rules
from components.network.strict_acls import strict_rules
from settings.settings import Settings
from settings.tables.data import CACHE_PORT
from settings.tables.network import NetworkTable
from tests.components.examples import COMMON, built
from tests.contracts.recordings import referred
from tests.properties.effort import examples
from tests.properties.platforms import stacks

OUTSIDE = ipaddress.IPv4Address("192.0.2.10")  # somebody on the internet, whom nobody refuses
PORTS_OF_CLIENTS = (1024, 32768, 65535)  # where answers may have to arrive


class End(NamedTuple):
    """Somewhere that packets come from or go to: an address, and the tier and subnet that it is in, if inside."""

    address: ipaddress.IPv4Address
    tier: str | None
    subnet: ipaddress.IPv4Network | None


def admits(listed: list[AclRule], egress: bool, address: ipaddress.IPv4Address, port: int) -> bool:
    """A network ACL as AWS reads it: the lowest number that matches decides; what matches none is refused."""
    for rule in sorted(listed, key=lambda each: each.number):
        of_port = rule.ports is None or rule.ports[0] <= port <= rule.ports[1]
        if rule.egress is egress and of_port and address in ipaddress.IPv4Network(rule.cidr):
            return rule.allow
    return False


def passes(acls: dict[str, list[AclRule]], source: End, target: End, port: int) -> bool:
    """Whether a packet to a port gets out of its subnet and into the other; within one nobody looks."""
    if source.subnet is not None and source.subnet == target.subnet:
        return True
    out = source.tier is None or admits(acls[source.tier], True, target.address, port)
    return out and (target.tier is None or admits(acls[target.tier], False, source.address, port))


def acl_rules(settings: Settings) -> dict[str, list[AclRule]]:
    """The rules of every tier, as the platform makes them."""
    assert settings.network
    stores: dict[str, list[int]] = {}
    if settings.database:
        stores.setdefault(settings.database.tier, []).append(settings.database.listens)
    if settings.cache:
        stores.setdefault(settings.cache.tier, []).append(CACHE_PORT)
    if settings.network.acls == "strict":
        return strict_rules(settings, settings.network)
    return {tier: rules(settings.network, tier, stores.get(tier, ())) for tier in settings.network.tiers}


def strictly(settings: Settings) -> Settings:
    """The same stack with strict network ACLs."""
    assert settings.network
    return settings.model_copy(update={"network": settings.network.model_copy(update={"acls": "strict"})})


def ends(settings: Settings, party: SecurityGroup | AddressRange | GatewayEndpoint) -> list[End]:
    """Where a party can be: in any subnet of its members' tiers; outside are addresses, and what gateways lead to."""
    if not isinstance(party, SecurityGroup):
        return [End(OUTSIDE, None, None)]
    assert settings.network
    tiers = {service.tier for service in settings.services.values() if service.group == party.name}
    if party == LOAD_BALANCER and settings.load_balancer:
        tiers = {settings.load_balancer.tier}
    elif party.name == "database" and settings.database:
        tiers = {settings.database.tier}
    elif party.name == "cache" and settings.cache:
        tiers = {settings.cache.tier}
    elif party == ENDPOINTS and settings.network.endpoints:
        tiers = {settings.network.endpoints.tier}
    return [End(cidr[10], tier, cidr) for tier in sorted(tiers) for cidr in settings.network.tiers[tier].cidrs]


def refused(settings: Settings) -> Iterator[str]:
    """Packets of permitted conversations that a network ACL stops, there or back."""
    acls = acl_rules(settings)
    for talk in conversations(settings):
        named = f"{talk.client.name} to {talk.server.name}:{talk.port}"
        if talk.port is None or getattr(talk.client, "name", "") == "vpc":
            continue  # no conversation of a part of ours: AWS's own answers, and whoever else may be in the VPC
        for client, server in product(ends(settings, talk.client), ends(settings, talk.server)):
            where = f"{named}, {client.tier} to {server.tier}"
            if not passes(acls, client, server, talk.port):
                yield where
            if not all(passes(acls, server, client, port) for port in PORTS_OF_CLIENTS):
                yield f"{where}: the answers"


@given(stacks())
def test_network_acls_admit_every_permitted_conversation(settings):
    """There and back, between any two subnets of the parties; strict ones too."""
    assert sorted(set(refused(settings))) == []
    assert sorted(set(refused(strictly(settings)))) == []


@given(stacks(tiers_of_services=("private", "data"), acls="strict"))
@examples(30)
def test_so_they_do_for_services_without_a_way_out(settings):
    """A tier without NAT may hold services too, under strict ACLs: what is let through must be able to talk."""
    assert sorted(set(refused(settings))) == []


@given(stacks())
def test_network_acls_admit_nobody_else_to_data(settings):
    """From a public subnet or the internet no packet reaches a tier without a way out, on any port of interest."""
    table = settings.network
    for acls in (acl_rules(settings), acl_rules(strictly(settings))):
        _refuses_strangers(acls, table)


def _refuses_strangers(acls: dict[str, list[AclRule]], table: NetworkTable) -> None:
    strangers = [End(OUTSIDE, None, None), *(End(cidr[10], "public", cidr) for cidr in table.tiers["public"].cidrs)]
    for stranger in strangers:
        for cidr in table.tiers["data"].cidrs:
            for port in (22, 443, 5432, 6379, 8000, 50000):
                assert not passes(acls, stranger, End(cidr[10], "data", cidr), port)


@given(stacks())
def test_acl_rules_have_numbers_of_their_own(settings):
    """Unique by direction, within AWS's range, and the same each time."""
    plain, strict = acl_rules(settings), acl_rules(strictly(settings))
    assert (plain, strict) == (acl_rules(settings), acl_rules(strictly(settings)))
    for tier, listed in [*plain.items(), *strict.items()]:
        numbers = [(rule.egress, rule.number) for rule in listed]
        assert len(numbers) == len(set(numbers)), tier
        assert all(1 <= number <= 32766 for _, number in numbers)
        assert len({rule.key for rule in listed}) == len(listed)


@given(stacks())
def test_every_conversation_stands_once(settings):
    """No two of the same client, server and port, whatever their reasons; every group is one of the stack's."""
    talk = [(each.client, each.server, each.port) for each in conversations(settings)]
    assert len(talk) == len(set(talk))
    parties = {party for client, server, _ in talk for party in (client, server) if isinstance(party, SecurityGroup)}
    assert parties <= set(groups(settings))
    assert len(groups(settings)) == len(set(groups(settings)))


@given(stacks())
@examples(10)
def test_every_conversation_is_written_on_both_sides(settings):
    """Recorded: an egress rule at each client's group, an ingress rule at each server's, and no rule beside them.

    Only a client that may go anywhere has no second egress rule.
    """
    talk = conversations(settings)
    args = FirewallArgs(vpc_id="vpc-1", groups=groups(settings), conversations=talk, **COMMON)
    recording = built(lambda: Firewall("fw", args).permit_gateways({"s3": "pl-1"}), known=False)

    def rules_of(token: str) -> set[tuple]:
        return {
            (
                *referred(recording, rule, "securityGroupId"),
                *(
                    referred(recording, rule, "referencedSecurityGroupId")
                    or {rule.inputs.get("cidrIpv4") or rule["prefixListId"]}
                ),
                rule.inputs.get("fromPort"),
            )
            for rule in recording.of(f"aws:vpc/securityGroup{token}Rule:SecurityGroup{token}Rule")
        }

    def end(party: SecurityGroup | AddressRange | GatewayEndpoint) -> str:
        if isinstance(party, GatewayEndpoint):
            return "pl-1"
        return f"fw-{party.name}" if isinstance(party, SecurityGroup) else party.cidr

    free = {it.client for it in talk if it.port is None and it.server == INTERNET}
    assert rules_of("Egress") == {
        (end(it.client), end(it.server), it.port)
        for it in talk
        if isinstance(it.client, SecurityGroup) and (it.client not in free or it.port is None)
    }
    assert rules_of("Ingress") == {
        (end(it.server), end(it.client), it.port) for it in talk if isinstance(it.server, SecurityGroup)
    }
