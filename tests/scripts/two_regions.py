"""An emulated AWS of two regions: techcorp's database, its replica and both stacks' services, to fail over."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError
from moto.rds.models import rds_backends

from scripts.failover import stacks
from scripts.regional_stack import RegionalStack
from tests.aws import answer, emulated
from tests.scripts.copied_secrets import CopiedSecrets, NeverSent, asked_of, logins

DATABASE, STANDBY = "techcorp-production-rds-postgres", "techcorp-production-dr-rds-postgres"
HOST = "db.us-east-1.example.com"  #: of production's database
KEPT = f"{DATABASE}-before-failover"
CHANGES = ("PromoteReadReplica", "CreateDBInstanceReadReplica", "ModifyDBInstance")
both = cache(partial(stacks, "techcorp"))


class _Refusal:
    """What botocore wants of an answer that is an error."""

    status_code = 400


@dataclass(kw_only=True)
class TwoRegions:
    """Both stacks: databases and figures in moto, and the services that it cannot run, as one dictionary."""

    session: Any
    first: RegionalStack
    standby: RegionalStack
    secrets: CopiedSecrets = field(
        default_factory=lambda: CopiedSecrets(first="us-east-1", second="us-west-2"), repr=False
    )
    running: dict[str, int] = field(default_factory=dict[str, int])  #: tasks, by service
    events: list[str] = field(default_factory=list[str])  #: what was changed, in order
    asked: list[str] = field(default_factory=list[str])  #: public names
    status: int = 200  #: what a public name answers
    fewer: int = 0  #: tasks that do not start, of each service
    lost: str = ""  #: the region that does not answer
    lags: dict[str, tuple[float, float]] = field(default_factory=dict[str, tuple[float, float]])  #: by replica
    refused: str = ""  #: the service that ECS refuses to change
    throttled: list[str] = field(default_factory=list[str])  #: operations whose next call is refused

    def ask(self, url: str) -> int:
        """A public name."""
        self.asked.append(url)
        return self.status

    def lag(self, side: RegionalStack, seconds: float, ago: float = 0) -> None:
        """Whenever it is asked, the replica says how far it was behind so many seconds before."""
        self.lags[side.name] = (seconds, ago)

    def tasks(self, side: RegionalStack) -> set[int]:
        """The numbers of tasks that the side's services have."""
        return {self.running[side.settings.names.of("ecs-service", word)] for word in side.counts}

    def limits(self, side: RegionalStack) -> set[tuple[int, int]]:
        """The least and the most that scaling lets each service have."""
        found = side.client("application-autoscaling").describe_scalable_targets(ServiceNamespace="ecs")
        ours = f"service/{side.settings.names.of('ecs-cluster')}/"
        targets = [each for each in found["ScalableTargets"] if each["ResourceId"].startswith(ours)]
        return {(each["MinCapacity"], each["MaxCapacity"]) for each in targets}

    def promoted(self, side: RegionalStack) -> bool:
        """Whether its database is there and follows none."""
        found = side.database()
        return found is not None and not found.get("ReadReplicaSourceDBInstanceIdentifier")

    def follows_again(self) -> None:
        """The standby's database is a replica again."""
        rds, source = self.standby.client("rds"), self.first.database()
        assert source
        for regions in rds_backends.values():  # moto looks in the wrong region for what a replica followed once
            regions["us-west-2"].databases.pop(STANDBY, None)
        rds.create_db_instance_read_replica(
            DBInstanceIdentifier=STANDBY, SourceDBInstanceIdentifier=source["DBInstanceArn"], SourceRegion="us-east-1"
        )

    def changed(self, params: Mapping[str, Any], event_name: str, **_: Any) -> None:
        """A database is."""
        self.events.append(f"{event_name.rpartition('.')[2]} {params['DBInstanceIdentifier']}")

    def called(self, model: Any, params: Mapping[str, Any], context: Mapping[str, Any], **_: Any) -> Any:
        """AWS is, unless its region is lost."""
        if context["client_region"] == self.lost:
            raise EndpointConnectionError(endpoint_url=f"https://{self.lost}")
        if model.service_model.service_name == "secretsmanager":
            return NeverSent(), self.secrets.answer(model.name, context["client_region"], asked_of(params))
        if model.name not in self.throttled:
            return None
        self.throttled.remove(model.name)
        return _Refusal(), {"Error": {"Code": "Throttling", "Message": "no"}, "ResponseMetadata": {}}

    def again(self) -> None:
        """As it was: production runs with its database, production-dr with two tasks of each service and a replica."""
        for account in rds_backends.values():
            for backend in account.values():
                backend.reset()
        self.status, self.fewer, self.lost, self.refused = 200, 0, "", ""
        self.lags.clear()
        for side in (self.first, self.standby):
            for word, least in side.counts.items():
                self.running[side.settings.names.of("ecs-service", word)] = least
        _databases(self)
        self.secrets.again(logins(self.standby.copies, HOST))
        for each in (self.events, self.asked, self.throttled):
            each.clear()


def _services(world: TwoRegions) -> None:
    """And what the replicas say. Moto's own services are there because scaling looks for them."""

    def update(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        if asked["service"] == world.refused:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "UpdateService")
        world.running[asked["service"]] = asked["desiredCount"]
        world.events.append(f"{asked['service']} {asked['desiredCount']}")
        return {}

    def describe(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"services": [{"runningCount": max(0, world.running[each] - world.fewer)} for each in asked["services"]]}

    def lags(asked: Mapping[str, Any]) -> Mapping[str, Any]:
        if "GetMetricStatistics" in world.throttled:
            world.throttled.clear()
            raise ClientError({"Error": {"Code": "Throttling", "Message": "no"}}, "GetMetricStatistics")
        found = world.lags.get(asked["Dimensions"][0]["Value"])
        points = [{"Timestamp": datetime.now(UTC) - timedelta(seconds=found[1]), "Maximum": found[0]}] if found else []
        return {"Datapoints": points}

    answer(world.session, "cloudwatch", "GetMetricStatistics", lags)
    answer(world.session, "ecs", "UpdateService", update)
    answer(world.session, "ecs", "DescribeServices", describe)
    for side in (world.first, world.standby):
        ecs, cluster = side.client("ecs"), side.settings.names.of("ecs-cluster")
        ecs.create_cluster(clusterName=cluster)
        ecs.register_task_definition(family="any", containerDefinitions=[{"name": "any", "image": "any", "memory": 1}])
        for word in side.counts:
            name = side.settings.names.of("ecs-service", word)
            ecs.create_service(cluster=cluster, serviceName=name, taskDefinition="any", desiredCount=1)


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


def _made_later(parsed: Mapping[str, Any], **_: Any) -> None:
    """Moto's replica says that it was made when its source was; RDS's says when itself was made."""
    made = [
        each for regions in rds_backends.values() for backend in regions.values() for each in backend.databases.values()
    ]
    latest = max(each.instance_create_time for each in made)
    for database in made:
        if database.db_instance_identifier == parsed["DBInstance"]["DBInstanceIdentifier"]:
            database.instance_create_time = latest + timedelta(days=1)


@contextmanager
def two_regions() -> Generator[TwoRegions]:
    """Both; `again` before each test."""
    primary, secondary = both()
    with emulated() as session:
        first, standby = (
            RegionalStack(session=session, settings=each, wait=0, patience=3) for each in (primary, secondary)
        )
        found = TwoRegions(session=session, first=first, standby=standby)
        session.events.register("after-call.rds.PromoteReadReplica", _no_longer_a_replica)
        session.events.register("after-call.rds.CreateDBInstanceReadReplica", _made_later)
        session.events.register_first("before-call", found.called)
        for operation in CHANGES:
            session.events.register(f"provide-client-params.rds.{operation}", found.changed)
        _services(found)
        yield found
