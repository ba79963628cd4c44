"""More rows of the family encrypt-at-rest: services beside databases, and what volumes are made of."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.declare import OTHER, Row, Verdict, r, three, unknown
from tests.policy.engine import Declared

GLUE = "glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings"
JOBS = "glue/securityConfiguration:SecurityConfiguration"


def catalog(**settings: Any) -> dict[str, Any]:
    return {"dataCatalogEncryptionSettings": settings}


def jobs(logs: str = "SSE-KMS", bookmarks: str = "CSE-KMS", output: str = "SSE-KMS") -> dict[str, Any]:
    return {
        "encryptionConfiguration": {
            "cloudwatchEncryption": {"cloudwatchEncryptionMode": logs},
            "jobBookmarksEncryption": {"jobBookmarksEncryptionMode": bookmarks},
            "s3Encryption": {"s3EncryptionMode": output},
        }
    }


def hadoop(**encryption: Any) -> dict[str, Any]:
    return {"configuration": json.dumps({"EncryptionConfiguration": encryption})}


SEALED = hadoop(EnableAtRestEncryption=True, EnableInTransitEncryption=True)
_S3 = {"S3EncryptionConfiguration": {"EncryptionMode": "SSE-S3"}}
_DISKS = {"LocalDiskEncryptionConfiguration": {"EncryptionKeyProviderType": "AwsKms"}}
DISKS: tuple[Verdict, str, dict[str, Any]] = (
    "ok", "both", hadoop(EnableAtRestEncryption=True, AtRestEncryptionConfiguration={**_S3, **_DISKS})
)  # fmt: skip
BUCKETS: tuple[Verdict, str, dict[str, Any]] = (
    "breach", "its buckets only", hadoop(EnableAtRestEncryption=True, AtRestEncryptionConfiguration=_S3)
)  # fmt: skip


def session(**inputs: Any) -> Declared:
    content = json.dumps({"schemaVersion": "1.0", "sessionType": "Standard_Stream", "inputs": inputs})
    return r("ssm/document:Document", documentType="Session", content=content)


SERVICES = [
    *three(
        "catalog-at-rest",
        GLUE,
        catalog(encryptionAtRest={"catalogEncryptionMode": "SSE-KMS"}),
        catalog(encryptionAtRest={"catalogEncryptionMode": "DISABLED"}),
        "dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode",
    ),
    *three(
        "catalog-passwords-at-rest",
        GLUE,
        catalog(connectionPasswordEncryption={"returnConnectionPasswordEncrypted": True}),
        catalog(connectionPasswordEncryption={"returnConnectionPasswordEncrypted": False}),
        "dataCatalogEncryptionSettings.connectionPasswordEncryption.returnConnectionPasswordEncrypted",
    ),
    *three("job-data-at-rest", JOBS, jobs(), jobs(bookmarks="DISABLED")),
    Row("job-data-at-rest", "breach", "logs", (r(JOBS, **jobs(logs="DISABLED")),)),
    Row("job-data-at-rest", "breach", "one is not said", (r(JOBS, encryptionConfiguration={"s3Encryption": {}}),)),
    Row("job-data-at-rest", "ok", "with the bucket's key", (r(JOBS, **jobs(output="SSE-S3")),)),
    Row("job-data-at-rest", "undecided", "", (OTHER, r(JOBS, refs=unknown("encryptionConfiguration")))),
    *three(
        "build-output-at-rest",
        "codebuild/project:Project",
        {"artifacts": {"type": "S3"}},
        {"artifacts": {"type": "S3", "encryptionDisabled": True}},
        "artifacts.encryptionDisabled",
    ),
    Row(
        "build-output-at-rest",
        "breach",
        "the second of two further artefacts",
        (
            r(
                "codebuild/project:Project",
                secondaryArtifacts=[
                    {"artifactIdentifier": "a"},
                    {"artifactIdentifier": "b", "encryptionDisabled": True},
                ],
            ),
        ),
    ),
    Row(
        "build-output-at-rest",
        "breach",
        "its logs",
        (r("codebuild/project:Project", logsConfig={"s3Logs": {"status": "ENABLED", "encryptionDisabled": True}}),),
    ),
    *three(
        "build-output-at-rest",
        "codebuild/reportGroup:ReportGroup",
        {"exportConfig": {"type": "S3", "s3Destination": {"bucket": "b"}}},
        {"exportConfig": {"type": "S3", "s3Destination": {"bucket": "b", "encryptionDisabled": True}}},
        "exportConfig.s3Destination.encryptionDisabled",
    ),
    *three("hadoop-security", "emr/cluster:Cluster", {"securityConfiguration": "sealed"}, {}),
    *three("hadoop-at-rest", "emr/securityConfiguration:SecurityConfiguration", SEALED, hadoop(), "configuration"),
    Row(
        "hadoop-at-rest",
        "breach",
        "off",
        (r("emr/securityConfiguration:SecurityConfiguration", **hadoop(EnableAtRestEncryption=False)),),
    ),
    *(
        Row("hadoop-at-rest", verdict, about, (r("emr/securityConfiguration:SecurityConfiguration", **said),))
        for verdict, about, said in (DISKS, BUCKETS)
    ),
    Row("session-logs-at-rest", "ok", "", (session(s3BucketName="b", s3EncryptionEnabled=True),)),
    Row("session-logs-at-rest", "breach", "in a bucket", (session(s3BucketName="b", s3EncryptionEnabled=False),)),
    Row(
        "session-logs-at-rest",
        "breach",
        "in a log group",
        (
            session(
                cloudWatchLogGroupName="g",
                cloudWatchEncryptionEnabled=False,
                s3BucketName="",
                s3EncryptionEnabled=False,
            ),
        ),
    ),
    Row("session-logs-at-rest", "ok", "kept nowhere", (session(s3BucketName="", s3EncryptionEnabled=False),)),
    Row(
        "session-logs-at-rest",
        "ok",
        "another kind",
        (r("ssm/document:Document", documentType="Command", content="{}"),),
    ),
    Row(
        "session-logs-at-rest",
        "undecided",
        "",
        (OTHER, r("ssm/document:Document", documentType="Session", refs=unknown("content"))),
    ),
]

SNAP = r("ebs/snapshot:Snapshot", "snap", refs={"volumeId": "disk.id"})
SEALED_DISK = r("ebs/volume:Volume", "disk", encrypted=True)
CLEAR_DISK = r("ebs/volume:Volume", "disk", encrypted=False)
FLEET = "ec2/spotFleetRequest:SpotFleetRequest"
RECIPE = "imagebuilder/imageRecipe:ImageRecipe"
POLICY = "dlm/lifecyclePolicy:LifecyclePolicy"


def spec(*disks: dict[str, Any], root: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"launchSpecifications": [{"rootBlockDevices": [root] if root else [], "ebsBlockDevices": list(disks)}]}


def schedule(**copy: Any) -> dict[str, Any]:
    return {"policyDetails": {"schedules": [{"name": "daily", "crossRegionCopyRules": [copy]}]}}


VOLUMES = [
    Row(
        "volume-at-rest",
        "ok",
        "a machine's volume, from an encrypted snapshot",
        (
            SEALED_DISK,
            SNAP,
            r(
                "ec2/instance:Instance",
                rootBlockDevice={"encrypted": True},
                refs={"ebsBlockDevices[0].snapshotId": "snap.id"},
            ),
        ),
    ),
    Row(
        "volume-at-rest",
        "breach",
        "a machine's volume, from a clear snapshot",
        (
            CLEAR_DISK,
            SNAP,
            r(
                "ec2/instance:Instance",
                rootBlockDevice={"encrypted": True},
                refs={"ebsBlockDevices[0].snapshotId": "snap.id"},
            ),
        ),
    ),
    Row("volume-at-rest", "ok", "an image's", (r("ec2/ami:Ami", ebsBlockDevices=[{"encrypted": True}]),)),
    Row("volume-at-rest", "breach", "an image's", (r("ec2/ami:Ami", ebsBlockDevices=[{"volumeSize": 8}]),)),
    Row("volume-at-rest", "undecided", "an image's", (r("ec2/ami:Ami", ebsBlockDevices=[{"snapshotId": "snap-1"}]),)),
    Row("volume-at-rest", "ok", "a recipe's", (r(RECIPE, blockDeviceMappings=[{"ebs": {"encrypted": "true"}}]),)),
    Row("volume-at-rest", "ok", "a recipe without any", (r(RECIPE, parentImage="ami-1"),)),
    Row("volume-at-rest", "breach", "a recipe's", (r(RECIPE, blockDeviceMappings=[{"ebs": {"encrypted": "false"}}]),)),
    Row(
        "volume-at-rest",
        "breach",
        "a container recipe's",
        (
            r(
                "imagebuilder/containerRecipe:ContainerRecipe",
                instanceConfiguration={"blockDeviceMappings": [{"ebs": {"volumeSize": 8}}]},
            ),
        ),
    ),
    Row("volume-at-rest", "ok", "a fleet's", (r(FLEET, **spec(root={"encrypted": True})),)),
    Row("volume-at-rest", "breach", "a fleet's root, unsaid", (r(FLEET, **spec({"encrypted": True})),)),
    Row(
        "volume-at-rest",
        "breach",
        "a fleet's second",
        (r(FLEET, **spec({"deviceName": "b"}, root={"encrypted": True})),),
    ),
    Row(
        "volume-at-rest",
        "undecided",
        "a fleet from a template elsewhere",
        (r(FLEET, launchTemplateConfigs=[{"launchTemplateSpecification": {"id": "lt-1", "version": "1"}}]),),
    ),
    Row("volume-at-rest", "ok", "copies", (r(POLICY, **schedule(target="us-east-1", encrypted=True)),)),
    Row("volume-at-rest", "breach", "copies", (r(POLICY, **schedule(target="us-east-1", encrypted=False)),)),
    Row(
        "volume-at-rest",
        "breach",
        "copies of shared snapshots",
        (
            r(
                POLICY,
                policyDetails={
                    "action": {
                        "crossRegionCopies": [{"target": "us-east-1", "encryptionConfiguration": {"encrypted": False}}]
                    }
                },
            ),
        ),
    ),
]

ROWS = [*SERVICES, *VOLUMES]
