"""Rows of the family kms-hygiene."""

from __future__ import annotations

from tests.policy.declare import OTHER, Row, r, unknown

KEY = "kms/key:Key"
REPLICA = "kms/replicaKey:ReplicaKey"

ROWS = [
    Row("key-rotation", "ok", "", (r(KEY, enableKeyRotation=True),)),
    Row("key-rotation", "ok", "signs", (r(KEY, customerMasterKeySpec="RSA_3072", keyUsage="SIGN_VERIFY"),)),
    Row("key-rotation", "ok", "a curve", (r(KEY, customerMasterKeySpec="ECC_NIST_P256"),)),
    Row("key-rotation", "ok", "HMAC", (r(KEY, customerMasterKeySpec="HMAC_256", keyUsage="GENERATE_VERIFY_MAC"),)),
    Row(
        "key-rotation",
        "ok",
        "in a store of one's own",
        (r(KEY, refs={"customKeyStoreId": "hsm.id"}), r("kms/customKeyStore:CustomKeyStore", "hsm")),
    ),
    Row("key-rotation", "ok", "in a store outside", (r(KEY, customKeyStoreId="cks-1", xksKeyId="1"),)),
    Row("key-rotation", "ok", "disabled", (r(KEY, isEnabled=False),)),
    Row(
        "key-rotation",
        "ok",
        "a replica has its primary's",
        (
            r(KEY, "primary", multiRegion=True, enableKeyRotation=True),
            r(REPLICA, refs={"primaryKeyArn": "primary.arn"}),
        ),
    ),
    Row("key-rotation", "ok", "imported", (r("kms/externalKey:ExternalKey"),)),
    Row(
        "key-rotation",
        "ok",
        "an unknown kind that rotates",
        (OTHER, r(KEY, enableKeyRotation=True, refs=unknown("customerMasterKeySpec"))),
    ),
    Row("key-rotation", "breach", "unset", (r(KEY),)),
    Row("key-rotation", "breach", "off", (r(KEY, enableKeyRotation=False, customerMasterKeySpec="SYMMETRIC_DEFAULT"),)),
    Row("key-rotation", "breach", "of many regions", (r(KEY, multiRegion=True),)),
    Row("key-rotation", "undecided", "", (OTHER, r(KEY, refs=unknown("enableKeyRotation")))),
    Row("key-rotation", "undecided", "what it is", (OTHER, r(KEY, refs=unknown("customerMasterKeySpec")))),
    Row("key-deletion-window", "ok", "unset is a month", (r(KEY),)),
    Row("key-deletion-window", "ok", "two weeks", (r(KEY, deletionWindowInDays=14),)),
    Row("key-deletion-window", "breach", "a week", (r(KEY, deletionWindowInDays=7),)),
    Row("key-deletion-window", "breach", "of a replica", (r(REPLICA, primaryKeyArn="x", deletionWindowInDays=10),)),
    Row("key-deletion-window", "undecided", "", (OTHER, r(KEY, refs=unknown("deletionWindowInDays")))),
    Row("key-lockout-check", "ok", "unset", (r(KEY),)),
    Row("key-lockout-check", "ok", "checked", (r(KEY, bypassPolicyLockoutSafetyCheck=False),)),
    Row("key-lockout-check", "breach", "", (r(KEY, bypassPolicyLockoutSafetyCheck=True),)),
    Row(
        "key-lockout-check",
        "breach",
        "beside the key",
        (
            r(KEY),
            r(
                "kms/keyPolicy:KeyPolicy",
                "door",
                refs={"keyId": "it.id"},
                policy="{}",
                bypassPolicyLockoutSafetyCheck=True,
            ),
        ),
    ),
    Row("key-lockout-check", "undecided", "", (OTHER, r(KEY, refs=unknown("bypassPolicyLockoutSafetyCheck")))),
    Row("key-enabled", "ok", "unset", (r(KEY),)),
    Row("key-enabled", "ok", "has no material yet", (r("kms/externalKey:ExternalKey", enabled=False),)),
    Row("key-enabled", "breach", "", (r(KEY, isEnabled=False),)),
    Row("key-enabled", "breach", "a replica", (r(REPLICA, primaryKeyArn="x", enabled=False),)),
    Row("key-enabled", "undecided", "", (OTHER, r(KEY, refs=unknown("isEnabled")))),
]
