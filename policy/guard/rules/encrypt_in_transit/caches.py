"""Caches speak TLS to their clients: ElastiCache, MemoryDB, DynamoDB Accelerator and the caches of AppSync."""
# ruff: noqa: D103 - a rule's `why` says what it is for

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from guard.model.graph import ABSENT, UNKNOWN, Finding, Resource
from guard.model.logic import Answer, every, some
from guard.model.rule import EnforcementLevel, Severity, rule
from guard.model.switches import Switch, register

FAMILY: Final = "encrypt-in-transit"

register(
    FAMILY,
    Switch(
        "memory-database-tls",
        dict.fromkeys(
            ("aws:memorydb/cluster:Cluster", "aws:memorydb/multiRegionCluster:MultiRegionCluster"), "tlsEnabled"
        ),
        bad=("false",),
        text="carries its traffic in clear",
        fix="Drop tls_enabled=False.",
        why="Without TLS anyone on the path reads the data, and there is no access control either.",
        severity=Severity.HIGH,
    ),
    Switch(
        "accelerator-tls",
        {"aws:dax/cluster:Cluster": "clusterEndpointEncryptionType"},
        good=("tls",),
        unset="none",
        text="carries its traffic in clear",
        fix="Set cluster_endpoint_encryption_type='TLS'.",
        why="The accelerator answers with the table's items.",
        controls=("FSBP DynamoDB.7",),
        severity=Severity.HIGH,
    ),
    Switch(
        "memory-database-users",
        {"aws:memorydb/cluster:Cluster": "aclName"},
        bad=("open-access",),
        text="lets in whoever reaches it: its list of users is the one that asks nobody",
        fix="Set acl_name to an aws.memorydb.Acl whose users have authentication_mode={'type': 'iam'} or a password.",
        why="Under `open-access` a connection needs no name and no password, and may do everything.",
        level=EnforcementLevel.ADVISORY,
    ),
    Switch(
        "api-cache-in-transit",
        {"aws:appsync/apiCache:ApiCache": "transitEncryptionEnabled"},
        good=("true",),
        text="carries its traffic in clear",
        fix="Set transit_encryption_enabled=True.",
        why="Cached responses are data too.",
        controls=("FSBP AppSync.6",),
    ),
)


@rule(
    "cache-in-transit",
    family=FAMILY,
    on="aws:elasticache/replicationGroup:ReplicationGroup",
    severity=Severity.HIGH,
    controls=("FSBP ElastiCache.5",),
    why="Without TLS anyone on the path reads sessions and tokens; in mode `preferred` a client may still go without.",
    fix="Set transit_encryption_enabled=True and transit_encryption_mode='required'.",
)
def cache_in_transit(group: Resource) -> Iterator[Finding]:
    engine, mode = group["engine"], group["transitEncryptionMode"]
    secondary = group["globalReplicationGroupId"] is not ABSENT  # It takes the setting from its primary.
    match group.switch("transitEncryptionEnabled", absent=secondary or engine == "valkey"):
        case True if mode == "preferred":
            yield group.finding("accepts plain connections: its mode is `preferred`", at="transitEncryptionMode")
        case True if mode is UNKNOWN:
            yield group.undecided("transitEncryptionMode")
        case True:
            pass
        case False if engine is UNKNOWN and group["transitEncryptionEnabled"] is ABSENT:
            yield group.undecided("engine")
        case False:
            yield group.finding("carries its traffic in clear", at="transitEncryptionEnabled")
        case _:
            yield group.undecided("transitEncryptionEnabled")


@rule(
    "cache-node-in-transit",
    family=FAMILY,
    on="aws:elasticache/cluster:Cluster",
    severity=Severity.HIGH,
    controls=("FSBP ElastiCache.5",),
    why="Without TLS anyone on the path reads sessions and tokens.",
    fix="Memcached: set transit_encryption_enabled=True. Redis and Valkey: use aws.elasticache.ReplicationGroup.",
)
def cache_node_in_transit(node: Resource) -> Iterator[Finding]:
    if node["replicationGroupId"] is not ABSENT:
        return  # It inherits everything from its group.
    match node.switch("transitEncryptionEnabled"):
        case True:
            pass
        case False:
            yield node.finding("carries its traffic in clear", at="transitEncryptionEnabled")
        case _:
            yield node.undecided("transitEncryptionEnabled")


@rule(
    "cache-user-password",
    family=FAMILY,
    on="aws:elasticache/user:User",
    severity=Severity.HIGH,
    why="Whoever reaches the cache is this user: the access string then bounds everybody alike.",
    fix="Set authentication_mode={'type': 'iam'}, or passwords from a secret; a default user that nobody is to be has "
    "the access_string 'off -@all'.",
)
def cache_user_password(user: Resource) -> Iterator[Finding]:
    kind = user["authenticationMode.type"]
    by_mode = kind if kind is UNKNOWN else str(kind).lower() == "no-password-required"
    told = {"authenticationMode.type": by_mode, "noPasswordRequired": user.switch("noPasswordRequired")}
    nobody_asks = some(told.values())
    found = every((nobody_asks, _can(user["accessString"])))
    at = next((at for at, says in told.items() if says is nobody_asks), "")
    if found is True:
        yield user.finding("lets in whoever gives its name", at=at)
    elif found is UNKNOWN:
        yield user.undecided("accessString" if nobody_asks is True else at)


def _can(access: Any) -> Answer:
    """Say whether an access string lets its user do anything: it is on, and has a command."""
    if not isinstance(access, str):
        return UNKNOWN if access is UNKNOWN else False
    words = access.lower().split()
    return "on" in words and any(word.startswith("+") or word == "allcommands" for word in words)
