"""Databases and caches are encrypted, by their switch or like what they were made from."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource, Stack, truth
from guard.model.logic import Answer, every
from guard.model.rule import Severity, rule

FAMILY: Final = "encrypt-at-rest"


class StoreEncryption(NamedTuple):
    """A resource that is encrypted by a switch, or like what it was made from."""

    switch: str = ""  # "" when it has none of its own
    unset: bool = False
    origins: tuple[str, ...] = ()  # what it was copied, replicated or restored from: it inherits from there
    key: str = ""  # a key named here encrypts by itself


STORES: Final[dict[str, StoreEncryption]] = {
    "aws:rds/instance:Instance": StoreEncryption(
        "storageEncrypted",
        origins=(
            "replicateSourceDb",
            "snapshotIdentifier",
            "restoreToPointInTime.sourceDbInstanceIdentifier",
            "restoreToPointInTime.sourceDbiResourceId",
            "restoreToPointInTime.sourceDbInstanceAutomatedBackupsArn",
        ),
    ),
    "aws:rds/cluster:Cluster": StoreEncryption(
        "storageEncrypted",
        origins=(
            "replicationSourceIdentifier",
            "snapshotIdentifier",
            "globalClusterIdentifier",
            "restoreToPointInTime.sourceClusterIdentifier",
            "restoreToPointInTime.sourceClusterResourceId",
        ),
    ),
    "aws:rds/globalCluster:GlobalCluster": StoreEncryption("storageEncrypted", origins=("sourceDbClusterIdentifier",)),
    "aws:rds/snapshot:Snapshot": StoreEncryption(origins=("dbInstanceIdentifier",)),
    "aws:rds/clusterSnapshot:ClusterSnapshot": StoreEncryption(origins=("dbClusterIdentifier",)),
    "aws:rds/snapshotCopy:SnapshotCopy": StoreEncryption(origins=("sourceDbSnapshotIdentifier",), key="kmsKeyId"),
    "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy": StoreEncryption(
        origins=("sourceDbClusterSnapshotIdentifier",), key="kmsKeyId"
    ),
    "aws:docdb/cluster:Cluster": StoreEncryption(
        "storageEncrypted",
        origins=("snapshotIdentifier", "globalClusterIdentifier", "restoreToPointInTime.sourceClusterIdentifier"),
    ),
    "aws:docdb/globalCluster:GlobalCluster": StoreEncryption(
        "storageEncrypted", origins=("sourceDbClusterIdentifier",)
    ),
    "aws:docdb/clusterSnapshot:ClusterSnapshot": StoreEncryption(origins=("dbClusterIdentifier",)),
    "aws:neptune/cluster:Cluster": StoreEncryption(
        "storageEncrypted", origins=("replicationSourceIdentifier", "snapshotIdentifier", "globalClusterIdentifier")
    ),
    "aws:neptune/globalCluster:GlobalCluster": StoreEncryption(
        "storageEncrypted", origins=("sourceDbClusterIdentifier",)
    ),
    "aws:neptune/clusterSnapshot:ClusterSnapshot": StoreEncryption(origins=("dbClusterIdentifier",)),
    "aws:elasticache/replicationGroup:ReplicationGroup": StoreEncryption(
        "atRestEncryptionEnabled", origins=("globalReplicationGroupId",)
    ),
    "aws:elasticache/globalReplicationGroup:GlobalReplicationGroup": StoreEncryption(
        origins=("primaryReplicationGroupId",)
    ),
    "aws:redshift/cluster:Cluster": StoreEncryption("encrypted", unset=True),
}


def _unset(resource: Resource, store: StoreEncryption) -> Answer:
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


Answers = dict[str, Answer]


def encrypted(resource: Resource, stack: Stack, answers: Answers | None = None) -> Answer:
    """Return whether a store is encrypted, by its switch or like its origin; UNKNOWN when only AWS can tell."""
    answers = {} if answers is None else answers
    if resource.urn not in answers:
        answers[resource.urn] = UNKNOWN  # so that two that name each other do not ask for ever
        answers[resource.urn] = _encrypted(resource, stack, answers)
    return answers[resource.urn]


def _encrypted(resource: Resource, stack: Stack, answers: Answers) -> Answer:
    store = STORES[resource.type]
    if store.key and resource[store.key] not in (ABSENT, ""):
        return True
    own = resource[store.switch] if store.switch else ABSENT
    answer = truth(own, absent=False)
    if answer is not False:
        return answer
    origins = [path for path in store.origins if resource[path] not in (ABSENT, "")]
    if not origins:
        return _unset(resource, store) if own is ABSENT else False
    inherited = alike(
        [
            alike([encrypted(origin, stack, answers) for origin in stack.targets(resource, path, *STORES).sure])
            for path in origins
        ]
    )
    if inherited is not UNKNOWN:
        return inherited
    # The origin is elsewhere: what the program says, else what AWS made of it in an existing stack.
    state = resource.known(store.switch) if store.switch else ABSENT
    return UNKNOWN if state is ABSENT else truth(state, absent=False)


def alike(answers: list[Answer]) -> Answer:
    """Return whether all that something was made from is encrypted; with nothing known of it, nobody can tell."""
    return every(answers) if answers else UNKNOWN


@rule(
    "store-at-rest",
    family=FAMILY,
    on=STORES,
    severity=Severity.HIGH,
    controls=("FSBP RDS.3", "FSBP RDS.27", "FSBP RDS.4", "FSBP ElastiCache.4", "CIS 5.0 2.2.1"),
    why="Disks, snapshots and backups of an unencrypted database are readable by whoever gets hold of them, and "
    "encryption cannot be switched on later without a replacement.",
    fix="Set storage_encrypted=True (ElastiCache: at_rest_encryption_enabled=True; Redshift: encrypted='true') and "
    "name a KMS key; replicas and copies inherit from their source, so fix the source.",
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
