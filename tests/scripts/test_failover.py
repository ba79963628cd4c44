"""Failing over to another region and back, against an emulated AWS of two regions."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.rds.models import rds_backends

from scripts import failover
from scripts.failover import RefusedError, StoppedError, back, fence, over, prepare, stacks
from tests.aws import answer
from tests.faults.table import fault
from tests.scripts.two_regions import DATABASE, KEPT, STANDBY, TwoRegions, both, two_regions


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
    assert world.promoted(world.standby)


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
