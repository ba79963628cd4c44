"""Stopping an environment in the evening and starting it in the morning, against moto."""

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.variables import VariableError
from functions.environment_schedule import SCALE_DOWN, SCALE_UP
from functions.environment_schedule.handler import scale_down, scale_up
from tests.functions.emulated import actions
from tests.functions.hours import (
    BOUNDS,
    CLUSTER,
    DATABASE,
    SERVICE,
    SUSPENDED,
    count_of,
    scaling_of,
    status_of,
    statuses,
)

#: What EventBridge sends on a schedule, and a person who runs the function by hand.
EVENTS = [{"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}, {}]


@pytest.mark.requirement("CP-AUTO-01", stacks=["dev"])
@pytest.mark.parametrize("event", EVENTS)
def test_the_evening_stops_both(environment, context, event):
    """The database is stopped, the service has no task, and its scaling will not bring one back (N-16)."""
    scale_down(event, context)
    assert (count_of(environment), status_of(environment)) == (0, "stopped")
    assert scaling_of(environment)["SuspendedState"] == dict.fromkeys(SUSPENDED, True)
    assert scaling_of(environment).items() >= BOUNDS.items()
    assert environment.actions == [
        "application-autoscaling:RegisterScalableTarget",
        "ecs:UpdateService",
        "rds:DescribeDBInstances",
        "rds:StopDBInstance",
        "rds:DescribeDBInstances",
    ]
    assert environment.calls_of("rds:StopDBInstance") == [{"DBInstanceIdentifier": DATABASE}]
    assert environment.calls_of("ecs:UpdateService") == [{"cluster": CLUSTER, "service": SERVICE, "desiredCount": 0}]


@pytest.mark.requirement("CP-AUTO-02", stacks=["dev"])
@pytest.mark.parametrize("event", EVENTS)
def test_the_morning_starts_both(environment, context, event):
    """The database first, then the service with its count of the day, then its scaling."""
    scale_down({}, context)
    environment.calls.clear()
    scale_up(event, context)
    assert (count_of(environment), status_of(environment)) == (2, "available")
    assert scaling_of(environment)["SuspendedState"] == dict.fromkeys(SUSPENDED, False)
    assert scaling_of(environment).items() >= BOUNDS.items()
    assert environment.actions == [
        "rds:DescribeDBInstances",
        "rds:StartDBInstance",
        "rds:DescribeDBInstances",
        "ecs:UpdateService",
        "application-autoscaling:RegisterScalableTarget",
    ]
    assert environment.calls_of("rds:StartDBInstance") == [{"DBInstanceIdentifier": DATABASE}]
    assert environment.calls_of("ecs:UpdateService") == [{"cluster": CLUSTER, "service": SERVICE, "desiredCount": 2}]


def test_a_replay_changes_nothing(environment, context):
    """EventBridge delivers at least once: the second evening stops no database again."""
    scale_down({}, context)
    environment.calls.clear()
    scale_down({}, context)
    assert (count_of(environment), status_of(environment)) == (0, "stopped")
    assert "rds:StopDBInstance" not in environment.actions
    scale_up({}, context)
    environment.calls.clear()
    scale_up({}, context)
    assert (count_of(environment), status_of(environment)) == (2, "available")
    assert "rds:StartDBInstance" not in environment.actions


def test_the_roles_are_what_is_called(environment, context):
    """No action too many, none too few."""
    scale_down({}, context)
    assert set(environment.actions) == actions(SCALE_DOWN)
    environment.calls.clear()
    scale_up({}, context)
    assert set(environment.actions) == actions(SCALE_UP)


def test_a_busy_database_is_stopped_when_it_is_free(environment, context):
    """While it is backed up RDS refuses to stop it."""
    statuses(environment, "backing-up", "modifying", None, None)
    scale_down({}, context)
    assert status_of(environment) == "stopped"
    assert context.slept == [15, 15, 15]


def test_something_else_may_come_first(environment, context):
    """A backup that begins between the look and the call: the next look shows it, the one after it the end."""
    environment.refuse("rds", "StopDBInstance", "InvalidDBInstanceState", times=1)
    statuses(environment, "available", "backing-up", None, None)
    scale_down({}, context)
    assert status_of(environment) == "stopped"
    assert len(environment.calls_of("rds:StopDBInstance")) == 2


def test_the_services_wait_for_the_database(environment, context):
    """A database that is still stopping is started when it has stopped; tasks come when it is available."""
    scale_down({}, context)
    context.slept.clear()
    statuses(environment, "stopping", None, "starting", "starting", None)
    scale_up({}, context)
    assert environment.actions[-3:] == [
        "rds:DescribeDBInstances",
        "ecs:UpdateService",
        "application-autoscaling:RegisterScalableTarget",
    ]
    assert context.slept == [15] * 4


def test_a_database_that_does_not_come_is_raised_in_time(environment, context):
    """The service stays at zero; Lambda runs the event again, and then the dead-letter queue has it."""
    scale_down({}, context)
    statuses(environment, *["starting"] * 100)
    with pytest.raises(OutOfTimeError, match="no time left to wait for the database to be available"):
        scale_up({}, context)
    assert count_of(environment) == 0
    assert 10_000 <= context.get_remaining_time_in_millis() < 25_000


def test_a_partial_failure_is_raised_and_made_good(environment, context):
    """RDS refuses once: the service is at zero already, the run fails, and the next one does the rest."""
    environment.refuse("rds", "StopDBInstance", "ThrottlingException", times=1)
    with pytest.raises(ClientError, match="ThrottlingException"):
        scale_down({}, context)
    assert (count_of(environment), status_of(environment)) == (0, "available")
    scale_down({}, context)
    assert (count_of(environment), status_of(environment)) == (0, "stopped")


def test_scaling_that_cannot_be_suspended_leaves_the_service_alone(environment, context):
    """Or it would come back by itself, and nobody would know."""
    environment.refuse("application-auto-scaling", "RegisterScalableTarget", "AccessDeniedException")
    with pytest.raises(ClientError, match="AccessDenied"):
        scale_down({}, context)
    assert (count_of(environment), status_of(environment)) == (2, "available")


@pytest.mark.parametrize("handle", [scale_down, scale_up])
def test_a_wrong_environment_is_said_before_anything_is_called(environment, context, monkeypatch, handle):
    monkeypatch.setenv("SERVICES", "[]")
    with pytest.raises(VariableError, match="SERVICES must be a JSON object"):
        handle({}, context)
    monkeypatch.delenv("DATABASE")
    with pytest.raises(VariableError, match="needs DATABASE in its environment"):
        handle({}, context)
    assert environment.calls == []


def test_no_service_is_enough(environment, context, monkeypatch):
    """An environment may have a database only."""
    monkeypatch.setenv("SERVICES", "{}")
    scale_down({}, context)
    assert set(environment.actions) == {"rds:DescribeDBInstances", "rds:StopDBInstance"}
