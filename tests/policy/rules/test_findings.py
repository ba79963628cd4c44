"""What findings say, and where they point: exemptions name a finding by its property, people read who and what."""

from __future__ import annotations

from typing import Any

import pytest

from guard.model.graph import UNKNOWN, Finding
from guard.model.rule import RULES, judge
from guard.rules.encrypt_in_transit.buckets import tls_only
from tests.policy.declare import (
    DATA,
    GATE,
    LINK,
    OTHER,
    SG,
    STORE,
    TABLE,
    TASK,
    VPC,
    cdn,
    db,
    ingress,
    legacy,
    origin,
    r,
    route,
    unknown,
)
from tests.policy.engine import Declared
from tests.policy.graphs import graph, named


def findings(rule: str, name: str, *stack: Declared, known: bool = False) -> list[Finding]:
    made = graph(*stack, known=known)
    return judge(RULES[rule], named(made, name), made)


def points(rule: str, name: str, *stack: Declared) -> list[tuple[str, bool]]:
    return [(one.at, one.undecided) for one in findings(rule, name, *stack)]


def test_who_carries_a_group_that_lets_addresses_in() -> None:
    rule = ingress(cidrIpv4="10.61.4.7/32")
    (one,) = findings("sg-to-sg-only", "it", VPC, SG, STORE, rule)
    (two,) = findings("sg-to-sg-only", "it", VPC, SG, STORE, TASK, rule)
    assert one.text == "lets addresses (10.61.4.7/32) into vault on port 5432, which store carries"
    assert two.text == "lets addresses (10.61.4.7/32) into vault on port 5432, which crew and 1 more carry"
    assert (one.at, one.undecided) == ("cidrIpv4", False)


BALANCER = r("lb/loadBalancer:LoadBalancer", "front", refs={"securityGroups[0]": "vault.id", **unknown("internal")})


@pytest.mark.parametrize(
    ("expected", "stack"),
    [
        ("securityGroupId", (VPC, SG, STORE, ingress(cidrIpv4="10.0.0.0/8", refs=unknown("securityGroupId")))),
        ("type", (VPC, SG, STORE, legacy(cidrBlocks=["10.0.0.0/8"], refs=unknown("type")))),
        ("internal", (VPC, SG, BALANCER, ingress(cidrIpv4="10.61.0.0/16"))),
    ],
)
def test_what_must_be_known_first(expected: str, stack: tuple[Declared, ...]) -> None:
    assert points("sg-to-sg-only", "it", OTHER, *stack) == [(expected, True)]


def test_a_store_whose_groups_are_unknown_may_carry_it() -> None:
    stack = (VPC, SG, db("store", refs=unknown("vpcSecurityGroupIds")), ingress(cidrIpv4="10.61.0.0/16"))
    (one,) = findings("sg-to-sg-only", "it", OTHER, *stack)
    assert one.undecided
    assert "lets addresses into vault: who carries it is not known yet" in one.text


# --- a bucket's policy ---


def refuses(*resources: Any) -> dict[str, Any]:
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list(resources)}
    return {"Statement": [{**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}


@pytest.mark.parametrize(
    ("resources", "bucket", "expected"),
    [
        (["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"], "lake", True),
        (["arn:aws-us-gov:s3:::lake", "arn:aws-us-gov:s3:::lake/*"], "lake", True),
        (["arn:aws-cn:s3:::lake*"], "lake", True),
        (["arn:aws:s3:::lake/*"], "lake", False),
        (["arn:aws:s3:::lake"], "lake", False),
        (["arn:aws:s3:::other", "arn:aws:s3:::other/*"], "lake", False),
        (["*"], "lake", True),
        (["*"], UNKNOWN, True),
        (["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"], UNKNOWN, UNKNOWN),
        ([], "lake", False),
    ],
)
def test_which_objects_a_refusal_covers(resources: list[str], bucket: Any, expected: Any) -> None:
    assert tls_only(refuses(*resources), bucket) is expected


# --- volumes ---


@pytest.mark.parametrize(("region", "breaches"), [("eu-west-1", 0), ("us-east-1", 1)])
def test_a_snapshot_is_sealed_by_the_default_of_its_region(region: str, breaches: int) -> None:
    """A copy of a snapshot is encrypted by the default of the region that it lies in."""
    stack = (
        r("ebs/encryptionByDefault:EncryptionByDefault", "seal", enabled=True, region="eu-west-1"),
        r("ebs/snapshotCopy:SnapshotCopy", "copy", sourceRegion="eu-west-1", region=region),
        r("ebs/volume:Volume", "disk", availabilityZone="us-west-2a", refs={"snapshotId": "copy.id"}),
    )
    assert len([one for one in findings("volume-at-rest", "disk", *stack) if not one.undecided]) == breaches


# --- public subnets ---

LOCAL = r("ec2/subnet:Subnet", "quiet", refs={"vpcId": "net.id"}, cidrBlock="10.61.30.0/24")
SPARE = r("ec2/subnet:Subnet", "spare", refs={"vpcId": "net.id"}, cidrBlock="10.61.31.0/24")
TO_SPARE = r(
    "ec2/routeTableAssociation:RouteTableAssociation", "link2", refs={"subnetId": "spare.id", "routeTableId": "tbl.id"}
)
OWN = r("ec2/routeTable:RouteTable", "inner", refs={"vpcId": "net.id"})
TO_LOCAL = r(
    "ec2/routeTableAssociation:RouteTableAssociation",
    "link3",
    refs={"subnetId": "quiet.id", "routeTableId": "inner.id"},
)
NET = (VPC, GATE, DATA, TABLE, LINK, LOCAL, OWN, TO_LOCAL, SPARE, TO_SPARE, route(destinationCidrBlock="0.0.0.0/0"))
PUBLIC = "subnet data, table tbl, route out"


@pytest.mark.parametrize(
    ("subnets", "more"),
    [
        (["data"], ""),
        (["quiet", "data"], ""),
        (["data", "spare"], "; 1 more of its subnets are public"),
        (["quiet", "data", "spare"], "; 1 more of its subnets are public"),
    ],
)
def test_which_subnet_is_public_by_which_way(subnets: list[str], more: str) -> None:
    refs = {f"subnetIds[{place}]": f"{name}.id" for place, name in enumerate(subnets)}
    group = r("rds/subnetGroup:SubnetGroup", "grp", refs=refs)
    (one,) = findings("data-subnet-public", "it", *NET, group, db(refs={"dbSubnetGroupName": "grp.name"}))
    assert (one.text, one.at) == (f"is in a public subnet: group grp, {PUBLIC}{more}", "dbSubnetGroupName")


def test_a_store_that_names_its_subnet_itself_has_no_group_on_the_way() -> None:
    share = r("efs/fileSystem:FileSystem", "share", encrypted=True)
    mount = r("efs/mountTarget:MountTarget", "it", refs={"subnetId": "data.id", "fileSystemId": "share.id"})
    (one,) = findings("data-subnet-public", "it", *NET, share, mount)
    assert (one.text, one.at) == (f"is in a public subnet: {PUBLIC}", "subnetId")


def test_of_a_components_subnets_all_are_public() -> None:
    box = Declared("box", "my:index:Box")
    inside = [Declared(one.name, one.type, one.props, one.refs, parent="box") for one in (DATA, SPARE)]
    rest = [one for one in NET if one.name not in ("data", "spare")]
    share = r("efs/fileSystem:FileSystem", "share", encrypted=True)
    mount = r("efs/mountTarget:MountTarget", "it", refs={"subnetId": "box.subnet", "fileSystemId": "share.id"})
    (one,) = findings("data-subnet-public", "it", box, *inside, *rest, share, mount)
    assert (one.text, one.at) == ("is in a public subnet: table tbl, route out", "subnetId")


# --- a distribution's origins ---


@pytest.mark.parametrize(
    ("viewers", "expected"),
    [
        ("allow-all", [("origins", False)]),
        ("redirect-to-https", []),
        ("https-only", []),
        (UNKNOWN, [("origins", True)]),
    ],
)
def test_an_origin_that_is_asked_as_the_viewer_asks(viewers: Any, expected: list[tuple[str, bool]]) -> None:
    refs = unknown("defaultCacheBehavior.viewerProtocolPolicy") if viewers is UNKNOWN else {}
    behaviour = {} if viewers is UNKNOWN else {"viewerProtocolPolicy": viewers}
    as_asked = origin(originProtocolPolicy="match-viewer", originSslProtocols=["TLSv1.2"])
    front = cdn(defaultCacheBehavior=behaviour, origins=as_asked)
    assert points("cdn-origin-plain", "it", OTHER, Declared(front.name, front.type, front.props, refs)) == expected


def test_whose_policy_it_is_may_be_what_nobody_knows() -> None:
    """The policy is known; that of an API elsewhere nobody can tell whether it is private."""
    document = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "execute-api:Invoke", "Resource": "*"}}'
    (one,) = findings(
        "policy-open-endpoint", "it", r("apigateway/restApiPolicy:RestApiPolicy", policy=document, restApiId="a1b2c3")
    )
    about = "what `restApiId` names, which is not in the stack or not known yet"
    assert (one.undecided, one.text) == (True, f"whether `policy` alone keeps strangers out hangs on {about}")


@pytest.mark.parametrize("odd", [{}, [[]], "many"])
def test_a_port_that_is_no_number_is_one_that_nobody_knows(odd: Any) -> None:
    """A program without types may write one; no other resource's verdict hangs on it."""
    rule = ingress(cidrIpv4="0.0.0.0/0", fromPort=odd, toPort=odd)
    assert points("sg-open-ports", "it", VPC, SG, rule) == [("cidrIpv4", True)]
