"""The cache: members, fail-over, encryption, its token, and what its posture makes of it."""

import pytest

from components.data.cache import Cache
from tests.components.examples import KEY, SUBNETS, built, cache_args, counted, only

STORE = "aws:elasticache/replicationGroup:ReplicationGroup"


def _cache(posture="expendable", **table):
    return built(lambda: Cache("cache", cache_args(posture, table)))


def test_what_is_made():
    """A subnet group, a parameter group, the token with its secret, the replication group."""
    recording = _cache()
    assert counted(recording) == {
        "aws:elasticache/parameterGroup:ParameterGroup": 1,
        STORE: 1,
        "aws:elasticache/subnetGroup:SubnetGroup": 1,
        "aws:secretsmanager/secret:Secret": 1,
        "aws:secretsmanager/secretVersion:SecretVersion": 1,
        "random:index/randomPassword:RandomPassword": 1,
    }
    assert only(recording, "aws:elasticache/subnetGroup:SubnetGroup")["subnetIds"] == SUBNETS


@pytest.mark.parametrize(
    ("replicas", "failover", "members"), [(0, False, 1), (1, False, 2), (1, True, 2), (5, True, 6)]
)
def test_replicas(replicas, failover, members):
    """One member more than replicas; fail-over is to another zone."""
    store = only(_cache(replicas=replicas, failover=failover), STORE)
    assert store["numCacheClusters"] == members
    assert (store["automaticFailoverEnabled"], store["multiAzEnabled"]) == (failover, failover)


def test_a_cluster():
    """So many shards of a primary and replicas; its parameter says it; ElastiCache chooses the zones."""
    recording = _cache(shards=3, replicas=2, failover=True, secret={"path": "redis-url", "form": "url"})
    store, group = only(recording, STORE), only(recording, "aws:elasticache/parameterGroup:ParameterGroup")
    assert (store["numNodeGroups"], store["replicasPerNodeGroup"], store["clusterMode"]) == (3, 2, "enabled")
    assert store.inputs.keys().isdisjoint({"numCacheClusters", "preferredCacheClusterAzs"})
    assert group["parameters"] == [{"name": "cluster-enabled", "value": "yes"}]
    # Its clients are given the configuration endpoint, and each node has its alarms.
    component = only(recording, "cloudplatform:data:Cache")
    assert component.registered is not None
    assert component.registered["host"] == store.outputs["configurationEndpointAddress"]
    assert component.registered["nodes"] == [
        f"{store['replicationGroupId']}-000{shard}-00{node}" for shard in (1, 2, 3) for node in (1, 2, 3)
    ]
    secret = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")["secretString"]
    assert secret.endswith(f"@{store.outputs['configurationEndpointAddress']}:6379")


@pytest.mark.parametrize(("days", "window"), [(0, None), (7, "03:00-04:00")])
def test_snapshots(days, window):
    """A window only where there are snapshots."""
    store = only(_cache(**{"snapshot-days": days}), STORE)
    assert (store["snapshotRetentionLimit"], store.inputs.get("snapshotWindow")) == (days, window)


@pytest.mark.parametrize(("upgrades", "ignored"), [(True, ("engineVersion",)), (False, ())])
def test_who_owns_the_version(upgrades, ignored):
    """AWS, while it upgrades minor versions; else the stack file."""
    store = only(_cache(**{"minor-upgrades": upgrades}), STORE)
    assert (store["autoMinorVersionUpgrade"], store.options.ignore_changes) == (upgrades, ignored)


def test_encryption_and_the_token():
    """At rest with the stack's key, in transit with TLS and a token of 64 characters that a secret keeps."""
    recording = _cache(secret={"path": "redis/auth"})
    store, token = only(recording, STORE), only(recording, "random:index/randomPassword:RandomPassword")
    assert (store["atRestEncryptionEnabled"], store["transitEncryptionEnabled"], store["kmsKeyId"]) == (True, True, KEY)
    assert (store["authToken"], store["authTokenUpdateStrategy"]) == (token.outputs["result"], "ROTATE")
    assert (token["length"], token["special"]) == (64, False)
    assert "authToken" in store.secrets
    version = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")
    assert version["secretString"] == token.outputs["result"]
    secret = only(recording, "aws:secretsmanager/secret:Secret")
    assert (secret["name"], secret["kmsKeyId"]) == ("/test/redis/auth", KEY)


@pytest.mark.parametrize(
    ("posture", "protect", "days"), [("expendable", False, 0), ("recoverable", False, 7), ("protected", True, 30)]
)
def test_posture(posture, protect, days):
    """Whether Pulumi refuses to delete it, and how long its secret can be restored."""
    recording = _cache(posture)
    assert only(recording, STORE).options.protect is protect
    assert only(recording, "aws:secretsmanager/secret:Secret")["recoveryWindowInDays"] == days


@pytest.mark.parametrize(("engine", "version", "family"), [("redis", "7.1", "redis7"), ("valkey", "8.0", "valkey8")])
def test_engines(engine, version, family):
    """The family of the parameter group follows; so does its name."""
    recording = _cache(engine=engine, version=version, parameters={"maxmemory-policy": "allkeys-lru"})
    group = only(recording, "aws:elasticache/parameterGroup:ParameterGroup")
    assert (group["family"], group["parameters"]) == (family, [{"name": "maxmemory-policy", "value": "allkeys-lru"}])
    store = only(recording, STORE)
    assert (store["engine"], store["engineVersion"], store["parameterGroupName"]) == (engine, version, group["name"])
    other = only(_cache(), "aws:elasticache/parameterGroup:ParameterGroup")["name"]
    assert (group["name"] == other) is (family == "redis7")


@pytest.mark.parametrize(("database", "end"), [(None, ""), (0, "/0"), (3, "/3")])
def test_a_secret_as_a_url(database, end):
    """By TLS, with the token as the password of no user, at the primary."""
    recording = _cache(secret={"path": "redis-url", "form": "url", "database": database})
    token = only(recording, "random:index/randomPassword:RandomPassword").outputs["result"]
    host = only(recording, STORE).outputs["primaryEndpointAddress"]
    version = only(recording, "aws:secretsmanager/secretVersion:SecretVersion")
    assert version["secretString"] == f"rediss://:{token}@{host}:6379{end}"
    assert "secretString" in version.secrets


def test_windows():
    """The table's own."""
    windows = {"snapshot-window": "03:00-05:00", "maintenance-window": "sun:05:00-sun:07:00"}
    store = only(_cache(**windows, **{"snapshot-days": 5}), STORE)
    assert (store["snapshotWindow"], store["maintenanceWindow"]) == ("03:00-05:00", "sun:05:00-sun:07:00")
    assert only(_cache(), STORE)["maintenanceWindow"] == "sun:05:00-sun:06:00"
