"""A group that the program only reads is judged where it is carried, by the state that was read of it."""

from __future__ import annotations

from typing import Any

import pytest

from guard.model.rule import RULES, judge
from tests.policy.declare import db, r
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named

GROUP = "ec2/securityGroup:SecurityGroup"
STORE = db(refs={"vpcSecurityGroupIds[0]": "theirs.id"})
ALB = r("lb/loadBalancer:LoadBalancer", "it", refs={"securityGroups[0]": "theirs.id"})


def theirs(ingress: list[dict[str, Any]] | None = None, egress: list[dict[str, Any]] | None = None) -> Declared:
    return r(GROUP, "theirs", vpcId="vpc-1", **({"ingress": ingress, "egress": egress or []} if ingress else {}))


def on(port: int, **source: Any) -> dict[str, Any]:
    return {"protocol": "tcp", "fromPort": port, "toPort": port, **source}


OFFICE = on(5432, cidrBlocks=["10.0.0.0/8"])
WORLD = on(5432, cidrBlocks=["0.0.0.0/0"])
WEB = on(443, cidrBlocks=["0.0.0.0/0"])
PEER = on(5432, securityGroups=["sg-2"])
OUT = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize(
    ("rule", "holder", "group", "said"),
    [
        ("sg-to-sg-only", STORE, theirs([OFFICE]), "carries theirs, which lets addresses (10.0.0.0/8) in on port 5432"),
        ("sg-to-sg-only", STORE, theirs([PEER]), None),
        ("sg-to-sg-only", STORE, theirs(), "`vpcSecurityGroupIds` is not known yet"),
        ("sg-to-sg-only", ALB, theirs([WEB]), None),
        ("sg-open-ingress", STORE, theirs([OFFICE]), None),
        (
            "sg-open-ingress",
            STORE,
            theirs([WORLD]),
            "carries theirs, which lets the internet (0.0.0.0/0) in on port 5432",
        ),
        ("sg-open-ingress", STORE, theirs([WEB]), "carries theirs, which lets the internet (0.0.0.0/0) in on port 443"),
        ("sg-open-ingress", ALB, theirs([WEB]), None),
        (
            "sg-open-ingress",
            ALB,
            theirs([WORLD]),
            "carries theirs, which lets the internet (0.0.0.0/0) in on port 5432",
        ),
        ("sg-open-ingress", STORE, theirs(), "`vpcSecurityGroupIds` is not known yet"),
        ("sg-open-egress", STORE, theirs([PEER]), None),
        (
            "sg-open-egress",
            STORE,
            theirs([PEER], [OUT]),
            "carries theirs, which lets it call the internet (0.0.0.0/0) on all ports",
        ),
        ("sg-open-egress", STORE, theirs(), "`vpcSecurityGroupIds` is not known yet"),
    ],
)
def test_what_a_read_group_lets_through(
    rule: str, holder: Declared, group: Declared, said: str | None, known: bool
) -> None:
    stack = graph(group, holder, known=known, read={"theirs"})
    found = judge(RULES[rule], named(stack, "it"), stack)
    assert [one.text for one in found] == ([said] if said else [])
