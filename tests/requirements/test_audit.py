"""CP-AUDIT: the record of what is done in the account and of how it is configured; CP-STORE and CP-IAM, its needs."""

import json
from typing import Any

import pytest

from preview.recording import RecordedResource, Recording
from tests.requirements.breaches import Breach, Mutation, change, detach, drop, merged, noticed, statement, text
from tests.requirements.expected import ACCOUNT, REGION, requirement, shared
from tests.requirements.reading import (
    arn,
    at,
    attached,
    document,
    encryption,
    granted,
    key,
    of,
    of_bucket,
    one,
    only,
    permissions,
    role,
    trusting,
    versioning,
)

TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/cloudplatform-shared-trail"
RULES = {
    "CP-AUDIT-09": ("s3-bucket-public-read-prohibited", "S3_BUCKET_PUBLIC_READ_PROHIBITED"),
    "CP-AUDIT-10": ("rds-instance-public-access-check", "RDS_INSTANCE_PUBLIC_ACCESS_CHECK"),
    "CP-AUDIT-11": ("encrypted-volumes", "ENCRYPTED_VOLUMES"),
    "CP-AUDIT-12": ("iam-root-access-key-check", "IAM_ROOT_ACCESS_KEY_CHECK"),
    "CP-AUDIT-13": ("vpc-flow-logs-enabled", "VPC_FLOW_LOGS_ENABLED"),
    "CP-AUDIT-14": ("cloudtrail-enabled", "CLOUD_TRAIL_ENABLED"),
}
READS = "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"


def trail_bucket(platform: Recording) -> RecordedResource:
    return at(platform, "s3.Bucket", bucket=one(platform, "cloudtrail.Trail")["s3BucketName"])


def recorder_bucket(platform: Recording) -> RecordedResource:
    return at(platform, "s3.Bucket", bucket=one(platform, "cfg.DeliveryChannel")["s3BucketName"])


def delivered(platform: Recording, bucket: RecordedResource, service: str) -> dict[str, tuple[str, dict[str, str]]]:
    """What a service may do with a bucket: by action, the one resource, and the values that must be equal."""
    statements = document(of_bucket(platform, "s3.BucketPolicy", bucket)["policy"])
    return {
        action: (only(each.resources), each.condition["StringEquals"])
        for each in statements
        if each.allows and ("Service", service) in each.principals
        for action in each.actions
    }


def selected(platform: Recording, category: str) -> list[dict[str, list[str]]]:
    """The selectors of a category: what each of their other fields must be."""
    selectors = [
        {row["field"]: row.get("equals") or row.get("startsWiths") for row in each["fieldSelectors"]}
        for each in one(platform, "cloudtrail.Trail")["advancedEventSelectors"]
    ]
    return [each for each in selectors if each.pop("eventCategory") == [category]]


@requirement("CP-AUDIT-01")
@shared
def test_the_trail_records_every_region(platform: Recording, stack: str) -> None:
    trail = one(platform, "cloudtrail.Trail")
    assert (trail["isMultiRegionTrail"], trail["includeGlobalServiceEvents"]) == (True, True)
    assert trail.inputs.get("enableLogging", True) is True
    assert trail["name"] == "cloudplatform-shared-trail"


@requirement("CP-AUDIT-02")
@shared
def test_it_records_all_management_events(platform: Recording, stack: str) -> None:
    """Without a filter: what reads as well as what writes."""
    assert selected(platform, "Management") == [{}]


@requirement("CP-AUDIT-03")
@shared
def test_it_records_what_happens_to_sensitive_objects(platform: Recording, stack: str) -> None:
    """The states and prod's backups, and never its own deliveries."""
    objects = ["arn:aws:s3:::cloudplatform-prod-backups/", "arn:aws:s3:::cloudplatform-terraform-state/"]
    assert selected(platform, "Data") == [{"resources.type": ["AWS::S3::Object"], "resources.ARN": objects}]
    assert not any(each.startswith(arn(trail_bucket(platform))) for each in objects)


@requirement("CP-AUDIT-04")
@shared
def test_it_is_encrypted_with_the_key(platform: Recording, stack: str) -> None:
    """Which CloudTrail may use for this trail."""
    assert one(platform, "cloudtrail.Trail")["kmsKeyId"] == arn(key(platform))
    statement = only(
        each for each in document(key(platform)["policy"]) if ("Service", "cloudtrail.amazonaws.com") in each.principals
    )
    assert statement.allows
    assert set(statement.actions) == {"kms:GenerateDataKey*", "kms:DescribeKey"}
    assert statement.condition == {"StringEquals": {"aws:SourceArn": TRAIL}}


@requirement("CP-AUDIT-05")
@shared
def test_its_files_are_signed(platform: Recording, stack: str) -> None:
    assert one(platform, "cloudtrail.Trail")["enableLogFileValidation"] is True


@requirement("CP-AUDIT-06")
@shared
def test_it_is_delivered_to_the_bucket_and_the_log(platform: Recording, stack: str) -> None:
    """CloudTrail tries both when the trail is made, so it waits for the permissions."""
    trail = one(platform, "cloudtrail.Trail")
    group = at(platform, "cloudwatch.LogGroup", name="/shared/cloudtrail")
    assert trail["s3BucketName"] == "cloudplatform-cloudtrail"
    assert trail["cloudWatchLogsGroupArn"] == f"{arn(group)}:*"
    assert group["retentionInDays"] == 90
    writer = role(platform, trail["cloudWatchLogsRoleArn"])
    policies = [of_bucket(platform, "s3.BucketPolicy", trail_bucket(platform))]
    policies += [each for each in of(platform, "iam.RolePolicy") if each["role"] == writer["name"]]
    assert {each.urn for each in policies} <= set(trail.dependencies)


@requirement("CP-AUDIT-07")
@shared
def test_the_recorder_runs(platform: Recording, stack: str) -> None:
    """It records everything, and is switched on once it can deliver."""
    recorder, status = one(platform, "cfg.Recorder"), one(platform, "cfg.RecorderStatus")
    assert recorder["recordingGroup"] == {"allSupported": True, "includeGlobalResourceTypes": True}
    assert recorder["roleArn"] == arn(only(trusting(platform, "config.amazonaws.com")))
    assert (status["name"], status["isEnabled"]) == (recorder["name"], True)
    assert one(platform, "cfg.DeliveryChannel").urn in status.dependencies


@requirement("CP-AUDIT-08", "CP-STORE-10")
@shared
def test_the_recorder_delivers_to_its_bucket(platform: Recording, stack: str) -> None:
    bucket = recorder_bucket(platform)
    mine = {"aws:SourceAccount": ACCOUNT}
    name = "arn:aws:s3:::cloudplatform-config"
    assert arn(bucket) == name
    assert delivered(platform, bucket, "config.amazonaws.com") == {
        "s3:GetBucketAcl": (name, mine),
        "s3:ListBucket": (name, mine),
        "s3:PutObject": (
            f"{name}/AWSLogs/{ACCOUNT}/Config/*",
            {**mine, "s3:x-amz-acl": "bucket-owner-full-control"},
        ),
    }
    assert encryption(platform, bucket) == ("aws:kms", arn(key(platform)))


@shared
@pytest.mark.parametrize(("name", "source"), [pytest.param(*row, marks=requirement(id_)) for id_, row in RULES.items()])
def test_a_rule_of_config(platform: Recording, stack: str, name: str, source: str) -> None:
    """AWS's own, asked once there is a recorder."""
    rule = at(platform, "cfg.Rule", name=name)
    assert rule["source"] == {"owner": "AWS", "sourceIdentifier": source}
    assert one(platform, "cfg.RecorderStatus").urn in rule.dependencies


@requirement("CP-AUDIT-15")
@shared
def test_the_conformance_pack(platform: Recording, stack: str) -> None:
    """The same six rules (N-33)."""
    pack = one(platform, "cfg.ConformancePack")
    rules = [each["Properties"] for each in json.loads(pack["templateBody"])["Resources"].values()]
    assert {each["ConfigRuleName"]: each["Source"] for each in rules} == {
        name: {"Owner": "AWS", "SourceIdentifier": source} for name, source in RULES.values()
    }
    assert one(platform, "cfg.RecorderStatus").urn in pack.dependencies


#: The rules of EventBridge whose events a function answers: what each is about.
ANSWERED = {"bucket-public": "s3-bucket-public-read-prohibited", "group-opened": "AuthorizeSecurityGroupIngress"}


@requirement("CP-AUDIT-16")
@shared
def test_public_buckets_and_open_groups_are_closed_again(platform: Recording, stack: str) -> None:
    """By a function that EventBridge runs, and that may do it."""
    function = at(platform, "lambda_.Function", name="cloudplatform-shared-lambda-auto-remediate")
    for name, about in ANSWERED.items():
        rule = at(platform, "cloudwatch.EventRule", name=name)
        assert about in rule["eventPattern"]
        assert at(platform, "cloudwatch.EventTarget", rule=name)["arn"] == arn(function)
        permission = at(platform, "lambda_.Permission", function=function["name"], sourceArn=arn(rule))
        assert (permission["principal"], permission["action"]) == ("events.amazonaws.com", "lambda:InvokeFunction")
    may = granted(permissions(platform, role(platform, function["role"])))
    assert {"s3:PutBucketPublicAccessBlock", "ec2:RevokeSecurityGroupIngress"} <= may.keys()


@requirement("CP-AUDIT-17", "CP-STORE-09")
@shared
def test_nobody_can_change_the_trail(platform: Recording, stack: str) -> None:
    """Locked for a year, versioned, encrypted; deleted only after that; and CloudTrail alone writes to it."""
    bucket = trail_bucket(platform)
    assert bucket["objectLockEnabled"] is True
    lock = of_bucket(platform, "s3.BucketObjectLockConfiguration", bucket)
    assert lock["rule"] == {"defaultRetention": {"mode": "COMPLIANCE", "days": 365}}
    assert versioning(platform, bucket) == "Enabled"
    assert encryption(platform, bucket) == ("aws:kms", arn(key(platform)))
    cycle = only(of_bucket(platform, "s3.BucketLifecycleConfiguration", bucket)["rules"])
    assert (cycle["status"], cycle["expiration"], cycle["transitions"]) == (
        "Enabled",
        {"days": 400},
        [{"days": 90, "storageClass": "GLACIER"}],
    )
    name, mine = arn(bucket), {"aws:SourceArn": TRAIL}
    assert delivered(platform, bucket, "cloudtrail.amazonaws.com") == {
        "s3:GetBucketAcl": (name, mine),
        "s3:PutObject": (f"{name}/AWSLogs/{ACCOUNT}/*", {**mine, "s3:x-amz-acl": "bucket-owner-full-control"}),
    }


@requirement("CP-IAM-30")
@shared
def test_the_roles_of_trail_and_recorder_deliver(platform: Recording, stack: str) -> None:
    """And no more, but that the recorder reads what it records, by AWS's own list of that."""
    trail, recorder = (only(trusting(platform, f"{service}.amazonaws.com")) for service in ("cloudtrail", "config"))
    streams = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/shared/cloudtrail:log-stream:{ACCOUNT}_CloudTrail_*"
    assert granted(permissions(platform, trail)) == {
        "logs:CreateLogStream": {streams},
        "logs:PutLogEvents": {streams},
    }
    assert attached(platform, trail) == []
    bucket = arn(recorder_bucket(platform))
    assert granted(permissions(platform, recorder)) == {
        "s3:GetBucketAcl": {bucket},
        "s3:ListBucket": {bucket},
        "s3:PutObject": {f"{bucket}/AWSLogs/{ACCOUNT}/Config/*"},
        "kms:Decrypt": {arn(key(platform))},
        "kms:GenerateDataKey": {arn(key(platform))},
    }
    assert attached(platform, recorder) == [READS]


TRAIL_TYPE = "cloudtrail.Trail"


def _breach(id_: str, proof: Any, mutation: Mutation, **more: Any) -> Breach:
    return Breach(id_, proof, mutation, "shared", more)


def _selectors(category: str, **field: Any) -> Mutation:
    """With one field more in the selector of a category."""

    def narrowed(old: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {**each, "fieldSelectors": [*each["fieldSelectors"], field]} if each["name"] == category else each
            for each in old
        ]

    return change(TRAIL_TYPE, advancedEventSelectors=narrowed)


BREACHES = [
    _breach("CP-AUDIT-01", test_the_trail_records_every_region, change(TRAIL_TYPE, isMultiRegionTrail=False)),
    _breach("CP-AUDIT-02", test_it_records_all_management_events,
            _selectors("Management", field="readOnly", equals=["false"])),
    _breach("CP-AUDIT-03", test_it_records_what_happens_to_sensitive_objects,
            change(TRAIL_TYPE, advancedEventSelectors=lambda old: old[:1])),
    _breach("CP-AUDIT-04", test_it_is_encrypted_with_the_key, change(TRAIL_TYPE, kmsKeyId="alias/aws/cloudtrail")),
    _breach("CP-AUDIT-04", test_it_is_encrypted_with_the_key,
            change("kms.Key", policy=lambda old: old.replace("shared-trail", "*"))),
    _breach("CP-AUDIT-05", test_its_files_are_signed, change(TRAIL_TYPE, enableLogFileValidation=False)),
    _breach("CP-AUDIT-06", test_it_is_delivered_to_the_bucket_and_the_log, detach(TRAIL_TYPE, "", "trail-write")),
    _breach("CP-AUDIT-07", test_the_recorder_runs, drop("cfg.RecorderStatus")),
    _breach("CP-AUDIT-08", test_the_recorder_delivers_to_its_bucket, drop("cfg.DeliveryChannel")),
    _breach("CP-STORE-10", test_the_recorder_delivers_to_its_bucket,
            change("s3.BucketPolicy", "config", policy=statement(
                Principal={"Service": "config.amazonaws.com"}, Action="s3:DeleteObject",
                Resource="arn:aws:s3:::cloudplatform-config/*", Condition={"StringEquals": {}}))),
    *(
        _breach(id_, test_a_rule_of_config, drop("cfg.Rule", name), name=name, source=source)
        for id_, (name, source) in RULES.items()
    ),
    _breach("CP-AUDIT-15", test_the_conformance_pack,
            change("cfg.ConformancePack", templateBody=text(lambda old: {"Resources": {
                name: each for name, each in old["Resources"].items() if name != "EncryptedVolumes"}}))),
    _breach("CP-AUDIT-16", test_public_buckets_and_open_groups_are_closed_again,
            drop("cloudwatch.EventTarget", "group-opened")),
    _breach("CP-AUDIT-16", test_public_buckets_and_open_groups_are_closed_again,
            change("iam.RolePolicy", "auto-remediate", policy=lambda old:
                   old.replace("s3:PutBucketPublicAccessBlock", "s3:GetObject"))),
    _breach("CP-AUDIT-17", test_nobody_can_change_the_trail, drop("s3.BucketObjectLockConfiguration")),
    _breach("CP-STORE-09", test_nobody_can_change_the_trail,
            change("s3.BucketObjectLockConfiguration",
                   rule={"defaultRetention": {"mode": "GOVERNANCE", "days": 365}})),
    _breach("CP-STORE-09", test_nobody_can_change_the_trail,
            change("s3.Bucket", "cloudtrail", tags=merged(Name="x"), objectLockEnabled=False)),
    _breach("CP-IAM-30", test_the_roles_of_trail_and_recorder_deliver,
            change("iam.RolePolicy", "recorder-delivers",
                   policy=statement(Action="s3:GetObject", Resource="arn:aws:s3:::x/*"))),
]  # fmt: skip

test_breaches = noticed(BREACHES)
