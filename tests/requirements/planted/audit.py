"""Breaches of CP-AUDIT, and of what the audit needs."""

from typing import Any

from tests.requirements import test_audit as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, detach, drop, merged, statement, text

TRAIL = "cloudtrail.Trail"


def _planted(id_: str, proof: Any, mutation: Mutation, **more: Any) -> Breach:
    return Breach(id_, proof, mutation, "shared", more)


def _selectors(category: str, **field: Any) -> Mutation:
    """With one field more in the selector of a category."""

    def narrowed(old: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**each, "fieldSelectors": [*each["fieldSelectors"], field]} if each["name"] == category else each
            for each in old
        ]

    return change(TRAIL, advancedEventSelectors=narrowed)


BREACHES = [
    _planted("CP-AUDIT-01", AREA.test_the_trail_records_every_region, change(TRAIL, isMultiRegionTrail=False)),
    _planted("CP-AUDIT-02", AREA.test_it_records_all_management_events,
             _selectors("Management", field="readOnly", equals=["false"])),
    _planted("CP-AUDIT-03", AREA.test_it_records_what_happens_to_sensitive_objects,
             change(TRAIL, advancedEventSelectors=lambda old: old[:1])),
    _planted("CP-AUDIT-04", AREA.test_it_is_encrypted_with_the_key, change(TRAIL, kmsKeyId="alias/aws/cloudtrail")),
    _planted("CP-AUDIT-04", AREA.test_it_is_encrypted_with_the_key,
             change("kms.Key", policy=lambda old: old.replace("shared-trail", "*"))),
    _planted("CP-AUDIT-05", AREA.test_its_files_are_signed, change(TRAIL, enableLogFileValidation=False)),
    _planted("CP-AUDIT-06", AREA.test_it_is_delivered_to_the_bucket_and_the_log, detach(TRAIL, "", "trail-write")),
    _planted("CP-AUDIT-07", AREA.test_the_recorder_runs, drop("cfg.RecorderStatus")),
    _planted("CP-AUDIT-08", AREA.test_the_recorder_delivers_to_its_bucket, drop("cfg.DeliveryChannel")),
    _planted("CP-STORE-10", AREA.test_the_recorder_delivers_to_its_bucket,
             change("s3.BucketPolicy", "config", policy=statement(
                 Principal={"Service": "config.amazonaws.com"}, Action="s3:DeleteObject",
                 Resource="arn:aws:s3:::cloudplatform-config/*", Condition={"StringEquals": {}}))),
    *(
        _planted(id_, AREA.test_a_rule_of_config, drop("cfg.Rule", name), name=name, source=source)
        for id_, (name, source) in AREA.RULES.items()
    ),
    _planted("CP-AUDIT-15", AREA.test_the_conformance_pack,
             change("cfg.ConformancePack", templateBody=text(lambda old: {"Resources": {
                 name: each for name, each in old["Resources"].items() if name != "EncryptedVolumes"}}))),
    _planted("CP-AUDIT-16", AREA.test_public_buckets_and_open_groups_are_closed_again,
             drop("cloudwatch.EventTarget", "group-opened")),
    _planted("CP-AUDIT-16", AREA.test_public_buckets_and_open_groups_are_closed_again,
             change("iam.RolePolicy", "auto-remediate", policy=lambda old:
                    old.replace("s3:PutBucketPublicAccessBlock", "s3:GetObject"))),
    _planted("CP-AUDIT-17", AREA.test_nobody_can_change_the_trail, drop("s3.BucketObjectLockConfiguration")),
    _planted("CP-STORE-09", AREA.test_nobody_can_change_the_trail,
             change("s3.BucketObjectLockConfiguration",
                    rule={"defaultRetention": {"mode": "GOVERNANCE", "days": 365}})),
    _planted("CP-STORE-09", AREA.test_nobody_can_change_the_trail,
             change("s3.Bucket", "cloudtrail", tags=merged(Name="x"), objectLockEnabled=False)),
    _planted("CP-IAM-30", AREA.test_the_roles_of_trail_and_recorder_deliver,
             change("iam.RolePolicy", "recorder-delivers",
                    policy=statement(Action="s3:GetObject", Resource="arn:aws:s3:::x/*"))),
]  # fmt: skip
