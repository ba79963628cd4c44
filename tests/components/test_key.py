"""The key and its policy: who administers it, who decrypts, who encrypts."""

import json

import pytest

from components.security.key import Key, KeyArgs
from settings.tables.security import KeyTable
from tests.components.examples import COMMON, built, counted, named_role, only, waits_for

ROOT = "arn:aws:iam::210987654321:root"


def _key(admins=(), readers=(), writers=(), protect=False, **table):
    def program():
        roles = {word: named_role(word) for word in {*admins, *readers, *writers}}
        Key(
            "key",
            KeyArgs(
                table=KeyTable(**table),
                administrators=[roles[word] for word in admins],
                readers=[roles[word] for word in readers],
                writers=[roles[word] for word in writers],
                protect=protect,
                **COMMON,
            ),
        )

    return built(program)


def _statements(recording) -> dict[str, dict]:
    policy = json.loads(only(recording, "aws:kms/key:Key")["policy"])
    return {each["Sid"]: each for each in policy["Statement"]}


def _arn(word: str) -> str:
    return f"arn:aws:iam::210987654321:role/acme-test-role-{word}"


def test_the_account_and_its_log_groups_are_always_there():
    """Without the account's root nobody could change the policy again; logs are encrypted for this account only."""
    found = _statements(_key())
    assert list(found) == ["AccountDecidesByIam", "LogGroupsOfThisAccount"]
    assert found["AccountDecidesByIam"]["Principal"] == {"AWS": ROOT}
    logs = found["LogGroupsOfThisAccount"]
    assert logs["Principal"] == {"Service": "logs.eu-west-1.amazonaws.com"}
    assert logs["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:eu-west-1:210987654321:log-group:*"}
    }


def test_each_kind_of_role_has_its_own_statement():
    """Administrators cannot use the key, readers only decrypt, writers only make data keys."""
    found = _statements(_key(admins=["devops"], readers=["task", "start"], writers=["task"]))
    assert found["Administrators"]["Principal"] == {"AWS": [_arn("devops")]}
    assert found["Readers"]["Principal"] == {"AWS": [_arn("start"), _arn("task")]}
    assert found["Readers"]["Action"] == ["kms:Decrypt"]
    assert found["Writers"]["Principal"] == {"AWS": [_arn("task")]}
    assert found["Writers"]["Action"] == ["kms:GenerateDataKey*"]
    uses = ("Decrypt", "Encrypt", "ReEncrypt", "GenerateDataKey", "CreateGrant")
    # `Create*` of the default policy's list includes CreateGrant: AWS's own wording (KMS developer guide).
    assert [action for action in found["Administrators"]["Action"] if action.removeprefix("kms:") in uses] == []
    assert "kms:*" not in found["Administrators"]["Action"]


def test_it_waits_for_the_roles_that_its_policy_names():
    """KMS refuses a principal that is not there; each is waited for once."""
    recording = _key(admins=["devops"], readers=["task"], writers=["task"])
    assert waits_for(recording, only(recording, "aws:kms/key:Key")) == ["given-devops", "given-task"]


@pytest.mark.parametrize("protect", [False, True])
def test_key_and_alias(protect):
    """Rotated, deleted after the table's days, protected as the posture says."""
    recording = _key(protect=protect, deletion_days=14)
    assert counted(recording) == {"aws:kms/alias:Alias": 1, "aws:kms/key:Key": 1}
    key = only(recording, "aws:kms/key:Key")
    assert (key["enableKeyRotation"], key["deletionWindowInDays"], key.options.protect) == (True, 14, protect)
    assert only(recording, "aws:kms/alias:Alias")["name"] == "alias/acme-test-kms"
