"""Rows of the family encrypt-in-transit: caches."""

from __future__ import annotations

from typing import Any

from tests.policy.declare import OTHER, Row, Verdict, r, three, unknown

_USER = "elasticache/user:User"
_ALL = "on ~* +@all"
_USERS: list[tuple[Verdict, str, dict[str, Any]]] = [
    ("ok", _ALL, {"authenticationMode": {"type": "iam"}}),
    ("ok", _ALL, {"authenticationMode": {"type": "password"}}),
    ("ok", "off ~keys* -@all", {"noPasswordRequired": True}),
    ("ok", "on ~* -@all", {"noPasswordRequired": True}),
    ("breach", _ALL, {"noPasswordRequired": True}),
    ("breach", _ALL, {"authenticationMode": {"type": "no-password-required"}}),
    ("breach", "on ~app:* allcommands", {"authenticationMode": {"type": "no-password-required"}}),
]

ROWS = [
    Row(
        "cache-in-transit",
        "ok",
        "required",
        (
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                transitEncryptionEnabled=True,
                transitEncryptionMode="required",
            ),
        ),
    ),
    Row(
        "cache-in-transit",
        "ok",
        "valkey, unset",
        (r("elasticache/replicationGroup:ReplicationGroup", engine="valkey"),),
    ),
    Row(
        "cache-in-transit",
        "breach",
        "preferred",
        (
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                transitEncryptionEnabled=True,
                transitEncryptionMode="preferred",
            ),
        ),
    ),
    Row(
        "cache-in-transit",
        "breach",
        "redis, unset",
        (r("elasticache/replicationGroup:ReplicationGroup", atRestEncryptionEnabled=True),),
    ),
    Row(
        "cache-in-transit",
        "breach",
        "valkey, off",
        (r("elasticache/replicationGroup:ReplicationGroup", engine="valkey", transitEncryptionEnabled=False),),
    ),
    Row(
        "cache-in-transit",
        "undecided",
        "",
        (
            OTHER,
            r(
                "elasticache/replicationGroup:ReplicationGroup",
                transitEncryptionEnabled=True,
                refs=unknown("transitEncryptionMode"),
            ),
        ),
    ),
    Row(
        "cache-node-in-transit",
        "ok",
        "",
        (r("elasticache/cluster:Cluster", engine="memcached", transitEncryptionEnabled=True),),
    ),
    Row("cache-node-in-transit", "breach", "", (r("elasticache/cluster:Cluster", engine="memcached"),)),
    Row(
        "cache-node-in-transit",
        "undecided",
        "",
        (OTHER, r("elasticache/cluster:Cluster", refs=unknown("transitEncryptionEnabled"))),
    ),
    Row("memory-database-tls", "ok", "unset", (r("memorydb/cluster:Cluster"),)),
    Row("memory-database-tls", "breach", "", (r("memorydb/cluster:Cluster", tlsEnabled=False),)),
    Row("memory-database-tls", "undecided", "", (OTHER, r("memorydb/cluster:Cluster", refs=unknown("tlsEnabled")))),
    *three(
        "memory-database-users", "memorydb/cluster:Cluster", {"aclName": "apps"}, {"aclName": "open-access"}, "aclName"
    ),
    Row("accelerator-tls", "ok", "", (r("dax/cluster:Cluster", clusterEndpointEncryptionType="TLS"),)),
    Row("accelerator-tls", "breach", "unset", (r("dax/cluster:Cluster"),)),
    Row(
        "accelerator-tls",
        "undecided",
        "",
        (OTHER, r("dax/cluster:Cluster", refs=unknown("clusterEndpointEncryptionType"))),
    ),
    Row("api-cache-in-transit", "ok", "", (r("appsync/apiCache:ApiCache", transitEncryptionEnabled=True),)),
    Row("api-cache-in-transit", "breach", "", (r("appsync/apiCache:ApiCache"),)),
    Row(
        "api-cache-in-transit",
        "undecided",
        "",
        (OTHER, r("appsync/apiCache:ApiCache", refs=unknown("transitEncryptionEnabled"))),
    ),
    *three(
        "memory-database-tls",
        "memorydb/multiRegionCluster:MultiRegionCluster",
        {},
        {"tlsEnabled": False},
        "tlsEnabled",
    ),
    *(
        Row("cache-user-password", verdict, f"{access}, {who}", (r(_USER, accessString=access, **who),))
        for verdict, access, who in _USERS
    ),
    Row(
        "cache-user-password",
        "undecided",
        "an access string",
        (OTHER, r(_USER, noPasswordRequired=True, refs=unknown("accessString"))),
    ),
    Row(
        "cache-user-password",
        "undecided",
        "a mode",
        (OTHER, r(_USER, accessString=_ALL, refs=unknown("authenticationMode.type"))),
    ),
]
