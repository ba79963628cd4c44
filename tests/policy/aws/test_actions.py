"""What the pack knows of AWS's actions: its table, of which it reads the services that a document speaks of."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guard.aws import actions
from guard.aws.grants import full, whole_service
from guard.rules.iam_least_privilege.dangers import CONTENT, DECRYPT, PASS_ROLE, escalations

ROLE = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
QUEUE = "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"


def test_a_document_has_its_own_services_read_only() -> None:
    asked = (
        "from guard.aws import action_table, actions; "
        "assert actions.kinds('s3:getobject') and actions.matching('kms:*crypt'); "
        "print(action_table.service.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True).stdout == "2\n"


def test_a_name_stands_for_itself() -> None:
    assert actions.matching("S3:GetObject") == ("s3:getobject",)
    assert actions.matching("zebra:Run") == ("zebra:run",)


def test_a_pattern_stands_for_what_there_is() -> None:
    assert actions.matching("kms:*crypt") == ("kms:decrypt", "kms:encrypt")
    assert {"s3:getobject", "sqs:getqueueurl", "sns:gettopicattributes"} <= set(actions.matching("s?s:Get*")) | set(
        actions.matching("s3:Get*")
    )
    assert actions.matching("zebra:*") == ()
    assert len(actions.matching("*")) > 20_000


@pytest.mark.parametrize(
    ("action", "level"),
    [
        ("s3:getobject", "Read"),
        ("s3:putobject", "Write"),
        ("s3:putbucketpolicy", "Permissions management"),
        ("iam:passrole", "Permissions management"),
        ("zebra:run", ""),
        ("no action", ""),
    ],
)
def test_levels(action: str, level: str) -> None:
    assert actions.level(action) == level


def test_what_an_action_can_be_confined_to() -> None:
    assert actions.kinds("sts:assumerole") == (ROLE,)
    assert OBJECT in actions.kinds("s3:getobject")
    assert actions.kinds("ecr:getauthorizationtoken") == ()
    assert actions.kinds("zebra:run") == ()


@pytest.mark.parametrize(
    ("pattern", "kind", "expected"),
    [
        ("*", ROLE, True),
        ("arn:*", ROLE, True),
        ("arn:aws:iam::*", ROLE, True),
        ("arn:aws:iam::*:role/*", ROLE, True),
        ("arn:aws:iam::111122223333:role/*", ROLE, True),
        ("arn:aws-us-gov:iam::111122223333:*", ROLE, True),
        ("ARN:AWS:IAM::111122223333:ROLE/*", ROLE, True),
        ("arn:aws:iam::111122223333:role/shop-*", ROLE, False),
        ("arn:aws:iam::*:role/deploy", ROLE, False),
        ("arn:aws:iam::*:user/*", ROLE, False),
        ("arn:aws:iam::*:role/${aws:username}", ROLE, False),
        ("arn:aws:s3:::*", OBJECT, True),
        ("arn:aws:s3:::*/*", OBJECT, True),
        ("arn:aws:s3:::bills/*", OBJECT, False),
        ("arn:aws:s3:::*/public/*", OBJECT, False),
        ("arn:aws:sqs:eu-west-1:*", QUEUE, True),
        ("arn:aws:sqs:eu-west-1:111122223333:*", QUEUE, True),
        ("arn:aws:sns:eu-west-1:111122223333:*", QUEUE, False),
        ("", QUEUE, False),
    ],
)
def test_which_patterns_match_all_of_a_kind(pattern: str, kind: str, expected: bool) -> None:
    assert actions.matches_all(pattern, kind) is expected


names = st.text("abcdefgh-", min_size=1, max_size=8)


@given(prefix=names, suffix=names)
def test_a_pattern_with_a_name_in_it_does_not_match_all(prefix: str, suffix: str) -> None:
    for pattern in (prefix, f"{prefix}*", f"*{prefix}", f"{prefix}*{suffix}", f"*{prefix}?"):
        assert not actions.matches_all(f"arn:aws:sqs:*:*:{pattern}", QUEUE)


def test_our_own_lists_name_actions_that_exist() -> None:
    """A misspelt action would be a danger that nobody sees."""
    ours = CONTENT | DECRYPT | PASS_ROLE
    assert [action for action in ours if not actions.level(action)] == []
    assert [action for action in ours if not actions.kinds(action)] == []


def test_known_dangers_come_with_the_data() -> None:
    assert {"iam:createpolicyversion", "iam:passrole", "sts:assumerole"} <= actions.known_dangers()
    assert {"iam:createpolicyversion", "sts:assumerole", "lambda:updatefunctioncode"} <= escalations()
    # What needs iam:PassRole beside it, or is one's own, is no danger by itself.
    assert escalations().isdisjoint(PASS_ROLE | {"ec2:runinstances", "lambda:createfunction", "sts:getfederationtoken"})


@pytest.mark.parametrize("pattern", ["*", "**", "*:*", "?*:*", "*:**"])
def test_a_full_pattern_matches_every_action(pattern: str) -> None:
    assert full(pattern)
    assert actions.matching(pattern) == actions.matching("*")


def test_all_but_the_service_of_one_letter_is_full_as_well() -> None:
    assert full("??*:*")
    assert {action.partition(":")[0] for action in actions.matching("*")} - {
        action.partition(":")[0] for action in actions.matching("??*:*")
    } == {"q"}


@pytest.mark.parametrize("pattern", ["s3:*", "S3:*", "s?s:*", "?am:*", "s*:*", "sqs:**", "sqs:?*", "sqs:*?"])
def test_a_whole_service_holds_all_of_one(pattern: str) -> None:
    assert whole_service(pattern.lower())
    assert not full(pattern)
    held = set(actions.matching(pattern))
    services = {action.partition(":")[0] for action in held}
    assert any(set(actions.matching(f"{service}:*")) <= held for service in services)


@pytest.mark.parametrize("pattern", ["s3:Get*", "s3:*Object", "*:Get*", "s3:GetObject", "ec2:Describe*", "iam:????"])
def test_a_part_of_a_service_is_not_the_whole(pattern: str) -> None:
    assert not whole_service(pattern.lower())
    assert not full(pattern)
