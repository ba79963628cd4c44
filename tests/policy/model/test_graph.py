"""The graph: plain values, one token a thing, what a path holds, and what a property refers to."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi_policy import Secret
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from guard.model.graph import (
    ABSENT,
    SENTINELS,
    UNKNOWN,
    Finding,
    Missing,
    Resource,
    Stack,
    Targets,
    canonical,
    dig,
    items,
    plain,
    truth,
)

VPC, SUBNET, GROUP = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/securityGroup:SecurityGroup"


def one(name: str, token: str = SUBNET, **more: Any) -> Resource:
    return Resource(f"urn:x::{name}", token, more.pop("inputs", {}), **more)


def names(found: tuple[Resource, ...]) -> list[str]:
    return [resource.name for resource in found]


# --- values ---


def test_an_absent_value_is_false_and_an_unknown_one_is_neither() -> None:
    assert not ABSENT
    with pytest.raises(TypeError, match=r"^an unknown value is neither true nor false: compare it with UNKNOWN first$"):
        bool(UNKNOWN)
    assert (Missing.ABSENT.value, Missing.UNKNOWN.value) == ("absent", "unknown")


@pytest.mark.parametrize("sentinel", sorted(SENTINELS))
def test_every_sentinel_is_unknown_wherever_it_stands(sentinel: str) -> None:
    assert plain({"a": [sentinel, {"b": sentinel}], "c": f"x{sentinel}"}) == {
        "a": [UNKNOWN, {"b": UNKNOWN}],
        "c": f"x{sentinel}",
    }


def test_the_sdks_own_sentinel_is_among_them() -> None:
    assert len(SENTINELS) == 7
    assert UNKNOWN_STRING_VALUE in SENTINELS


def test_proxies_secrets_and_numbers_become_plain() -> None:
    proxied = unknown_checking_proxy(
        {"secret": Secret({"deep": [1.0, 1.5]}), "list": [True, None, 3], "bytes": b"x", "file": pulumi.StringAsset("")}
    )
    found = plain(proxied)
    assert found == {
        "secret": {"deep": [1, 1.5]},
        "list": [True, None, 3],
        "bytes": "<bytes>",
        "file": "<StringAsset>",
    }
    assert [type(each) for each in found["secret"]["deep"]] == [int, float]
    assert (type(found), type(found["list"])) == (dict, list)


@pytest.mark.parametrize(
    ("token", "expected"),
    {
        "aws:alb/listener:Listener": "aws:lb/listener:Listener",
        "aws:applicationloadbalancing/listener:Listener": "aws:lb/listener:Listener",
        "aws:elasticloadbalancingv2/targetGroup:TargetGroup": "aws:lb/targetGroup:TargetGroup",
        "aws:elasticloadbalancing/loadBalancer:LoadBalancer": "aws:elb/loadBalancer:LoadBalancer",
        "aws:s3/bucketV2:BucketV2": "aws:s3/bucket:Bucket",
        "aws:s3/bucketAclV2:BucketAclV2": "aws:s3/bucketAcl:BucketAcl",
        "aws:s3/bucketPolicy:BucketPolicy": "aws:s3/bucketPolicy:BucketPolicy",
        "aws:elb/loadBalancer:LoadBalancer": "aws:elb/loadBalancer:LoadBalancer",
        "my:alb/listener:Listener": "my:alb/listener:Listener",
    }.items(),
)
def test_one_thing_has_one_token(token: str, expected: str) -> None:
    assert canonical(token) == expected


PATHS: list[tuple[Any, str, Any]] = [
    ({"a": {"b": {"c": 1}}}, "a.b.c", 1),
    ({"a": {"b": 1}}, "a.x", ABSENT),
    ({"a": None}, "a", ABSENT),
    ({"a": None}, "a.b", ABSENT),
    ({"a": 0}, "a", 0),
    ({"a": UNKNOWN}, "a.b.c", UNKNOWN),
    ({"a": 5}, "a.b", ABSENT),
    ({"a": [{"b": 1}]}, "a.b", 1),
    ({"a": [{"b": 1}, {"b": 2}]}, "a.b", [1, 2]),
    ({"a": [{"b": 1}, {}]}, "a.b", [1]),
    ({"a": [{"b": [1, 2]}, {"b": 3}]}, "a.b", [1, 2, 3]),
    ({"a": [{"b": [1, 2]}]}, "a.b", [1, 2]),
    ({"a": [{}]}, "a.b", ABSENT),
    ({"a": []}, "a.b", ABSENT),
    ({"a": [{}, {}]}, "a.b", []),
    ({"a": [UNKNOWN, {"b": 1}]}, "a.b", [UNKNOWN, 1]),
    ({"a": [UNKNOWN]}, "a.b", UNKNOWN),
]


@pytest.mark.parametrize(("value", "path", "expected"), PATHS)
def test_a_path_leads_through_tables_and_lists(value: Any, path: str, expected: Any) -> None:
    assert dig(value, path) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [([1, None, 0], [1, 0]), ("x", ["x"]), (None, []), (ABSENT, []), (UNKNOWN, [UNKNOWN]), ({"a": 1}, [{"a": 1}])],
)
def test_items(value: Any, expected: list[Any]) -> None:
    assert items(value) == expected


@pytest.mark.parametrize("absent", [True, False])
@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, True), (False, False), ("true", True), ("True", True), ("1", True), (1, True), ("false", False),
     ("0", False), ("yes", False), (UNKNOWN, UNKNOWN), (ABSENT, None), ("", None)],
)  # fmt: skip
def test_a_switch_may_be_a_word(value: Any, expected: Any, absent: bool) -> None:
    assert truth(value, absent) is (absent if expected is None else expected)
    assert one("s", inputs={} if value is ABSENT else {"on": value}).switch("on", absent) is (
        absent if expected is None else expected
    )


def test_an_unset_switch_is_off_unless_said() -> None:
    assert one("s").switch("on") is False


# --- a resource ---


def test_what_the_program_set_goes_before_what_aws_did() -> None:
    it = one("s", inputs={"a": 1, "u": UNKNOWN}, outputs={"a": 2, "b": 3, "c": UNKNOWN, "u": 4})
    assert [it.known(path) for path in ("a", "b", "c", "d", "u")] == [1, 3, ABSENT, ABSENT, UNKNOWN]
    assert [it[path] for path in ("a", "b")] == [1, ABSENT]


@pytest.mark.parametrize(
    ("inputs", "outputs", "home", "expected"),
    [
        ({}, {}, "", ""),
        ({}, {}, "eu-west-1", "eu-west-1"),
        ({"availabilityZone": "eu-west-2b"}, {}, "", "eu-west-2"),
        ({"availabilityZone": "eu-west-2b"}, {}, "eu-west-1", "eu-west-1"),
        ({}, {"availabilityZone": "us-east-1f"}, "", "us-east-1"),
        ({"region": "us-east-1", "availabilityZone": "eu-west-2b"}, {}, "eu-west-1", "us-east-1"),
        ({}, {"region": "us-east-1"}, "eu-west-1", "us-east-1"),
        ({"region": UNKNOWN}, {}, "eu-west-1", ""),
        ({"availabilityZone": "use1-az"}, {}, "", ""),
        ({"availabilityZone": UNKNOWN}, {}, "", ""),
    ],
)
def test_the_region(inputs: dict[str, Any], outputs: dict[str, Any], home: str, expected: str) -> None:
    assert one("s", inputs=inputs, outputs=outputs, provider_region=home).region == expected


def test_findings_name_the_resource_the_property_and_what_about_it() -> None:
    it = one("s")
    assert it.name == "s"
    assert it.finding("is bad", "a", "b") == Finding("urn:x::s", "s", "is bad", "a", "b", undecided=False)
    assert it.finding("is bad") == Finding("urn:x::s", "s", "is bad", "", "")
    assert it.undecided("a", "b") == Finding("urn:x::s", "s", "`a` is not known yet", "a", "b", undecided=True)
    assert it.undecided("a").about == ""
    assert (it.finding("x", "a").key, it.finding("x", "a", "b").key) == ("a", "a::b")


# --- what refers to what ---


def test_a_known_id_refers_to_whoever_has_it() -> None:
    main, other = one("main", VPC, outputs={"id": "vpc-1"}), one("other", VPC, outputs={"id": "vpc-2"})
    child = one("child", inputs={"vpcId": "vpc-2"})
    stack = Stack([main, other, child])
    assert stack.targets(child, "vpcId", VPC) == Targets(sure=(other,))
    assert stack.targets(child, "vpcId", GROUP) == Targets(outside=("vpc-2",))
    assert stack.targets(child, "nothing", VPC) == Targets()
    assert stack.of(VPC, SUBNET) == [main, other, child]
    assert stack.of(GROUP) == []


@pytest.mark.parametrize(
    "name",
    ["id", "arn", "name", "bucket", "identifier", "clusterIdentifier", "replicationGroupId", "clusterId", "domainName",
     "dbSnapshotArn", "dbClusterSnapshotArn", "mainRouteTableId", "defaultRouteTableId"],
)  # fmt: skip
def test_the_names_by_which_others_know_a_resource(name: str) -> None:
    for where in ("inputs", "outputs"):
        named = one("named", VPC, **{where: {name: "it"}})
        asker = one("asker", inputs={"to": "it"})
        assert Stack([named, asker]).targets(asker, "to", VPC).sure == (named,)


@pytest.mark.parametrize(
    ("arn", "found"),
    [("arn:aws:s3:::lake", True), ("arn:aws:sqs:eu-west-1:1:lake", True), ("arn:aws:x:eu-west-1:1:thing/lake", True),
     ("arn:short:lake", False), ("arm:aws:s3:::lake", False), ("arn:aws:s3:::lake/x", False)],
)  # fmt: skip
def test_an_arn_that_nobody_admits_to_is_known_by_its_last_part(arn: str, found: bool) -> None:
    lake = one("lake", VPC, inputs={"name": "lake"})
    asker = one("asker", inputs={"to": arn})
    assert Stack([lake, asker]).targets(asker, "to", VPC) == (Targets((lake,)) if found else Targets(outside=(arn,)))


def test_of_one_name_in_two_regions_the_own_one_is_meant() -> None:
    here = one("here", VPC, inputs={"name": "lake"}, provider_region="eu-west-1")
    there = one("there", VPC, inputs={"name": "lake"}, provider_region="us-east-1")
    asker = one("asker", inputs={"to": "lake", "far": "arn:aws:x:us-east-1:1:lake", "global": "arn:aws:s3:::lake"},
                provider_region="eu-west-1")  # fmt: skip
    lost = one("lost", inputs={"to": "lake"}, provider_region="eu-north-1")
    stack = Stack([here, there, asker, lost])
    assert names(stack.targets(asker, "to", VPC).sure) == ["here"]
    assert names(stack.targets(asker, "far", VPC).sure) == ["there"]
    assert names(stack.targets(asker, "global", VPC).sure) == ["here"]
    assert names(stack.targets(lost, "to", VPC).sure) == []
    assert stack.targets(lost, "to", VPC).outside == ("lake",)


def test_of_one_name_in_two_accounts_the_own_one_is_meant() -> None:
    ours, theirs, bucket = "111122223333", "444455556666", "aws:s3/bucket:Bucket"
    lake = one("lake", VPC, inputs={"name": "lake"}, provider_region="eu-west-1", account=theirs)
    drop = one("drop", bucket, inputs={"bucket": "lake"}, provider_region="eu-west-1", account=theirs)
    arn = f"arn:aws:x:eu-west-1:{theirs}:lake"
    asker = one("asker", inputs={"to": "lake", "far": arn}, provider_region="eu-west-1", account=ours)
    anyone = one("anyone", inputs={"to": "lake"}, provider_region="eu-west-1", account="profile dev")
    stack = Stack([lake, drop, asker, anyone])
    assert stack.targets(asker, "to", VPC) == Targets(outside=("lake",))
    assert names(stack.targets(asker, "far", VPC).sure) == ["lake"]
    assert names(stack.targets(asker, "to", bucket).sure) == ["drop"]
    assert names(stack.targets(anyone, "to", VPC).sure) == ["lake"]


MAIN, SPARE = one("main", VPC, outputs={"id": "vpc-1"}), one("spare", VPC)
PARENT = one("box", "my:index:Box")
INNER = one("inner", VPC, parent=PARENT.urn)
NESTED = one("nested", "my:index:Box", parent=PARENT.urn)
INMOST = one("inmost", VPC, parent=NESTED.urn)
SECOND, BOX = one("second", VPC, outputs={"id": "vpc-2"}), one("other-box", "my:index:Box")
BOXED = one("boxed", VPC, parent=BOX.urn)
HOUSE = one("house", "aws:ec2/instance:Instance")
HOUSED = one("housed", VPC, parent=HOUSE.urn)
ALL = (MAIN, SPARE, PARENT, INNER, NESTED, INMOST, SECOND, BOX, BOXED, HOUSE, HOUSED)


def refers(value: Any, *behind: Resource, path: str = "to", about: str = "to") -> Targets:
    asker = one("asker", inputs={path: value}, depends={path: tuple(each.urn for each in behind)})
    return Stack([*ALL, asker]).targets(asker, about, VPC)


@pytest.mark.parametrize(
    ("value", "behind", "expected"),
    [
        pytest.param(UNKNOWN, [MAIN], Targets((MAIN,)), id="an unknown with one behind it is that one"),
        pytest.param(UNKNOWN, [], Targets(unknown=True), id="with nothing behind it nobody knows"),
        pytest.param(UNKNOWN, [one("gone", VPC)], Targets(unknown=True), id="with something elsewhere behind it too"),
        pytest.param(UNKNOWN, [one("s")], Targets(unknown=True), id="with something of another type too"),
        pytest.param([UNKNOWN, UNKNOWN], [MAIN, SPARE], Targets((MAIN, SPARE)), id="two unknowns, two behind"),
        pytest.param([UNKNOWN, UNKNOWN], [MAIN], Targets((MAIN,), unknown=True), id="two unknowns, one behind"),
        pytest.param(["vpc-1", UNKNOWN], [MAIN, SPARE], Targets((MAIN, SPARE)), id="the known one counts once"),
        pytest.param(["vpc-1", UNKNOWN], [MAIN], Targets((MAIN,), unknown=True), id="it does not explain the other"),
        pytest.param("vpc-9", [], Targets(outside=("vpc-9",)), id="a literal of nothing here"),
        pytest.param("vpc-9", [SPARE], Targets((SPARE,)), id="a dependency explains a known id"),
        pytest.param(["vpc-8", "vpc-9"], [SPARE], Targets((SPARE,), outside=("vpc-9",)), id="one of two"),
        pytest.param(["vpc-9", UNKNOWN], [SPARE], Targets((SPARE,), outside=("vpc-9",)), id="the unknown goes first"),
        pytest.param(UNKNOWN, [PARENT], Targets(maybe=(INNER, INMOST)), id="from a component: one of its own"),
        pytest.param(["vpc-1", UNKNOWN], [PARENT], Targets((MAIN,), maybe=(INNER, INMOST)), id="beside a known one"),
        pytest.param("vpc-9", [PARENT], Targets(), id="a known id from a component: it is within"),
        pytest.param([{"a": {"b": "vpc-1"}}, ["vpc-7"], "", None], [], Targets((MAIN,), outside=("vpc-7",)),
                     id="leaves of tables and lists"),
        pytest.param(["vpc-1", "vpc-1"], [], Targets((MAIN,)), id="twice is once"),
        pytest.param(["vpc-1", "vpc-2"], [], Targets((MAIN, SECOND)), id="two known ones"),
        pytest.param(UNKNOWN, [one("gone", VPC), MAIN], Targets((MAIN,)), id="what is elsewhere hides nothing"),
        pytest.param(UNKNOWN, [PARENT, BOX], Targets(maybe=(INNER, INMOST, BOXED)), id="from two components"),
        pytest.param(UNKNOWN, [HOUSE], Targets(unknown=True), id="an AWS resource is no component"),
    ],
)  # fmt: skip
def test_what_a_value_refers_to(value: Any, behind: list[Resource], expected: Targets) -> None:
    assert refers(value, *behind) == expected


def test_what_stands_behind_is_kept_by_the_first_step_of_a_path() -> None:
    assert refers([{"id": UNKNOWN, "x": {"y": UNKNOWN}}], MAIN, about="to.id") == Targets((MAIN,))
    assert refers([{"id": UNKNOWN, "x": {"y": UNKNOWN}}], MAIN, about="to.x.y") == Targets((MAIN,))


def test_targets_are_complete_if_nothing_is_open() -> None:
    assert Targets((MAIN,), outside=("x",)).nodes == (MAIN, "x")
    assert [Targets(outside=("x",)).complete, Targets(maybe=(MAIN,)).complete, Targets(unknown=True).complete] == [
        True,
        False,
        False,
    ]


def test_an_id_that_a_template_s_stack_hands_out_may_be_of_what_is_in_it() -> None:
    """Of that no id is ever known; an id beside it is of something else."""
    template = one("base", "aws:cloudformation/stack:Stack")
    vpc = one("net", VPC, parent=template.urn)
    user = one("log", inputs={"to": "vpc-0123456789abcdef0"}, depends={"to": (template.urn,)})
    assert Stack([template, vpc, user]).targets(user, "to", VPC) == Targets(maybe=(vpc,))
    apart = one("log", inputs={"to": "vpc-0123456789abcdef0"})
    assert Stack([template, vpc, apart]).targets(apart, "to", VPC) == Targets(outside=("vpc-0123456789abcdef0",))
