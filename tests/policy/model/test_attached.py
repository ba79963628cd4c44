"""What belongs to a resource: for certain, perhaps, and not at all."""

from __future__ import annotations

import pytest

from guard.model.attached import Attached, attached
from guard.model.graph import UNKNOWN, Resource, Stack
from guard.model.logic import Answer, every, some

BUCKET = "aws:s3/bucket:Bucket"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
STAGE = "aws:apigateway/stage:Stage"


def one(token: str, name: str, *behind: str, path: str = "bucket", **inputs: object) -> Resource:
    """A resource, with what stands behind the property at a path, which is unknown unless given."""
    given = {path: UNKNOWN, **inputs} if behind else inputs
    return Resource(f"urn::{name}", token, given, depends={path: tuple(f"urn::{one}" for one in behind)})


def names(found: tuple[Resource, ...]) -> list[str]:
    return [resource.name for resource in found]


PHOTOS, FILMS = one(BUCKET, "photos", bucket="quay-photos"), one(BUCKET, "films")


def test_a_side_belongs_to_what_stands_behind_its_property() -> None:
    stack = Stack([PHOTOS, FILMS, one(VERSIONING, "of-films", "films")])
    assert names(attached(stack, FILMS, VERSIONING, "bucket").sure) == ["of-films"]
    assert attached(stack, PHOTOS, VERSIONING, "bucket").all == ()


def test_a_side_belongs_to_what_it_names() -> None:
    stack = Stack([PHOTOS, FILMS, one(VERSIONING, "literal", bucket="quay-photos")])
    assert names(attached(stack, PHOTOS, VERSIONING, "bucket").sure) == ["literal"]
    assert attached(stack, FILMS, VERSIONING, "bucket").all == ()


def test_a_name_of_nothing_here_belongs_elsewhere() -> None:
    stack = Stack([PHOTOS, one(VERSIONING, "far", bucket="another")])
    assert attached(stack, PHOTOS, VERSIONING, "bucket").all == ()


def test_one_word_with_two_behind_it_means_one_of_them() -> None:
    stack = Stack([PHOTOS, FILMS, one(VERSIONING, "either", "photos", "films")])
    for bucket in (PHOTOS, FILMS):
        found = attached(stack, bucket, VERSIONING, "bucket")
        assert (found.sure, names(found.maybe)) == ((), ["either"])


def test_a_list_with_two_behind_it_means_both() -> None:
    log = one(
        "aws:backup/selection:Selection", "pick", "photos", "films", path="resources", resources=[UNKNOWN, UNKNOWN]
    )
    stack = Stack([PHOTOS, FILMS, log])
    assert [names(attached(stack, one, log.type, "resources", BUCKET).sure) for one in (PHOTOS, FILMS)] == [
        ["pick"]
    ] * 2


def test_what_nobody_can_name_may_be_anybodys() -> None:
    stray = Resource("urn::stray", VERSIONING, {"bucket": UNKNOWN})
    stack = Stack([PHOTOS, FILMS, stray])
    assert [names(attached(stack, one, VERSIONING, "bucket").maybe) for one in (PHOTOS, FILMS)] == [["stray"]] * 2


def test_an_association_with_an_interface_is_none_with_a_balancer() -> None:
    front, stage = one(BALANCER, "front"), one(STAGE, "stage")
    tie = one(ASSOCIATION, "tie", "stage", path="resourceArn")
    stack = Stack([front, stage, tie])
    assert attached(stack, front, ASSOCIATION, "resourceArn", BALANCER, STAGE).all == ()
    assert names(attached(stack, stage, ASSOCIATION, "resourceArn", BALANCER, STAGE).sure) == ["tie"]
    assert names(attached(stack, front, ASSOCIATION, "resourceArn").maybe) == ["tie"]  # only balancers were asked for


def test_each_stack_has_its_own_index() -> None:
    assert attached(Stack([PHOTOS]), PHOTOS, VERSIONING, "bucket").all == ()
    with_side = Stack([PHOTOS, one(VERSIONING, "new", "photos")])
    assert names(attached(with_side, PHOTOS, VERSIONING, "bucket").sure) == ["new"]


@pytest.mark.parametrize(
    ("sure", "maybe", "answer"),
    [
        ([], [], False),
        ([True], [], True),
        ([False, True], [UNKNOWN], True),
        ([False], [False], False),
        ([False], [True], UNKNOWN),  # it may belong to another
        ([UNKNOWN], [], UNKNOWN),
        ([], [UNKNOWN], UNKNOWN),
    ],
)
def test_one_good_side_is_enough_if_it_is_its_own(sure: list[Answer], maybe: list[Answer], answer: Answer) -> None:
    goods = {f"urn::{number}": good for number, good in enumerate([*sure, *maybe])}
    resources = [Resource(urn, VERSIONING, {}) for urn in goods]
    found = Attached(tuple(resources[: len(sure)]), tuple(resources[len(sure) :]))
    assert found.some(lambda side: goods[side.urn]) is answer


def test_some_and_every() -> None:
    assert [some([]), some([False, UNKNOWN]), some([UNKNOWN, True])] == [False, UNKNOWN, True]
    assert [every([]), every([True, UNKNOWN]), every([UNKNOWN, False])] == [True, UNKNOWN, False]
