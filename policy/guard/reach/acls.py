"""Network ACLs: their entries in order, the subnets they filter, and what gets through."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from guard.aws.networks import (
    ALL,
    ALL_PORTS,
    ANYWHERE,
    NOWHERE,
    Addresses,
    addresses,
    ports,
    protocol,
    same_protocol,
)
from guard.aws.nodes import (
    ACL_RULE,
    ACLS,
    DEFAULT_ACL,
    DEFAULT_SUBNET,
    DEFAULT_VPC,
    EGRESS,
    INGRESS,
    SUBNETS,
    VPCS,
    Node,
    key,
    near,
    vpcs_by,
)
from guard.aws.spans import Spans
from guard.model.graph import ABSENT, UNKNOWN, Missing, Resource, Stack, Targets, items
from guard.reach.rule_forms import read


@dataclass(frozen=True)
class Entry:
    """One numbered entry of an ACL; the lowest number that matches decides. Unknown parts are UNKNOWN."""

    rule: Resource  # where it is written
    direction: str | Missing
    number: int | Missing = UNKNOWN
    allow: bool | Missing = UNKNOWN
    protocol: str | Missing = UNKNOWN
    ports: Spans | Missing = UNKNOWN
    addresses: Addresses | Missing = UNKNOWN
    sure: bool = True  # False if it may be another ACL's, or for the other direction
    at: str = ""

    def matches(self, name: str, port: int) -> bool | Missing:
        """Say whether it speaks of a port of a protocol."""
        fits = same_protocol(self.protocol, name)
        if fits is False or (not isinstance(self.ports, Missing) and port not in self.ports):
            return False
        return UNKNOWN if fits is UNKNOWN or isinstance(self.ports, Missing) else True


class Acls:
    """The network ACLs of a stack. A default ACL that nobody adopted goes by its VPC."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    # --- what they say ---

    def entries(self, acl: Node | Missing, direction: str) -> list[Entry]:
        """Return an ACL's entries in the order in which they are asked; one outside the stack may say anything."""
        if acl == DEFAULT_VPC:
            return [_open(self._nobody, direction)]
        outside = [] if isinstance(acl, Resource) else [Entry(self._nobody, direction, sure=False)]
        return outside + self.written(acl, direction)

    def written(self, acl: Node | Missing, direction: str) -> list[Entry]:
        """Return what the stack itself says of an ACL, in order; what has no ACL that is known may be any one's."""
        own = [] if isinstance(acl, Missing) else self._entries.get(key(acl), [])
        found = [entry for entry in own + self._unresolved if entry.direction in (direction, UNKNOWN)]
        return sorted(found, key=lambda entry: -1 if isinstance(entry.number, Missing) else entry.number)

    @cached_property
    def by_rule(self) -> dict[str, list[tuple[Node | Missing, Entry]]]:
        """The entries with their ACLs by the URN of the resource that each is written in."""
        found: dict[str, list[tuple[Node | Missing, Entry]]] = defaultdict(list)
        for acl, entry in self.all:
            found[entry.rule.urn].append((acl, entry))
        return found

    @cached_property
    def all(self) -> list[tuple[Node | Missing, Entry]]:
        """All entries with their ACLs: inline, standalone, and those of default ACLs that nobody adopted."""
        return [*self._inline(), *self._standalone(), *self._made_by_aws()]

    @cached_property
    def _entries(self) -> dict[str, list[Entry]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for acl, entry in self.all:
            if not isinstance(acl, Missing):
                found[key(acl)].append(entry)
        return found

    @cached_property
    def _unresolved(self) -> list[Entry]:
        return [entry for acl, entry in self.all if isinstance(acl, Missing)]

    def _inline(self) -> Iterator[tuple[Node, Entry]]:
        for acl in self.stack.of(*ACLS):
            for direction in (INGRESS, EGRESS):
                entries = acl[direction] if acl.managed else acl.known(direction)
                for body in items(entries):
                    yield acl, _entry(acl, direction, body, "ruleNo", "action")
                if not acl.managed and entries is ABSENT:
                    yield acl, Entry(acl, direction, sure=False)

    def _standalone(self) -> Iterator[tuple[Node | Missing, Entry]]:
        for rule in self.stack.of(ACL_RULE):
            egress = rule.switch("egress")
            direction = UNKNOWN if isinstance(egress, Missing) else EGRESS if egress else INGRESS
            owners = self.named(rule, "networkAclId")
            sure = len(owners.nodes) == 1 and owners.complete and direction is not UNKNOWN
            entry = _entry(rule, direction, rule, "ruleNumber", "ruleAction", sure=sure)
            for acl in (*owners.nodes, *owners.maybe):
                yield acl, entry
            if not (owners.nodes or owners.maybe):
                yield UNKNOWN, entry

    def _made_by_aws(self) -> Iterator[tuple[Node, Entry]]:
        for vpc in self.stack.of(*VPCS):
            if self.default_of(vpc) is vpc:
                for direction in (INGRESS, EGRESS):
                    yield vpc, _open(vpc, direction) if vpc.managed else Entry(vpc, direction, sure=False)

    # --- which is in force for which subnet ---

    def of(self, subnet: Node) -> Sequence[Node | Missing]:
        """Return the ACL of a subnet: the linked one, else its VPC's default; several if it cannot be told which."""
        linked = self._links.get(key(subnet))
        if linked:
            return linked
        if self._unresolved_link or not isinstance(subnet, Resource):
            return [UNKNOWN]
        if subnet.type == DEFAULT_SUBNET:
            vpcs = [vpc for vpc in self.stack.of(DEFAULT_VPC) if near(vpc, subnet)]
            return [self.default_of(vpc) for vpc in vpcs] or [DEFAULT_VPC]
        named = self.stack.targets(subnet, "vpcId", *VPCS)
        if not named.sure or not named.complete:
            return [UNKNOWN]
        return [acl for vpc in named.sure for acl in (self.default_of(vpc), *self._perhaps.get(vpc.urn, ()))]

    def named(self, source: Resource, path: str) -> Targets:
        """Return the ACLs that a property names; behind a VPC's `defaultNetworkAclId` is its default ACL."""
        found = self.stack.targets(source, path, *ACLS, *VPCS)
        acls = tuple(node for node in found.sure if node.type in ACLS)
        vpcs = () if acls else tuple(self.default_of(vpc) for vpc in found.sure)
        known = {text: self._default_ids[text] for text in found.outside if text in self._default_ids}
        return Targets(
            sure=(*acls, *vpcs, *(self.default_of(vpc) for vpc in known.values())),
            maybe=tuple(node for node in found.maybe if node.type in ACLS),
            outside=tuple(text for text in found.outside if text not in known),
            unknown=found.unknown,
        )

    def default_of(self, vpc: Resource) -> Resource:
        """Return the default ACL of a VPC as adopted, else the VPC in its place."""
        return self._defaults.get(vpc.urn, vpc)

    @cached_property
    def _defaults(self) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for acl in self.stack.of(DEFAULT_ACL):
            vpcs = self.stack.targets(acl, "defaultNetworkAclId", *VPCS)
            known = [self._default_ids[text] for text in vpcs.outside if text in self._default_ids]
            found |= {vpc.urn: acl for vpc in (*vpcs.sure, *known)}
        return found

    @cached_property
    def _perhaps(self) -> dict[str, list[Resource]]:
        """The adopted default ACLs of one of several VPCs, by each of these."""
        found: dict[str, list[Resource]] = defaultdict(list)
        for acl in self.stack.of(DEFAULT_ACL):
            for vpc in self.stack.targets(acl, "defaultNetworkAclId", *VPCS).maybe:
                found[vpc.urn].append(acl)
        return found

    @cached_property
    def _default_ids(self) -> dict[str, Resource]:
        return vpcs_by(self.stack, "defaultNetworkAclId")

    @cached_property
    def _links(self) -> dict[str, list[Node | Missing]]:
        found: dict[str, list[Node | Missing]] = defaultdict(list)
        for subnets, acls in self._linking:
            for subnet in subnets.nodes:
                found[key(subnet)] += [*acls.nodes] if acls.nodes and acls.complete else [*acls.nodes, UNKNOWN]
        return dict(found)

    @cached_property
    def _unresolved_link(self) -> bool:
        """Whether an ACL is linked to a subnet that nobody can name."""
        return any(not subnets.complete for subnets, _ in self._linking)

    @cached_property
    def _linking(self) -> list[tuple[Targets, Targets]]:
        inline = [(self.stack.targets(acl, "subnetIds", *SUBNETS), Targets((acl,))) for acl in self.stack.of(*ACLS)]
        links = self.stack.of("aws:ec2/networkAclAssociation:NetworkAclAssociation")
        beside = [(self.stack.targets(link, "subnetId", *SUBNETS), self.named(link, "networkAclId")) for link in links]
        return inline + beside

    @cached_property
    def _nobody(self) -> Resource:
        return Resource("", "", {})


def addresses_through(entries: Sequence[Entry], source: Addresses, name: str, port: int, *, least: bool) -> Addresses:
    """Return which addresses of a source reach a port: at least, or at most if what is unknown admits.

    An entry that is not known for certain counts only for what it may do against the answer: at least, it denies all
    that it may deny; at most, it allows all that it may allow.
    """
    left, through = source, NOWHERE
    for entry in entries:
        match = entry.matches(name, port)
        if match is False:
            continue
        whole = isinstance(entry.addresses, Missing)
        certain = match is True and entry.sure and not whole and not isinstance(entry.number, Missing)
        allow = not least if isinstance(entry.allow, Missing) else entry.allow
        if not certain and allow == least:
            continue
        reached = left & (ANYWHERE if isinstance(entry.addresses, Missing) else entry.addresses)
        through = through | reached if allow else through
        left = left - reached
    return through


def _entry(
    rule: Resource, direction: str | Missing, body: Any, number: str, action: str, *, sure: bool = True
) -> Entry:
    """Read an entry, inline or a resource of its own."""
    at = str(direction) if body is not rule else ""
    if not isinstance(body, Resource | dict):
        return Entry(rule, direction, sure=False, at=at)
    name = protocol(read(body, "protocol"))
    order, verdict = read(body, number), read(body, action)
    ranges = [read(body, path) for path in ("cidrBlock", "ipv6CidrBlock")]
    return Entry(
        rule=rule,
        direction=direction,
        number=int(order) if str(order).isdecimal() else UNKNOWN,
        allow=UNKNOWN if verdict is UNKNOWN else str(verdict).lower() == "allow",
        protocol=name,
        ports=ports(name, read(body, "fromPort"), read(body, "toPort")),
        addresses=UNKNOWN if UNKNOWN in ranges else addresses(str(text) for text in ranges if text is not ABSENT),
        sure=sure,
        at=at,
    )


def _open(rule: Resource, direction: str) -> Entry:
    """Return the entry that lets everything through, as in every default ACL."""
    return Entry(rule, direction, 100, True, ALL, ALL_PORTS, ANYWHERE)


@lru_cache(maxsize=1)
def acls(stack: Stack) -> Acls:
    """Return the network ACLs of a stack, worked out once for all rules."""
    return Acls(stack)
