"""Which account and region a provider is of, and what a setting of one says of another."""

from __future__ import annotations

import json
from typing import Any

import pytest

from guard.aws.accounts import governs, same_account
from guard.model.graph import UNKNOWN, Resource
from guard.model.locations import Location, location_of

ROLE = "arn:aws:iam::111122223333:role/deploy"
FAR = "arn:aws:iam::999999999999:role/audit"


@pytest.mark.parametrize(
    ("inputs", "account"),
    [
        ({}, ""),
        ({"allowedAccountIds": ["111122223333"]}, "111122223333"),
        ({"allowedAccountIds": json.dumps(["111122223333"])}, "111122223333"),
        ({"allowedAccountIds": ["111122223333", "999999999999"]}, "unknown"),
        ({"assumeRoles": json.dumps([{"roleArn": ROLE}, {"roleArn": FAR}])}, "999999999999"),
        ({"assumeRole": {"roleArn": ROLE}}, "111122223333"),
        ({"assumeRoleWithWebIdentity": json.dumps({"roleArn": ROLE})}, "111122223333"),
        ({"assumeRoles": UNKNOWN}, "a role's"),
        ({"assumeRoles": [{"roleArn": UNKNOWN}]}, "a role's"),
        ({"profile": "audit"}, "profile audit"),
        ({"accessKey": UNKNOWN}, "unknown"),
    ],
)
def test_the_account_of_a_provider(inputs: dict[str, Any], account: str) -> None:
    assert location_of({"region": "eu-west-1", **inputs}) == Location("eu-west-1", account)


def test_an_unknown_region_is_none() -> None:
    assert location_of({"region": UNKNOWN}) == Location()


def one(account: str, region: str = "") -> Resource:
    return Resource(f"urn::{account}-{region}", "aws:x/y:Y", {}, provider_region=region, account=account)


@pytest.mark.parametrize(
    ("ours", "other", "same"),
    [
        ("", "", True),
        ("111122223333", "111122223333", True),
        ("111122223333", "999999999999", False),
        ("111122223333", "", UNKNOWN),
        ("profile a", "profile b", UNKNOWN),
        ("profile a", "111122223333", UNKNOWN),
    ],
)
def test_two_accounts(ours: str, other: str, same: object) -> None:
    assert same_account(one(ours), one(other)) is same


def test_a_default_governs_its_own_region_and_account() -> None:
    default = one("111122223333", "eu-west-1")
    assert governs(default, one("111122223333", "eu-west-1")) is True
    assert governs(default, one("111122223333", "us-east-1")) is False
    assert governs(default, one("999999999999", "eu-west-1")) is False
    assert governs(default, one("", "eu-west-1")) is UNKNOWN
