"""Network ACLs admit no administration from the internet."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from guard.aws.networks import INTERNET
from guard.aws.nodes import ACL_RULE, ACLS, EGRESS, INGRESS, Node, key
from guard.aws.spans import Spans
from guard.model.graph import Finding, Missing, Resource, Stack
from guard.model.rule import Parameter, Severity, rule
from guard.reach.acls import Entry, acls, addresses_through

FAMILY: Final = "nacl-open"

ADMIN_PORTS: Final = Parameter(
    "adminPorts",
    {
        "type": "array",
        "items": {"type": "integer", "minimum": 0},
        "description": "The ports that machines are administered by.",
    },
    default=[22, 3389],
)

# An ACL keeps no state: the answers to what was asked from inside come back to the ports from 1024 up, or to the upper
# half of them; whoever lets them in lets in 3389 as well. Only a rule that opens less, or more, opens it by intent.
_ANSWERS: Final = Spans.of((32768, 60999))
_PRIVILEGED: Final = Spans.of((0, 1023))


@rule(
    "nacl-open",
    family=FAMILY,
    on=(*ACLS, ACL_RULE),
    severity=Severity.MEDIUM,
    controls=("FSBP EC2.21", "CIS 5.0 5.2"),
    parameters=(ADMIN_PORTS,),
    why="The ACL still protects the subnet when a security group is opened by mistake; one that lets the internet in "
    "at SSH or RDP protects nothing.",
    fix="Allow the ports that the subnets serve, and the range of answers from 1024 up; or deny the administration "
    "ports with a lower rule number than whatever allows them.",
)
def nacl_open(rule: Resource, stack: Stack, *, admin_ports: list[int]) -> Iterator[Finding]:
    mine = [acl for acl, entry in acls(stack).by_rule.get(rule.urn, ()) if entry.direction != EGRESS]
    for acl in {str(acl) if isinstance(acl, Missing) else key(acl): acl for acl in mine}.values():
        for port in admin_ports:
            yield from _judge(rule, stack, acl, int(port))


def _judge(rule: Resource, stack: Stack, acl: Node | Missing, port: int) -> Iterator[Finding]:
    """Report the entry of this resource through which a large part of the internet gets at a port, if one does."""
    about = f"tcp {port}"
    for entry in _let_in(stack, acl, port, least=True):
        if entry.rule is rule:
            number = "" if isinstance(entry.number, Missing) else f" by rule {entry.number}"
            yield rule.finding(f"lets the internet at {about}{number}", at=entry.at, about=about)
            return
    for entry in _let_in(stack, acl, port, least=False):
        if entry.rule is rule:
            yield rule.undecided(entry.at or "networkAclId", about=about)
            return


@lru_cache(maxsize=256)  # each rule beside an ACL asks for all of them
def _let_in(stack: Stack, acl: Node | Missing, port: int, *, least: bool) -> list[Entry]:
    """Return the entries of an ACL that let the internet in, if all that they let in is a large part of it.

    What AWS or another stack may have written is left out: nobody writes a rule that opens a port in vain.
    """
    entries = [entry for entry in acls(stack).written(acl, INGRESS) if not _for_answers(entry)]
    through = [
        addresses_through(entries[:count], INTERNET, "tcp", port, least=least) for count in range(len(entries) + 1)
    ]
    if not through[-1].broad:
        return []
    return [entry for entry, before, after in zip(entries, through, through[1:], strict=False) if after - before]


def _for_answers(entry: Entry) -> bool:
    if isinstance(entry.ports, Missing) or entry.protocol not in ("tcp", "udp") or entry.allow is not True:
        return False
    return entry.ports >= _ANSWERS and not entry.ports & _PRIVILEGED
