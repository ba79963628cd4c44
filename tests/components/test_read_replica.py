"""Read replicas: what they have of their source, and how services and alarms find them."""

from pathlib import Path

import pytest

from components.data.read_replica import ReadReplica
from preview.recording import Recording
from tests.components.examples import KEY, built, only
from tests.components.examples.data import read_replica_args
from tests.requirements.expected import requirement
from tests.requirements.reading import of, one
from tests.settings.changed import problems, update
from tests.stack_files import Config, changed

INSTANCE = "aws:rds/instance:Instance"
#: What is the source's, and what AWS or the provider refuses of a replica in the same region.
SOURCES = {
    "engine",
    "engineVersion",
    "kmsKeyId",
    "dbSubnetGroupName",
    "allocatedStorage",
    "dbName",
    "username",
    "password",
}


def _replica(posture: str = "protected", **table: object) -> Recording:
    return built(lambda: ReadReplica("database-replica-reader", read_replica_args(posture, table)))


def test_it_is_its_sources_copy():
    """By identifier, so that RDS looks here; encrypted, without naming the key; under the same TLS parameters."""
    replica = only(_replica(), INSTANCE)
    assert replica["replicateSourceDb"] == "acme-test-rds-postgres"
    assert replica.inputs.keys() & SOURCES == set()
    assert (replica["storageEncrypted"], replica["publiclyAccessible"]) == (True, False)
    assert (replica["identifier"], replica["instanceClass"]) == ("acme-test-replica-reader", "db.t3.micro")
    assert replica["parameterGroupName"] == "acme-test-rds-postgres-0000"
    assert replica["performanceInsightsKmsKeyId"] == KEY


def test_a_class_of_its_own():
    table = {"replicas": {"reader": {"class": "db.r6g.large"}}}
    assert only(_replica(**table), INSTANCE)["instanceClass"] == "db.r6g.large"


@pytest.mark.parametrize(("posture", "guarded"), [("expendable", False), ("protected", True)])
def test_it_is_guarded_as_the_posture_says(posture: str, guarded: bool):
    """But for the last snapshot, which AWS refuses of a replica."""
    replica = only(_replica(posture), INSTANCE)
    assert (replica["deletionProtection"], bool(replica.options.protect)) == (guarded, guarded)
    assert replica["skipFinalSnapshot"] is True


def test_its_logs_have_groups_of_ours():
    """With the days and the key; else RDS makes some."""
    recording = _replica(logs=["postgresql", "upgrade"])
    groups = recording.of("aws:cloudwatch/logGroup:LogGroup")
    assert {each["name"] for each in groups} == {
        f"/aws/rds/instance/acme-test-replica-reader/{log}" for log in ("postgresql", "upgrade")
    }
    assert {(each["kmsKeyId"], each["retentionInDays"]) for each in groups} == {(KEY, 30)}


@requirement("WP-DB-08", kind="recorded")
@pytest.mark.parametrize("stack", ["web-platform/staging", "web-platform/production"])
def test_as_many_replicas_as_are_named(stack: str) -> None:
    """Each follows the stack's database, is watched, and is told to the service that connects."""

    def change(tables: Config) -> None:
        tables["cloudplatform:database"]["replicas"] = {"reader": {}, "big-reports": {"class": "db.t4g.small"}}

    found = changed(stack, change)
    first = next(each for each in of(found, "rds.Instance") if each.name == "database-instance")
    replicas = [each for each in of(found, "rds.Instance") if each is not first]
    assert {each["replicateSourceDb"] for each in replicas} == {first["identifier"]}
    assert {each["identifier"] for each in replicas} == {
        f"{first['identifier'].removesuffix('rds-mysql')}replica-{word}" for word in ("reader", "big-reports")
    }
    assert {tuple(each["vpcSecurityGroupIds"]) for each in replicas} == {tuple(first["vpcSecurityGroupIds"])}
    watched = {
        metric: {
            each["dimensions"]["DBInstanceIdentifier"]
            for each in of(found, "cloudwatch.MetricAlarm")
            if each.inputs.get("metricName") == metric and "DBInstanceIdentifier" in each["dimensions"]
        }
        for metric in ("CPUUtilization", "ReplicaLag")
    }
    names = {each["identifier"] for each in replicas}
    assert watched == {"CPUUtilization": {*names, first["identifier"]}, "ReplicaLag": names}
    text = one(found, "ecs.TaskDefinition")["containerDefinitions"]
    assert [f'"{name}"' in text for name in ("DATABASE_READER_HOST", "DATABASE_BIG_REPORTS_HOST")] == [True, True]


def test_its_variable_is_the_platforms(tmp_path: Path) -> None:
    def change(it: Config) -> None:
        update("database", replicas={"reader": {}})(it)
        it["cloudplatform:services"]["fastapi"].setdefault("environment", {})["DATABASE_READER_HOST"] = "x"

    wanted = "services.fastapi.environment.DATABASE_READER_HOST: the platform sets DATABASE_READER_HOST itself; remove "
    assert wanted + "it here, or use addresses: false" in problems(tmp_path, "dev", change)


def test_a_class_that_nobody_offers(tmp_path: Path) -> None:
    found = problems(tmp_path, "dev", update("database", replicas={"reader": {"class": "db.r9g.large"}}))
    assert [each for each in found if each.startswith("database.replicas.reader.class: AWS has no class")]
