"""Data is encrypted where it lies. Which resource has which switch, and what an unset one means, is a table."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from guard.graph import ABSENT, UNKNOWN, Finding, Missing, Resource, Stack, dig, items, truth
from guard.rule import Severity, rule

FAMILY: Final = "encrypt-at-rest"

# These have no switch: AWS encrypts them always, with its own key where none is named. (Whose key it is, is another
# family's question.) They stand here so that nobody takes their absence below for an oversight.
ALWAYS: Final = (
    "aws:s3/bucket:Bucket",  # since January 2023
    "aws:dynamodb/table:Table",
    "aws:elasticache/serverlessCache:ServerlessCache",
    "aws:memorydb/cluster:Cluster",
    "aws:docdb/elasticCluster:ElasticCluster",
    "aws:redshiftserverless/namespace:Namespace",
    "aws:keyspaces/table:Table",
    "aws:timestreamwrite/table:Table",
    "aws:msk/cluster:Cluster",
    "aws:mq/broker:Broker",
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:secretsmanager/secret:Secret",
    "aws:backup/vault:Vault",
    "aws:ecr/repository:Repository",
    "aws:fsx/lustreFileSystem:LustreFileSystem",
    "aws:fsx/windowsFileSystem:WindowsFileSystem",
    "aws:fsx/ontapFileSystem:OntapFileSystem",
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
)


class Store(NamedTuple):
    """A resource that is encrypted by a switch, or like what it was made from."""

    switch: str = ""  # "" when it has none of its own
    unset: bool = False
    origins: tuple[str, ...] = ()  # what it was copied, replicated or restored from: it inherits from there
    key: str = ""  # a key named here encrypts by itself


STORES: Final[dict[str, Store]] = {
    "aws:rds/instance:Instance": Store(
        "storageEncrypted",
        origins=(
            "replicateSourceDb",
            "snapshotIdentifier",
            "restoreToPointInTime.sourceDbInstanceIdentifier",
            "restoreToPointInTime.sourceDbiResourceId",
            "restoreToPointInTime.sourceDbInstanceAutomatedBackupsArn",
        ),
    ),
    "aws:rds/cluster:Cluster": Store(
        "storageEncrypted",
        origins=(
            "replicationSourceIdentifier",
            "snapshotIdentifier",
            "globalClusterIdentifier",
            "restoreToPointInTime.sourceClusterIdentifier",
            "restoreToPointInTime.sourceClusterResourceId",
        ),
    ),
    "aws:rds/globalCluster:GlobalCluster": Store("storageEncrypted", origins=("sourceDbClusterIdentifier",)),
    "aws:rds/snapshot:Snapshot": Store(origins=("dbInstanceIdentifier",)),
    "aws:rds/clusterSnapshot:ClusterSnapshot": Store(origins=("dbClusterIdentifier",)),
    "aws:rds/snapshotCopy:SnapshotCopy": Store(origins=("sourceDbSnapshotIdentifier",), key="kmsKeyId"),
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": Store(
        origins=("sourceDbClusterSnapshotIdentifier",), key="kmsKeyId"
    ),
    "aws:docdb/cluster:Cluster": Store(
        "storageEncrypted",
        origins=("snapshotIdentifier", "globalClusterIdentifier", "restoreToPointInTime.sourceClusterIdentifier"),
    ),
    "aws:docdb/globalCluster:GlobalCluster": Store("storageEncrypted", origins=("sourceDbClusterIdentifier",)),
    "aws:docdb/clusterSnapshot:ClusterSnapshot": Store(origins=("dbClusterIdentifier",)),
    "aws:neptune/cluster:Cluster": Store(
        "storageEncrypted", origins=("replicationSourceIdentifier", "snapshotIdentifier", "globalClusterIdentifier")
    ),
    "aws:neptune/globalCluster:GlobalCluster": Store("storageEncrypted", origins=("sourceDbClusterIdentifier",)),
    "aws:neptune/clusterSnapshot:ClusterSnapshot": Store(origins=("dbClusterIdentifier",)),
    "aws:elasticache/replicationGroup:ReplicationGroup": Store(
        "atRestEncryptionEnabled", origins=("globalReplicationGroupId",)
    ),
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": Store(origins=("primaryReplicationGroupId",)),
    "aws:redshift/cluster:Cluster": Store("encrypted", unset=True),
}


def _unset(resource: Resource, store: Store) -> bool | Missing:
    """Return what AWS makes of an unset switch: two engines decide it by themselves."""
    match resource.type:
        case "aws:rds/cluster:Cluster":
            mode = resource["engineMode"]
            return UNKNOWN if mode is UNKNOWN else mode == "serverless"
        case "aws:elasticache/replicationGroup:ReplicationGroup":
            engine = resource["engine"]
            return UNKNOWN if engine is UNKNOWN else engine == "valkey"
        case _:
            return store.unset


Answers = dict[str, bool | Missing]


def encrypted(resource: Resource, stack: Stack, answers: Answers | None = None) -> bool | Missing:
    """Return whether a store is encrypted, by its switch or like its origin; UNKNOWN when only AWS can tell."""
    answers = {} if answers is None else answers
    if resource.urn not in answers:
        answers[resource.urn] = UNKNOWN  # so that two that name each other do not ask for ever
        answers[resource.urn] = _encrypted(resource, stack, answers)
    return answers[resource.urn]


def _encrypted(resource: Resource, stack: Stack, answers: Answers) -> bool | Missing:
    store = STORES[resource.type]
    if store.key and resource[store.key] not in (ABSENT, ""):
        return True
    own = resource[store.switch] if store.switch else ABSENT
    said = truth(own, absent=False)
    if said is not False:
        return said
    origins = [path for path in store.origins if resource[path] not in (ABSENT, "")]
    if not origins:
        return _unset(resource, store) if own is ABSENT else False
    inherited = _all(
        [
            _all([encrypted(origin, stack, answers) for origin in stack.targets(resource, path, *STORES).sure])
            for path in origins
        ]
    )
    if inherited is not UNKNOWN:
        return inherited
    # The origin is elsewhere: what the program says, else what AWS made of it in an existing stack.
    state = resource.known(store.switch) if store.switch else ABSENT
    return UNKNOWN if state is ABSENT else truth(state, absent=False)


def _all(answers: list[bool | Missing]) -> bool | Missing:
    """Return whether all answers are yes; with none, nobody can tell."""
    if False in answers:
        return False
    return UNKNOWN if not answers or UNKNOWN in answers else True


@rule(
    "store-at-rest",
    family=FAMILY,
    on=STORES,
    severity=Severity.HIGH,
    controls=("FSBP RDS.3", "FSBP RDS.27", "FSBP RDS.4", "FSBP ElastiCache.4", "CIS 5.0 2.2.1"),
    why="Disks, snapshots and backups of an unencrypted database are readable by whoever gets hold of them, and "
    "encryption cannot be switched on later without a replacement.",
    fix="Set storage_encrypted=True (ElastiCache: at_rest_encryption_enabled=True; Redshift: encrypted='true') and "
    "name a KMS key; replicas and copies inherit from their source, so mend the source.",
)
def store_at_rest(store: Resource, stack: Stack) -> Iterator[Finding]:
    table = STORES[store.type]
    at = table.switch or table.origins[0]
    match encrypted(store, stack):
        case False:
            inherits = "; it takes this from its source" if any(store[p] is not ABSENT for p in table.origins) else ""
            yield store.finding(f"is not encrypted at rest{inherits}", at=at)
        case True:
            pass
        case _:
            origins = [path for path in table.origins if store[path] is not ABSENT]
            yield store.undecided(origins[0] if origins and store[at] is ABSENT else at)


class Switch(NamedTuple):
    """A rule that asks one property of one resource."""

    id: str
    on: tuple[str, ...]
    path: str
    unset: bool
    text: str
    fix: str
    why: str
    controls: tuple[str, ...] = ()
    severity: Severity = Severity.HIGH


SWITCHES: Final = (
    Switch(
        "file-system-at-rest",
        ("aws:efs/fileSystem:FileSystem",),
        "encrypted",
        unset=False,
        text="is not encrypted at rest; a key alone does not switch it on",
        fix="Set encrypted=True beside kms_key_id.",
        why="A file system is encrypted at its creation or never.",
        controls=("FSBP EFS.1", "CIS 5.0 2.3.1"),
    ),
    Switch(
        "search-at-rest",
        ("aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"),
        "encryptAtRest.enabled",
        unset=False,
        text="is not encrypted at rest",
        fix="Set encrypt_at_rest={'enabled': True, 'kms_key_id': ...}.",
        why="Indices and automated snapshots hold copies of the data they index.",
        controls=("FSBP Opensearch.1", "FSBP ES.1"),
    ),
    Switch(
        "accelerator-at-rest",
        ("aws:dax/cluster:Cluster",),
        "serverSideEncryption.enabled",
        unset=False,
        text="is not encrypted at rest",
        fix="Set server_side_encryption={'enabled': True}.",
        why="The accelerator keeps on its disk what the table keeps encrypted.",
        controls=("FSBP DynamoDB.3",),
    ),
    Switch(
        "api-cache-at-rest",
        ("aws:appsync/apiCache:ApiCache",),
        "atRestEncryptionEnabled",
        unset=False,
        text="is not encrypted at rest",
        fix="Set at_rest_encryption_enabled=True.",
        why="Cached responses are data too.",
        controls=("FSBP AppSync.1",),
        severity=Severity.MEDIUM,
    ),
    Switch(
        "desktop-root-at-rest",
        ("aws:workspaces/workspace:Workspace",),
        "rootVolumeEncryptionEnabled",
        unset=False,
        text="has an unencrypted root volume",
        fix="Set root_volume_encryption_enabled=True and volume_encryption_key.",
        why="A desktop's volumes hold whatever its user opens.",
        controls=("FSBP WorkSpaces.2",),
    ),
    Switch(
        "desktop-user-at-rest",
        ("aws:workspaces/workspace:Workspace",),
        "userVolumeEncryptionEnabled",
        unset=False,
        text="has an unencrypted user volume",
        fix="Set user_volume_encryption_enabled=True and volume_encryption_key.",
        why="A desktop's volumes hold whatever its user opens.",
        controls=("FSBP WorkSpaces.1",),
    ),
)


def _asks(row: Switch) -> Callable[[Resource], Iterator[Finding]]:
    def check(resource: Resource) -> Iterator[Finding]:
        match resource.switch(row.path, absent=row.unset):
            case False:
                yield resource.finding(row.text, at=row.path)
            case True:
                pass
            case _:
                yield resource.undecided(row.path)

    return check


for _row in SWITCHES:
    rule(
        _row.id,
        family=FAMILY,
        on=_row.on,
        severity=_row.severity,
        controls=_row.controls,
        why=_row.why,
        fix=_row.fix,
    )(_asks(_row))


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
    "topic-at-rest",
    family=FAMILY,
    on="aws:sns/topic:Topic",
    severity=Severity.MEDIUM,
    controls=("SNS.1",),
    why="Messages are stored until they are delivered; without a key SNS encrypts the disk only, not the messages.",
    fix="Set kms_master_key_id, to your own key or at least to 'alias/aws/sns'.",
)
def topic_at_rest(topic: Resource) -> Iterator[Finding]:
    if topic["kmsMasterKeyId"] in (ABSENT, ""):
        yield topic.finding("does not encrypt its messages", at="kmsMasterKeyId")


@rule(
    "stream-at-rest",
    family=FAMILY,
    on="aws:kinesis/stream:Stream",
    severity=Severity.MEDIUM,
    controls=("FSBP Kinesis.1",),
    why="Records stay on disk for a day at least; a stream's encryption is NONE unless set.",
    fix="Set encryption_type='KMS' and kms_key_id.",
)
def stream_at_rest(stream: Resource) -> Iterator[Finding]:
    match stream["encryptionType"]:
        case str(kind) if kind.upper() == "KMS":
            pass
        case value if value is UNKNOWN:
            yield stream.undecided("encryptionType")
        case _:
            yield stream.finding("is not encrypted at rest", at="encryptionType")


@rule(
    "delivery-stream-at-rest",
    family=FAMILY,
    on="aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    severity=Severity.MEDIUM,
    controls=("FSBP DataFirehose.1",),
    why="Records wait on disk until they are delivered.",
    fix="Set server_side_encryption={'enabled': True, 'key_type': 'CUSTOMER_MANAGED_CMK', 'key_arn': ...}.",
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


class Volumes(NamedTuple):
    """Where a resource describes volumes of EC2; without blocks it is a volume itself."""

    blocks: tuple[str, ...] = ()
    inner: str = "encrypted"
    root: str = ""  # unset, there still is a root volume, encrypted only by the account's default
    template: str = ""  # set, that root volume is described elsewhere
    snapshot: str = ""


_MACHINE: Final = Volumes(("rootBlockDevice", "ebsBlockDevices"), root="rootBlockDevice", template="launchTemplate")

VOLUMES: Final[dict[str, Volumes]] = {
    "aws:ebs/volume:Volume": Volumes(snapshot="snapshotId"),
    "aws:ebs/snapshotCopy:SnapshotCopy": Volumes(snapshot="sourceSnapshotId"),
    "aws:ebs/snapshotImport:SnapshotImport": Volumes(),
    "aws:ec2/amiCopy:AmiCopy": Volumes(),
    "aws:ec2/instance:Instance": _MACHINE,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest": _MACHINE,
    "aws:ec2/launchConfiguration:LaunchConfiguration": _MACHINE._replace(template=""),
    "aws:ec2/launchTemplate:LaunchTemplate": Volumes(
        ("blockDeviceMappings",), inner="ebs.encrypted", root="blockDeviceMappings"
    ),
    "aws:ecs/service:Service": Volumes(("volumeConfiguration",), inner="managedEbsVolume.encrypted"),
}
SNAPSHOTS: Final = ("aws:ebs/snapshot:Snapshot", "aws:ebs/snapshotCopy:SnapshotCopy", "aws:ebs/volume:Volume")
DEFAULT: Final = "aws:ebs/encryptionByDefault:EncryptionByDefault"


def _encrypted_by_default(resource: Resource, stack: Stack) -> bool | Missing:
    """Return whether new volumes are encrypted by default in the resource's region."""
    answers = {
        default.switch("enabled", absent=True)
        for default in stack.of(DEFAULT)
        if default.region == resource.region or not (default.region and resource.region)
    }
    return next((answer for answer in (True, UNKNOWN) if answer in answers), False)


def _volumes(resource: Resource, table: Volumes) -> Iterator[tuple[str, bool | Missing]]:
    """Yield every volume that a resource describes, by path, and whether it says that it is encrypted."""
    if not table.blocks:
        yield table.inner, resource.switch(table.inner)
    outer = table.inner.rpartition(".")[0]
    for path in table.blocks:
        for block in items(resource[path]):
            if block is UNKNOWN:
                yield path, UNKNOWN
            elif not outer or dig(block, outer) is not ABSENT:  # else an instance store, or a device taken away
                yield f"{path}.{table.inner}", truth(dig(block, table.inner), absent=False)
    described_elsewhere = bool(table.template) and resource[table.template] is not ABSENT
    if table.root and not items(resource[table.root]) and not described_elsewhere:
        yield f"{table.root}.{table.inner}", False


def _like_snapshot(resource: Resource, path: str, stack: Stack) -> bool | Missing:
    """Return whether what a volume is made of is encrypted: then so is the volume."""
    if resource[path] in (ABSENT, ""):
        return False
    return _all([_sealed(snapshot, stack) for snapshot in stack.targets(resource, path, *SNAPSHOTS).sure])


def _sealed(snapshot: Resource, stack: Stack) -> bool | Missing:
    if snapshot.type == "aws:ebs/snapshot:Snapshot":
        volumes = stack.targets(snapshot, "volumeId", "aws:ebs/volume:Volume").sure
        return _all([_sealed(volume, stack) for volume in volumes])
    own = snapshot.switch("encrypted")
    return _encrypted_by_default(snapshot, stack) if own is False else own


@rule(
    "volume-at-rest",
    family=FAMILY,
    on=VOLUMES,
    severity=Severity.HIGH,
    controls=("FSBP EC2.3", "FSBP EC2.7", "EC2.181", "CIS 5.0 5.1.1"),
    why="Volumes and their snapshots outlive the machine; one that is not encrypted at its creation never will be.",
    fix="Set encrypted=True on every volume, the root volume's block device included, or switch on "
    "aws.ebs.EncryptionByDefault in that region.",
)
def volume_at_rest(resource: Resource, stack: Stack) -> Iterator[Finding]:
    table = VOLUMES[resource.type]
    default = _encrypted_by_default(resource, stack)
    if default is True:
        return
    for path, sealed in _volumes(resource, table):
        answer = sealed
        if answer is False and table.snapshot:
            answer = _like_snapshot(resource, table.snapshot, stack)
        if answer is True:
            continue
        if UNKNOWN in (answer, default):
            yield resource.undecided(table.snapshot if sealed is False and default is not UNKNOWN else path)
        else:
            yield resource.finding("has a volume that is not encrypted", at=path)
