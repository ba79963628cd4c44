"""Failing over to another region and back, against an emulated AWS of two regions."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.rds.models import rds_backends

from scripts import failover
from scripts.failover import back, fence, follow, over, prepare, stacks
from scripts.regional_stack import Lag, RefusedError, StoppedError
from tests.aws import answer
from tests.faults.table import fault
from tests.scripts.two_regions import DATABASE, HOST, KEPT, STANDBY, TwoRegions, both, two_regions


@pytest.fixture(scope="module")
def regions() -> Iterator[TwoRegions]:
    """The emulated AWS, whose clients and services all tests share."""
    with two_regions() as found:
        yield found


@pytest.fixture
def world(regions: TwoRegions) -> TwoRegions:
    """As it is before the region is lost."""
    regions.again()
    return regions


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
    assert world.promoted(world.standby)
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
    assert not world.promoted(world.first)
    world.lag(world.first, 0)
    world.events.clear()
    assert back(world.first, world.standby, world.ask) == []
    assert world.promoted(world.first)
    assert (world.tasks(world.first), world.tasks(world.standby)) == ({10}, {0})
    stopped = [place for place, each in enumerate(world.events) if "-dr-" in each]
    assert max(stopped) < world.events.index(f"PromoteReadReplica {DATABASE}") == 15


def test_the_standbys_secrets_are_its_own(world: TwoRegions) -> None:
    """From the promotion on. A password that is renewed in us-east-1, when that answers again, opens the database there
    and not the promoted one."""
    world.lag(world.standby, 20)
    names = [f"/techcorp/production/{word}/database" for word in world.first.counts]
    assert sorted(world.standby.copies) == sorted(
        [*names, "/techcorp/production/api-key", "/techcorp/production/database/credentials"]
    )
    over(world.first, world.standby, world.ask)
    assert world.secrets.calls == [f"StopReplicationToReplica us-west-2 {name}" for name in world.standby.copies]
    before = world.standby.secret(names[0])
    world.first.client("secretsmanager").put_secret_value(SecretId=names[0], SecretString="of the old database")
    assert world.standby.secret(names[0]) == before
    world.secrets.calls.clear()
    over(world.first, world.standby, world.ask)
    assert world.secrets.calls == []


def test_a_secret_that_was_not_copied(world: TwoRegions) -> None:
    """It is said; the others are the standby's own, and the services that have theirs start."""
    world.lag(world.standby, 20)
    name = "/techcorp/production/chat/database"
    del world.secrets.texts["us-east-1", name]
    [complaint] = over(world.first, world.standby, world.ask)
    assert complaint.startswith(f"production-dr: {name} is no secret of its own: An error occurred (ResourceNotFound")
    assert world.secrets.own == {*world.standby.copies} - {name}
    assert world.tasks(world.standby) == {10}


def test_secrets_there_and_back(world: TwoRegions) -> None:
    """What was renewed on either side: production's secrets get the users' logins that its new database knows, and keep
    their host; then they are copied again."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    user, admin, key = (f"/techcorp/production/{each}" for each in ("chat/database", "database/credentials", "api-key"))
    east, west = world.first.client("secretsmanager"), world.standby.client("secretsmanager")
    east.put_secret_value(SecretId=user, SecretString=f"postgresql://chat:stale@{HOST}:5432/app")
    west.put_secret_value(
        SecretId=user, SecretString="postgresql://chat_clone:new-.~_1@db.us-west-2.example.com:5432/app"
    )
    west.put_secret_value(SecretId=key, SecretString="new-key")
    world.secrets.rotating.add(user)
    prepare(world.first, world.standby)
    world.lag(world.first, 0)
    world.secrets.calls.clear()
    assert back(world.first, world.standby, world.ask) == []
    assert world.secrets.calls == [f"PutSecretValue us-east-1 {name}" for name in (user, key)]
    assert world.first.secret(user) == f"postgresql://chat_clone:new-.~_1@{HOST}:5432/app"
    assert (world.first.secret(key), json.loads(world.first.secret(admin))["password"]) == ("new-key", "first-admin")
    with pytest.raises(RefusedError, match="follows nothing: update production-dr with its source first"):
        follow(world.first, world.standby)
    world.follows_again()
    assert follow(world.first, world.standby) == []
    assert (world.secrets.own, world.secrets.rotating) == (set(), set())
    assert world.standby.secret(user) == world.first.secret(user)
    world.secrets.calls.clear()
    assert follow(world.first, world.standby) == []
    assert world.secrets.calls == []


@pytest.mark.parametrize(
    ("lag", "said"),
    [
        (3601, "is 3601 seconds behind; the RPO is 1:00:00"),
        (None, "does not say how far it is behind"),
        (-1, "does not say how far it is behind"),  # as RDS says it of a replica that follows nothing
    ],
)
def test_more_than_may_be_lost(world: TwoRegions, lag: float | None, said: str) -> None:
    """Nothing is changed until somebody says that so much may be lost."""
    if lag is not None:
        world.lag(world.standby, lag)
    with pytest.raises(RefusedError, match=said):
        over(world.first, world.standby, world.ask)
    assert world.events == []
    assert over(world.first, world.standby, world.ask, lose=True) == []
    assert world.promoted(world.standby)


@pytest.mark.parametrize(("lag", "said"), [(301, "says 301"), (-1, "does not say how far")])
def test_back_while_the_replica_is_behind(world: TwoRegions, lag: float, said: str) -> None:
    """Nobody is stopped before the replica is near, and known to follow."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    prepare(world.first, world.standby)
    world.lag(world.first, lag)
    world.events.clear()
    with pytest.raises(RefusedError, match=f"is not within 300 seconds of {STANDBY}: it {said}; wait"):
        back(world.first, world.standby, world.ask)
    assert world.events == []


def test_back_waits_for_what_was_written_last(world: TwoRegions) -> None:
    """What the replica said before the services were stopped tells nothing of what they wrote since."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    prepare(world.first, world.standby)
    world.lag(world.first, 0, ago=30)
    with pytest.raises(StoppedError, match="production: caught up not yet"):
        back(world.first, world.standby, world.ask)
    assert not world.promoted(world.first)
    assert world.tasks(world.standby) == {0}
    world.lag(world.first, 0)
    assert back(world.first, world.standby, world.ask) == []


def test_a_lag_tells_what_is_there() -> None:
    """A minute after a write, a replica that is 59 seconds behind has it, and one that is 61 seconds behind has not."""
    written = datetime(2026, 1, 1, tzinfo=UTC)
    lags = [Lag(at=written + timedelta(seconds=60), seconds=seconds) for seconds in (59, 60, 61)]
    assert [each.has(written) for each in lags] == [True, True, False]


def test_back_without_a_replica(world: TwoRegions) -> None:
    """The database that was failed over from is not taken for one that was brought back: it lacks all since."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    world.events.clear()
    with pytest.raises(RefusedError, match="is the one from before the failover, and old: run `prepare` first"):
        back(world.first, world.standby, world.ask)
    assert world.events == []


def test_prepare_after_the_promotion(world: TwoRegions) -> None:
    """`back` stopped between promotion and start: the new database is not put aside, though the old one is gone."""
    world.lag(world.standby, 20)
    over(world.first, world.standby, world.ask)
    prepare(world.first, world.standby)
    world.first.client("rds").promote_read_replica(DBInstanceIdentifier=DATABASE)
    world.first.client("rds").delete_db_instance(DBInstanceIdentifier=KEPT, SkipFinalSnapshot=True)
    world.events.clear()
    with pytest.raises(RefusedError, match="was promoted already: run `back`"):
        prepare(world.first, world.standby)
    assert world.events == []
    assert back(world.first, world.standby, world.ask) == []
    assert world.tasks(world.first) == {10}


def test_a_service_that_cannot_be_stopped(world: TwoRegions) -> None:
    """The others are stopped nevertheless: whoever goes on writes into a database that is given up."""
    world.lag(world.standby, 20)
    world.refused = world.first.settings.names.of("ecs-service", "api")
    [complaint] = over(world.first, world.standby, world.ask)
    assert complaint.startswith("production is not stopped: run `fence`")
    running = {word: world.running[world.first.settings.names.of("ecs-service", word)] for word in world.first.counts}
    assert running == {word: 10 if word == "api" else 0 for word in world.first.counts}


def test_a_service_that_the_standby_lacks(world: TwoRegions) -> None:
    """It is said, and all others start."""
    world.lag(world.standby, 20)
    settings = world.standby.settings
    fewer = {word: each for word, each in settings.services.items() if word != "chat"}
    standby = replace(world.standby, settings=settings.model_copy(update={"services": fewer}))
    assert over(world.first, standby, world.ask) == ["production-dr has no service chat"]
    assert {world.running[settings.names.of("ecs-service", word)] for word in fewer} == {10}


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


@fault("failover", "a task of each service does not start", "it is said, and the database stays promoted")
def test_too_few_tasks(world: TwoRegions) -> None:
    """That tasks do not start is said, and does not undo anything."""
    world.lag(world.standby, 20)
    world.fewer = 1
    [complaint] = over(world.first, world.standby, world.ask)
    assert complaint.startswith("too few tasks: api, auth, ")
    assert world.promoted(world.standby)


@fault("failover", "the replica is not there", "nothing is changed")
def test_no_database(world: TwoRegions) -> None:
    """Then the copied backups are what is left."""
    for regions in rds_backends.values():  # moto cannot delete a replica of another region
        regions["us-west-2"].databases.pop(STANDBY, None)
    with pytest.raises(RefusedError, match="restore the copied backups first"):
        over(world.first, world.standby, world.ask)
    with pytest.raises(StoppedError, match="the database is not there"):
        world.standby.promote()


@fault("failover", "nothing answers in us-east-1", "us-west-2 takes over, and `fence` is named")
def test_the_first_region_is_lost(world: TwoRegions) -> None:
    """Whatever is asked there: failing over needs none of it."""
    world.lag(world.standby, 20)
    world.lost = "us-east-1"
    [complaint] = over(world.first, world.standby, world.ask)
    assert complaint.startswith("production is not stopped: run `fence` when its region answers (Could not connect")
    assert world.promoted(world.standby)
    assert (world.tasks(world.standby), world.limits(world.standby)) == ({10}, {(10, 50)})
    assert world.asked == ["https://api.example.com/health"]
    with pytest.raises(failover.AWS):
        fence(world.first)
    world.lost = ""
    assert fence(world.first) == []
    assert world.tasks(world.first) == {0}


@pytest.mark.parametrize("operation", ["PromoteReadReplica", "DescribeDBInstances", "GetMetricStatistics"])
@fault("failover", "AWS throttles a call about the replica", "it stops there; the next run does the rest")
def test_a_call_that_is_throttled(world: TwoRegions, operation: str) -> None:
    world.lag(world.standby, 20)
    world.throttled.append(operation)
    with pytest.raises(ClientError, match="Throttling"):
        over(world.first, world.standby, world.ask)
    assert not world.promoted(world.standby)
    assert world.tasks(world.standby) == {2}
    assert over(world.first, world.standby, world.ask) == []
    assert world.promoted(world.standby)


def _run(world: TwoRegions, monkeypatch: pytest.MonkeyPatch, command: str, account: str) -> int:
    """The command, by whoever has credentials of this account."""
    answer(world.session, "sts", "GetCallerIdentity", {"Account": account})
    monkeypatch.setattr(failover.boto3, "Session", lambda: world.session)
    monkeypatch.setattr(failover, "stacks", {"techcorp": both()}.__getitem__)
    monkeypatch.setattr(failover, "status_of", world.ask)
    return failover.main([command, "--system", "techcorp"])


def test_exit_statuses(world: TwoRegions, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Refused for another account; stopped by AWS; done, but a name does not answer; done."""

    def said(command: str, account: str = "333333333333") -> tuple[int, Any]:
        return _run(world, monkeypatch, command, account), capsys.readouterr()

    status, printed = said("over", "111111111111")
    assert (status, printed.err) == (2, "these credentials are for 111111111111, not for 333333333333\n")
    world.lag(world.standby, 20)
    world.throttled.append("PromoteReadReplica")
    status, printed = said("over")
    assert (status, printed.err.splitlines()[-1]) == (3, "Run the same command again: it goes on where it was.")
    world.status = 503
    assert said("over")[0] == 1
    world.status = 200
    for command in ("over", "fence", "prepare"):
        status, printed = said(command)
        assert (status, printed.out) == (0, "Done. Now the stack files must say what is so: failover.md, After.\n")
    world.lag(world.first, 0)
    assert said("back")[0] == 0
    assert world.promoted(world.first)
