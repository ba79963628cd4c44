"""Failing over to another region and back, against an emulated AWS of two regions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

import pytest
from moto.rds.models import rds_backends

from scripts.failover import RefusedError, Side, StoppedError, back, fence, over, prepare, stacks
from tests.aws import answer, emulated

DATABASE, STANDBY = "techcorp-production-rds-postgres", "techcorp-production-dr-rds-postgres"
KEPT = f"{DATABASE}-before-failover"


@dataclass
class TwoRegions:
    """Both stacks: databases and figures in moto, and the services that it cannot run, as one dictionary."""

    session: Any
    first: Side
    standby: Side
    running: dict[str, int] = field(default_factory=dict[str, int])  #: tasks, by service
    events: list[str] = field(default_factory=list[str])  #: what was changed, in order
    asked: list[str] = field(default_factory=list[str])
    status: int = 200  #: what the public name answers

    def ask(self, url: str) -> int:
        self.asked.append(url)
        return self.status

    def lag(self, side: Side, seconds: float) -> None:
        """The replica says how far it is behind."""
        datum = {
            "MetricName": "ReplicaLag",
            "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": side.name}],
            "Timestamp": datetime.now(UTC) - timedelta(seconds=30),
            "Value": seconds,
        }
        side.client("cloudwatch").put_metric_data(Namespace="AWS/RDS", MetricData=[datum])

    def tasks(self, side: Side) -> set[int]:
        """The numbers of tasks that the side's services have."""
        return {self.running[side.settings.names.of("ecs-service", word)] for word in side.counts}

    def limits(self, side: Side) -> set[tuple[int, int]]:
        """The least and the most that scaling lets each service have."""
        found = side.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")
        ours = f"service/{side.settings.names.of('ecs-cluster')}/"
        targets = [each for each in found["ScalableTargets"] if each["ResourceId"].startswith(ours)]
        return {(each["MinCapacity"], each["MaxCapacity"]) for each in targets}


both = cache(partial(stacks, "techcorp"))


def _services(world: TwoRegions) -> None:
    def update(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        world.running[asked["service"]] = asked["desiredCount"]
        world.events.append(f"{asked['service']} {asked['desiredCount']}")
        return {}

    def describe(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"services": [{"runningCount": world.running[each]} for each in asked["services"]]}

    answer(world.session, "ecs", "UpdateService", update)
    answer(world.session, "ecs", "DescribeServices", describe)
    for side in (world.first, world.standby):
        ecs, cluster = side.client("ecs"), side.settings.names.of("ecs-cluster")  # scaling looks for both in moto
        ecs.create_cluster(clusterName=cluster)
        ecs.register_task_definition(family="any", containerDefinitions=[{"name": "any", "image": "any", "memory": 1}])
        for word, least in side.counts.items():
            ecs.create_service(
                cluster=cluster,
                serviceName=side.settings.names.of("ecs-service", word),
                taskDefinition="any",
                desiredCount=least,
            )
            world.running[side.settings.names.of("ecs-service", word)] = least


def _databases(world: TwoRegions) -> None:
    for side in (world.first, world.standby):  # moto looks for both groups beside the replica
        ec2, rds = side.client("ec2"), side.client("rds")
        subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
        rds.create_db_subnet_group(DBSubnetGroupName="data", DBSubnetGroupDescription="emulated", SubnetIds=subnets)
        rds.create_db_parameter_group(
            DBParameterGroupName="data", DBParameterGroupFamily="postgres15", Description="emulated"
        )
    rds = world.first.client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier=DATABASE,
        DBInstanceClass="db.r6g.2xlarge",
        Engine="postgres",
        AllocatedStorage=500,
        MasterUsername="app_admin",
        MasterUserPassword="only-in-this-test",
        DBSubnetGroupName="data",
        DBParameterGroupName="data",
        StorageEncrypted=True,
        KmsKeyId="arn:aws:kms:us-east-1:333333333333:key/first",
        MultiAZ=True,
        BackupRetentionPeriod=30,
    )
    arn = rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    world.standby.client("rds").create_db_instance_read_replica(
        DBInstanceIdentifier=STANDBY, SourceDBInstanceIdentifier=arn, SourceRegion="us-east-1"
    )


def _no_longer_a_replica(**_: Any) -> None:
    """Moto goes on to name the source of a replica that was promoted; RDS does not."""
    for regions in rds_backends.values():
        for backend in regions.values():
            for database in backend.databases.values():
                if not database.is_replica:
                    database.source_db_instance_identifier = None


@pytest.fixture
def world() -> Iterator[TwoRegions]:
    primary, secondary = both()
    with emulated() as session:
        sides = (Side(session=session, settings=each, wait=0, patience=3) for each in (primary, secondary))
        found = TwoRegions(session, *sides)
        session.events.register("after-call.rds.PromoteReadReplica", _no_longer_a_replica)
        for event in ("PromoteReadReplica", "CreateDBInstanceReadReplica", "ModifyDBInstance"):
            session.events.register(
                f"provide-client-params.rds.{event}",
                lambda params, event_name, **_: found.events.append(
                    f"{event_name.rpartition('.')[2]} {params['DBInstanceIdentifier']}"
                ),
            )
        _services(found)
        _databases(found)
        found.events.clear()
        yield found


def promoted(world: TwoRegions, side: Side) -> bool:
    found = side.database()
    return found is not None and not found.get("ReadReplicaSourceDBInstanceIdentifier")


def test_which_stacks_fail_over() -> None:
    """Those that say so in their files; another system has none."""
    first, standby = both()
    assert [(each.stack, each.region) for each in (first, standby)] == [
        ("production", "us-east-1"),
        ("production-dr", "us-west-2"),
    ]
    with pytest.raises(RefusedError, match=r"club-app has no two stacks with dns\.failover"):
        stacks("club-app")


def test_over(world: TwoRegions) -> None:
    """The first is stopped, the replica promoted, the standby has the first's tasks; then its names are asked."""
    world.lag(world.standby, 20)
    assert over(world.first, world.standby, world.ask) == []
    assert promoted(world, world.standby)
    assert world.standby.database()["BackupRetentionPeriod"] == 30  # pyright: ignore[reportOptionalSubscript]
    assert (world.tasks(world.first), world.tasks(world.standby)) == ({0}, {10})
    assert (world.limits(world.first), world.limits(world.standby)) == ({(0, 0)}, {(10, 50)})
    assert world.asked == ["https://api.example.com/health"]
    assert world.events.index(f"PromoteReadReplica {STANDBY}") == 15
    assert len(world.events) == 31


def test_over_again(world: TwoRegions) -> None:
    """A second run promotes nothing, and says what is not well."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    world.events.clear()
    world.status = 503
    assert over(world.first, world.standby, world.ask) == ["https://api.example.com/health answers 503"]
    assert [each for each in world.events if each.startswith("Promote")] == []


def test_there_and_back(world: TwoRegions) -> None:
    """The old database is kept under another name; the new one follows the standby until nobody writes."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    assert fence(world.first) == []
    assert prepare(world.first, world.standby) == []
    rds = world.first.client("rds")
    assert {each["DBInstanceIdentifier"] for each in rds.describe_db_instances()["DBInstances"]} == {DATABASE, KEPT}
    assert not promoted(world, world.first)
    world.lag(world.first, 0)
    world.events.clear()
    assert back(world.first, world.standby, world.ask) == []
    assert promoted(world, world.first)
    assert (world.tasks(world.first), world.tasks(world.standby)) == ({10}, {0})
    stopped = [place for place, each in enumerate(world.events) if "-dr-" in each]
    assert max(stopped) < world.events.index(f"PromoteReadReplica {DATABASE}") == 15


@pytest.mark.parametrize(
    ("lag", "said"),
    [(3601, "is 3601 seconds behind; the RPO is 1:00:00"), (None, "has not said how far it is behind")],
)
def test_more_than_may_be_lost(world: TwoRegions, lag: float | None, said: str) -> None:
    """Nothing is changed until somebody says that so much may be lost."""
    if lag is not None:
        world.lag(world.standby, lag)
    with pytest.raises(RefusedError, match=said):
        over(world.first, world.standby, world.ask)
    assert world.events == []
    assert over(world.first, world.standby, world.ask, lose=True) == []
    assert promoted(world, world.standby)


def test_back_while_the_replica_is_behind(world: TwoRegions) -> None:
    """Nobody is stopped before the replica is near."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    prepare(world.first, world.standby)
    world.lag(world.first, 61)
    world.events.clear()
    with pytest.raises(RefusedError, match="is not within 60 seconds"):
        back(world.first, world.standby, world.ask)
    assert world.events == []


def test_prepare_what_was_not_promoted(world: TwoRegions) -> None:
    """The old database is not renamed while it is the one."""
    with pytest.raises(RefusedError, match="was not promoted"):
        prepare(world.first, world.standby)
    assert world.events == []


def test_prepare_while_the_first_runs(world: TwoRegions) -> None:
    """Its services would write into the database that is kept for comparison."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    world.running[world.first.settings.names.of("ecs-service", "api")] = 1
    with pytest.raises(RefusedError, match="still runs api: run `fence` first"):
        prepare(world.first, world.standby)


def test_too_few_tasks(world: TwoRegions) -> None:
    """That tasks do not start is said, and does not undo anything."""
    world.lag(world.standby, 20)
    answer(world.session, "ecs", "DescribeServices", {"services": [{"runningCount": 9}]})
    [complaint] = over(world.first, world.standby, world.ask)
    assert complaint.startswith("too few tasks: api, auth, ")
    assert promoted(world, world.standby)


def test_no_database(world: TwoRegions) -> None:
    """Then the copied backups are what is left."""
    for regions in rds_backends.values():  # moto cannot delete a replica of another region
        regions["us-west-2"].databases.pop(STANDBY, None)
    with pytest.raises(RefusedError, match="restore the copied backups first"):
        over(world.first, world.standby, world.ask)
    with pytest.raises(StoppedError, match="the database is not there"):
        world.standby.promote()
