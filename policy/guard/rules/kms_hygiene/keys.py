"""Keys rotate, and go slowly."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource
from guard.model.logic import Answer, every
from guard.model.rule import EnforcementLevel, Parameter, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "kms-hygiene"
KEY: Final = "aws:kms/key:Key"

# Others cannot: asymmetric and HMAC keys, and those whose material lies in another store. Imported material
# (ExternalKey) rotates by hand, a replica with its primary, a disabled key not at all.
_ROTATES: Final = {"customerMasterKeySpec": ("SYMMETRIC_DEFAULT",), "keyUsage": ("ENCRYPT_DECRYPT",)}


def _can_rotate(key: Resource) -> Answer:
    fits = [UNKNOWN if key[path] is UNKNOWN else key[path] in (ABSENT, "", *good) for path, good in _ROTATES.items()]
    own = [key[path] in (ABSENT, "") for path in ("customKeyStoreId", "xksKeyId")]
    return every((*fits, *own, key.switch("isEnabled", absent=True)))


def _rotate(_: Resource) -> Mapping[str, Any]:
    return {"enableKeyRotation": True}


@rule(
    "key-rotation",
    family=FAMILY,
    on=KEY,
    severity=Severity.MEDIUM,
    controls=("FSBP KMS.4", "CIS 5.0 3.6"),
    why="The longer one key encrypts everything, the more a leak of it opens.",
    fix="Set enable_key_rotation=True. Keys that cannot rotate (asymmetric, HMAC, of a custom store) are not meant.",
    remediate=_rotate,
)
def key_rotation(key: Resource) -> Iterator[Finding]:
    rotates = key.switch("enableKeyRotation")
    if rotates is True:
        return
    can = _can_rotate(key)
    if can is UNKNOWN or (can and rotates is UNKNOWN):
        yield key.undecided("enableKeyRotation")
    elif can:
        yield key.finding("does not rotate", at="enableKeyRotation")


_WITH_WINDOW: Final = (
    KEY,
    "aws:kms/replicaKey:ReplicaKey",
    "aws:kms/externalKey:ExternalKey",
    "aws:kms/replicaExternalKey:ReplicaExternalKey",
)


@rule(
    "key-deletion-window",
    family=FAMILY,
    on=_WITH_WINDOW,
    severity=Severity.MEDIUM,
    posture=True,
    parameters=(Parameter("minimumDeletionWindowInDays", {"type": "integer", "minimum": 7, "maximum": 30}, 14),),
    why="All that a key encrypted is lost with it, and somebody must have the time to notice.",
    fix="Leave deletion_window_in_days out, it is 30 then, or set it to 14 or more.",
)
def key_deletion_window(key: Resource, *, minimum_deletion_window_in_days: int) -> Iterator[Finding]:
    days = key["deletionWindowInDays"]
    if days is UNKNOWN:
        yield key.undecided("deletionWindowInDays")
    elif str(days).isdecimal() and int(days) < minimum_deletion_window_in_days:
        yield key.finding(f"is gone {days} days after somebody asks for it", at="deletionWindowInDays")


register(
    FAMILY,
    Switch(
        "key-lockout-check",
        on=dict.fromkeys((*_WITH_WINDOW, "aws:kms/keyPolicy:KeyPolicy"), "bypassPolicyLockoutSafetyCheck"),
        good=("false",),
        unset="false",
        text="may get a policy by which nobody can change it any more",
        why="A key that nobody may manage cannot be rescued but by AWS's support, nor the data under it.",
        fix="Leave bypass_policy_lockout_safety_check out.",
        severity=Severity.MEDIUM,
    ),
    Switch(
        "key-enabled",
        on={KEY: "isEnabled", "aws:kms/replicaKey:ReplicaKey": "enabled"},  # An imported one is until it has material.
        good=("true",),
        unset="true",
        text="is disabled: nobody reads what it encrypted",
        why="What a disabled key encrypted is unreadable, and the key costs as before.",
        fix="Leave is_enabled (enabled) out, or remove the key and let its deletion window run.",
        severity=Severity.LOW,
        level=EnforcementLevel.ADVISORY,
    ),
)
