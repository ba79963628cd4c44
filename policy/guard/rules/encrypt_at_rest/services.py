"""Data is encrypted where it lies. Which resource has which switch, and what an unset one means, is a table."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from guard.aws.policy_documents import parsed
from guard.aws.texts import data
from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, dig, truth
from guard.model.rule import Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "encrypt-at-rest"

# What is not here has no switch: AWS encrypts it always, with its own key where none is named, and whose key it is, is
# another family's question. tests/data/encryption.yaml lists it: nothing of the SDK is forgotten.

_SEARCH: Final = ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain")

register(
    FAMILY,
    Switch(
        "file-system-at-rest",
        {"aws:efs/fileSystem:FileSystem": "encrypted"},
        good=("true",),
        text="is not encrypted at rest; a key alone does not switch it on",
        fix="Set encrypted=True beside kms_key_id.",
        why="A file system is encrypted at its creation or never.",
        controls=("FSBP EFS.1", "CIS 5.0 2.3.1"),
        severity=Severity.HIGH,
    ),
    Switch(
        "search-at-rest",
        dict.fromkeys(_SEARCH, "encryptAtRest.enabled"),
        good=("true",),
        text="is not encrypted at rest",
        fix="Set encrypt_at_rest={'enabled': True, 'kms_key_id': ...}.",
        why="Indices and automated snapshots hold copies of the data they index.",
        controls=("FSBP Opensearch.1", "FSBP ES.1"),
        severity=Severity.HIGH,
    ),
    Switch(
        "accelerator-at-rest",
        {"aws:dax/cluster:Cluster": "serverSideEncryption.enabled"},
        good=("true",),
        text="is not encrypted at rest",
        fix="Set server_side_encryption={'enabled': True}.",
        why="The accelerator keeps on its disk what the table keeps encrypted.",
        controls=("FSBP DynamoDB.3",),
        severity=Severity.HIGH,
    ),
    Switch(
        "api-cache-at-rest",
        {"aws:appsync/apiCache:ApiCache": "atRestEncryptionEnabled"},
        good=("true",),
        text="is not encrypted at rest",
        fix="Set at_rest_encryption_enabled=True.",
        why="Cached responses are data too.",
        controls=("FSBP AppSync.1",),
    ),
    Switch(
        "desktop-root-at-rest",
        {"aws:workspaces/workspace:Workspace": "rootVolumeEncryptionEnabled"},
        good=("true",),
        text="has an unencrypted root volume",
        fix="Set root_volume_encryption_enabled=True and volume_encryption_key.",
        why="A desktop's volumes hold whatever its user opens.",
        controls=("FSBP WorkSpaces.2",),
        severity=Severity.HIGH,
    ),
    Switch(
        "desktop-user-at-rest",
        {"aws:workspaces/workspace:Workspace": "userVolumeEncryptionEnabled"},
        good=("true",),
        text="has an unencrypted user volume",
        fix="Set user_volume_encryption_enabled=True and volume_encryption_key.",
        why="A desktop's volumes hold whatever its user opens.",
        controls=("FSBP WorkSpaces.1",),
        severity=Severity.HIGH,
    ),
    Switch(
        "topic-at-rest",
        {"aws:sns/topic:Topic": "kmsMasterKeyId"},
        text="does not encrypt its messages",
        fix="Set kms_master_key_id to a key of your own, whose policy lets in the services that publish: under "
        "'alias/aws/sns' no alarm and no other service of AWS's can.",
        why="Messages are stored until they are delivered; without a key SNS encrypts the disk only, not the messages.",
        controls=("SNS.1",),
    ),
    Switch(
        "stream-at-rest",
        {"aws:kinesis/stream:Stream": "encryptionType"},
        good=("kms",),
        unset="none",
        text="is not encrypted at rest",
        fix="Set encryption_type='KMS' and kms_key_id.",
        why="Records stay on disk for a day at least; a stream's encryption is NONE unless set.",
        controls=("FSBP Kinesis.1",),
    ),
    Switch(
        "catalog-at-rest",
        {
            "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": (
                "dataCatalogEncryptionSettings.encryptionAtRest.catalogEncryptionMode"
            )
        },
        good=("sse-kms", "sse-kms-with-service-role"),
        unset="disabled",
        text="leaves the data catalog unencrypted",
        fix="Set encryption_at_rest's catalog_encryption_mode='SSE-KMS' and sse_aws_kms_key_id.",
        why="The catalog describes every table there is, and where it lies.",
    ),
    Switch(
        "catalog-passwords-at-rest",
        {
            "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings": (
                "dataCatalogEncryptionSettings.connectionPasswordEncryption.returnConnectionPasswordEncrypted"
            )
        },
        good=("true",),
        text="hands out the passwords of connections in clear",
        fix="Set connection_password_encryption={'return_connection_password_encrypted': True, 'aws_kms_key_id': ...}.",
        why="Whoever may read a connection reads the password of the database behind it.",
        severity=Severity.HIGH,
    ),
    Switch(
        "job-data-at-rest",
        {
            "aws:glue/securityConfiguration:SecurityConfiguration": (
                "encryptionConfiguration.cloudwatchEncryption.cloudwatchEncryptionMode",
                "encryptionConfiguration.jobBookmarksEncryption.jobBookmarksEncryptionMode",
                "encryptionConfiguration.s3Encryption.s3EncryptionMode",
            )
        },
        good=("sse-kms", "cse-kms", "sse-s3"),
        unset="disabled",
        text="lets jobs keep data unencrypted",
        fix="Set all three modes: cloudwatch_encryption_mode='SSE-KMS', job_bookmarks_encryption_mode='CSE-KMS' and "
        "s3_encryption_mode='SSE-KMS', each with kms_key_arn.",
        why="What a job reads comes out again in its output, its logs and its bookmarks.",
    ),
    Switch(
        "build-output-at-rest",
        {
            "aws:codebuild/project:Project": (
                "artifacts.encryptionDisabled",
                "secondaryArtifacts.encryptionDisabled",
                "logsConfig.s3Logs.encryptionDisabled",
            ),
            "aws:codebuild/reportGroup:ReportGroup": "exportConfig.s3Destination.encryptionDisabled",
        },
        bad=("true",),
        text="has the encryption of what it writes switched off",
        fix="Drop encryption_disabled=True.",
        why="Artefacts, reports and logs of a build hold code and, now and then, what should not have been printed.",
        controls=("FSBP CodeBuild.3", "FSBP CodeBuild.7"),
    ),
    Switch(
        "hadoop-security",
        {"aws:emr/cluster:Cluster": "securityConfiguration"},
        text="names no security configuration: its disks and its traffic are in clear",
        fix="Set security_configuration to an aws.emr.SecurityConfiguration that encrypts at rest and in transit.",
        why="EMR encrypts the disks of a cluster, and what its nodes tell each other, only as a configuration says.",
    ),
)


@rule(
    "hadoop-at-rest",
    family=FAMILY,
    on="aws:emr/securityConfiguration:SecurityConfiguration",
    severity=Severity.MEDIUM,
    controls=("FSBP EMR.3",),
    why="A job spills what it works on to the disks of its nodes.",
    fix="Set EnableAtRestEncryption to true in the configuration's EncryptionConfiguration, for S3 and local disks.",
)
def hadoop_at_rest(configuration: Resource) -> Iterator[Finding]:
    document = parsed(configuration["configuration"])
    match truth(dig(document, "EncryptionConfiguration.EnableAtRestEncryption"), absent=False):
        case False:
            yield configuration.finding("does not encrypt at rest", at="configuration")
        case True:
            # One of both is enough for EMR (EMR Management Guide, "Encryption options").
            of = "EncryptionConfiguration.AtRestEncryptionConfiguration"
            buckets, disks = (dig(document, f"{of}.{name}EncryptionConfiguration") for name in ("S3", "LocalDisk"))
            if buckets is not ABSENT and disks is ABSENT:
                yield configuration.finding("encrypts what it writes to S3, but not the disks", at="configuration")
        case _:
            yield configuration.undecided("configuration")


# Where Session Manager keeps logs, and the switch of each place.
SESSION_LOGS: Final = {"s3BucketName": "s3EncryptionEnabled", "cloudWatchLogGroupName": "cloudWatchEncryptionEnabled"}


@rule(
    "session-logs-at-rest",
    family=FAMILY,
    on="aws:ssm/document:Document",
    severity=Severity.MEDIUM,
    why="The log of a session shows all that was typed and answered, passwords and customers' data included.",
    fix="In the document's inputs set s3EncryptionEnabled and cloudWatchEncryptionEnabled to true for the logs that it "
    "keeps.",
)
def session_logs_at_rest(document: Resource) -> Iterator[Finding]:
    kind = document["documentType"]
    if kind not in ("Session", UNKNOWN):
        return
    inputs = dig(data(document["content"]), "inputs")
    if kind is UNKNOWN and any(dig(inputs, place) not in (ABSENT, "") for place in SESSION_LOGS):
        yield document.undecided("documentType")
    elif inputs is UNKNOWN:
        yield document.undecided("content")
        return
    for place, switch in SESSION_LOGS.items():
        if dig(inputs, place) not in (ABSENT, "") and truth(dig(inputs, switch), absent=True) is False:
            yield document.finding("keeps the logs of sessions unencrypted", at="content", about=place)


@rule(
    "cache-node-at-rest",
    family=FAMILY,
    on="aws:elasticache/cluster:Cluster",
    severity=Severity.HIGH,
    controls=("FSBP ElastiCache.4",),
    why="A Redis node outside a replication group writes its snapshots in clear and has no switch to change that.",
    fix="Use aws.elasticache.ReplicationGroup with at_rest_encryption_enabled=True.",
)
def cache_node_at_rest(node: Resource) -> Iterator[Finding]:
    if node["replicationGroupId"] is not ABSENT:
        return  # It inherits everything from its group.
    match node["engine"]:
        case "redis" | "valkey":
            yield node.finding("cannot be encrypted at rest outside a replication group", at="engine")
        case value if value is UNKNOWN:
            yield node.undecided("engine")
        case _:
            pass  # Memcached keeps nothing at rest.


@rule(
    "queue-at-rest",
    family=FAMILY,
    on="aws:sqs/queue:Queue",
    severity=Severity.MEDIUM,
    controls=("SQS.1",),
    why="Messages wait on disk; SQS encrypts them with its own keys unless told not to.",
    fix="Drop sqs_managed_sse_enabled=False, or set kms_master_key_id.",
    remediate=lambda queue: {"sqsManagedSseEnabled": True},
)
def queue_at_rest(queue: Resource) -> Iterator[Finding]:
    if queue["kmsMasterKeyId"] not in (ABSENT, ""):
        return
    match queue.switch("sqsManagedSseEnabled", absent=True):
        case False:
            yield queue.finding("has its encryption at rest switched off", at="sqsManagedSseEnabled")
        case True:
            pass
        case _:
            yield queue.undecided("sqsManagedSseEnabled")


@rule(
    "delivery-stream-at-rest",
    family=FAMILY,
    on="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    severity=Severity.MEDIUM,
    controls=("FSBP DataFirehose.1",),
    why="Records wait on disk until they are delivered.",
    fix="Set server_side_encryption={'enabled': True, 'key_type': 'CUSTOMER_MANAGED_CMK', 'key_arn': ...}.",
    remediate=lambda stream: {"serverSideEncryption": {"enabled": True}},
)
def delivery_stream_at_rest(stream: Resource) -> Iterator[Finding]:
    sources = ("kinesisSourceConfiguration", "mskSourceConfiguration")
    if any(stream[source] is not ABSENT for source in sources):
        return  # The records stay in the source, and AWS refuses the switch.
    match stream.switch("serverSideEncryption.enabled"):
        case False:
            yield stream.finding("is not encrypted at rest", at="serverSideEncryption.enabled")
        case True:
            pass
        case _:
            yield stream.undecided("serverSideEncryption.enabled")


@rule(
    "api-stage-cache-at-rest",
    family=FAMILY,
    on="aws:apigateway/methodSettings:MethodSettings",
    severity=Severity.MEDIUM,
    controls=("FSBP APIGateway.5",),
    why="Cached responses are data too.",
    fix="Set cache_data_encrypted=True beside caching_enabled.",
    remediate=lambda settings: {"settings": {"cacheDataEncrypted": True}},
)
def api_stage_cache_at_rest(settings: Resource) -> Iterator[Finding]:
    caching = settings.switch("settings.cachingEnabled")
    sealed = settings.switch("settings.cacheDataEncrypted")
    if caching is False or sealed is True:
        return
    if caching is UNKNOWN or sealed is UNKNOWN:
        yield settings.undecided("settings.cachingEnabled" if caching is UNKNOWN else "settings.cacheDataEncrypted")
    else:
        yield settings.finding("caches responses in clear", at="settings.cacheDataEncrypted")
