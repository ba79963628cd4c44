"""Faults of the environment's hours: what runs on at night, what does not come in the morning."""

import itertools
import json

import pytest
from botocore.exceptions import ClientError

from functions.common.budget import OutOfTimeError
from functions.common.services import MissingServiceError
from functions.environment_schedule.handler import scale_down, scale_up
from tests.faults.functions.battery import each_call
from tests.faults.table import Fault, fault, faults
from tests.functions.hours import CLUSTER, DATABASE, SERVICE, SUSPENDED, count_of, scaling_of, status_of, statuses

DOWN, UP = "scale-down", "scale-up"
OTHER, GONE = "dev-worker", "dev-gone"

EVENING = [
    "application-autoscaling:RegisterScalableTarget",
    "ecs:UpdateService",
    "rds:DescribeDBInstances",
    "rds:StopDBInstance",
    "rds:DescribeDBInstances",
]
MORNING = [
    "rds:DescribeDBInstances",
    "rds:StartDBInstance",
    "rds:DescribeDBInstances",
    "ecs:UpdateService",
    "application-autoscaling:RegisterScalableTarget",
]


def _asleep(aws):
    assert (count_of(aws), status_of(aws)) == (0, "stopped")
    assert scaling_of(aws)["SuspendedState"] == dict.fromkeys(SUSPENDED, True)


def _awake(aws):
    assert (count_of(aws), status_of(aws)) == (2, "available")
    assert scaling_of(aws)["SuspendedState"] == dict.fromkeys(SUSPENDED, False)


def _counts(aws, *names):
    found = aws.its("ecs").describe_services(cluster=CLUSTER, services=list(names))["services"]
    return {each["serviceName"]: each["desiredCount"] for each in found}


@pytest.fixture
def services(environment, monkeypatch):
    """Two services, and before them in the variable one that somebody deleted."""
    environment.its("ecs").create_service(cluster=CLUSTER, serviceName=OTHER, taskDefinition="api", desiredCount=3)
    monkeypatch.setenv("SERVICES", json.dumps({GONE: 1, SERVICE: 2, OTHER: 3}))
    return environment


@faults(DOWN, *each_call("the evening", EVENING, "when the event comes again, service and database are stopped"))
def test_each_call_of_the_evening(environment, context, fault, breaker):
    breaker.end_with(fault.given[1], lambda: scale_down({}, context))
    scale_down({}, context)
    _asleep(environment)


@faults(UP, *each_call("the morning", MORNING, "when the event comes again, all of it runs"))
def test_each_call_of_the_morning(environment, context, fault, breaker):
    scale_down({}, context)
    breaker.end_with(fault.given[1], lambda: scale_up({}, context))
    scale_up({}, context)
    _awake(environment)


@fault(DOWN, broken="a service of the variable is missing", holds="the others and the database stop; it is raised")
def test_a_missing_service_in_the_evening(services, context):
    with pytest.raises(MissingServiceError, match=f"{CLUSTER} has no service {GONE} that runs"):
        scale_down({}, context)
    assert _counts(services, SERVICE, OTHER) == {SERVICE: 0, OTHER: 0}
    assert status_of(services) == "stopped"


@fault(UP, broken="a service of the variable is missing", holds="the database and the others start; it is raised")
def test_a_missing_service_in_the_morning(services, context):
    with pytest.raises(MissingServiceError):
        scale_down({}, context)
    with pytest.raises(MissingServiceError, match=f"{CLUSTER} has no service {GONE} that runs"):
        scale_up({}, context)
    assert _counts(services, SERVICE, OTHER) == {SERVICE: 2, OTHER: 3}
    _awake(services)


@faults(
    DOWN,
    *(
        Fault(
            name=code, broken=f"ECS answers {code} for one service", holds="the database stops all the same", given=code
        )
        for code in ("ServiceNotFoundException", "ServiceNotActiveException")
    ),
)
def test_a_service_that_does_not_run(environment, context, fault):
    """Missing, or being deleted: neither has tasks that would lose their database."""
    environment.refuse("ecs", "UpdateService", fault.given)
    with pytest.raises(MissingServiceError):
        scale_down({}, context)
    assert status_of(environment) == "stopped"


@fault(
    DOWN,
    broken="ECS refuses one of two services",
    holds="the other is stopped; the database waits for the next run, for tasks of the first still use it",
)
def test_a_refused_service_in_the_evening(services, context, monkeypatch):
    monkeypatch.setenv("SERVICES", json.dumps({SERVICE: 2, OTHER: 3}))
    services.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    with pytest.raises(ClientError, match="ThrottlingException"):
        scale_down({}, context)
    assert _counts(services, SERVICE, OTHER) == {SERVICE: 2, OTHER: 0}
    assert status_of(services) == "available"
    scale_down({}, context)
    _asleep(services)


@fault(UP, broken="ECS refuses one of two services", holds="the other starts, and the next run starts the first")
def test_a_refused_service_in_the_morning(services, context, monkeypatch):
    monkeypatch.setenv("SERVICES", json.dumps({SERVICE: 2, OTHER: 3}))
    scale_down({}, context)
    services.refuse("ecs", "UpdateService", "ThrottlingException", times=1)
    with pytest.raises(ClientError, match="ThrottlingException"):
        scale_up({}, context)
    assert _counts(services, SERVICE, OTHER) == {SERVICE: 0, OTHER: 3}
    scale_up({}, context)
    _awake(services)


@fault(UP, broken="ECS refuses all services", holds="all refusals are raised together")
def test_all_services_refused(services, context):
    services.refuse("ecs", "UpdateService", "ThrottlingException")
    with pytest.raises(ExceptionGroup, match="not all services were started") as raised:
        scale_up({}, context)
    assert len(raised.value.exceptions) == 3


@fault(DOWN, broken="one service is missing and RDS refuses to stop the database", holds="both are raised")
def test_a_missing_service_and_a_refused_database(services, context):
    services.refuse("rds", "StopDBInstance", "ThrottlingException")
    with pytest.raises(ExceptionGroup, match="not all of the environment was stopped") as raised:
        scale_down({}, context)
    assert [type(each) for each in raised.value.exceptions] == [MissingServiceError, ClientError]
    assert _counts(services, SERVICE, OTHER) == {SERVICE: 0, OTHER: 0}


@pytest.mark.parametrize("handle", [scale_down, scale_up])
@fault("hours", broken="the scaling of a service was deleted", holds="the service is stopped and started without it")
def test_a_missing_target(environment, context, handle):
    """moto takes a target without bounds, and AWS does not."""
    environment.refuse("application-auto-scaling", "RegisterScalableTarget", "ValidationException")
    handle({}, context)
    assert (count_of(environment), status_of(environment)) == (
        (0, "stopped") if handle is scale_down else (2, "available")
    )


@faults(
    "hours",
    Fault(
        name="down", broken="the database is missing in the evening", holds="services stop; raised", given=scale_down
    ),
    Fault(
        name="up", broken="the database is missing in the morning", holds="no task starts without it", given=scale_up
    ),
)
def test_a_missing_database(environment, context, fault):
    if fault.given is scale_up:
        scale_down({}, context)
    environment.its("rds").start_db_instance(DBInstanceIdentifier=DATABASE) if fault.given is scale_up else None
    environment.its("rds").delete_db_instance(DBInstanceIdentifier=DATABASE, SkipFinalSnapshot=True)
    with pytest.raises(ClientError, match="DBInstanceNotFound"):
        fault.given({}, context)
    assert count_of(environment) == 0


@faults(
    "hours",
    *(
        Fault(
            name=f"{handle.__name__}-{status}",
            broken=f"the database is {status} and stays so",
            holds="the run ends in time and is raised, with ten seconds left to say so",
            given=(handle, status),
        )
        for handle, status in itertools.product((scale_down, scale_up), ("failed", "storage-full", "maintenance"))
    ),
)
def test_a_database_that_is_stuck(environment, context, fault):
    handle, status = fault.given
    statuses(environment, *[status] * 100)
    with pytest.raises(OutOfTimeError, match="no time left to wait for the database"):
        handle({}, context)
    assert 10_000 <= context.get_remaining_time_in_millis() < 25_000


@fault(DOWN, broken="two runs at once", holds="the second finds the database stopping, and ends well")
def test_two_evenings_at_once(environment, context):
    """The other run stops it between this one's look and its call, which RDS refuses then."""
    environment.refuse("rds", "StopDBInstance", "InvalidDBInstanceState", times=1)
    statuses(environment, "available", "stopping")
    scale_down({}, context)
    assert count_of(environment) == 0


@fault(UP, broken="two runs at once", holds="the second finds the database starting, and waits for it")
def test_two_mornings_at_once(environment, context):
    environment.refuse("rds", "StartDBInstance", "InvalidDBInstanceState", times=1)
    statuses(environment, "stopped", "starting", "available")
    scale_up({}, context)
    assert count_of(environment) == 2


@fault(UP, broken="the evening's run still waits when the morning's begins", holds="in the end all of it runs")
def test_the_evening_overlaps_the_morning(environment, context):
    """The database stops only when the morning looks for the first time."""
    scale_down({}, context)
    statuses(environment, "stopping", "stopping", None, None)
    scale_up({}, context)
    _awake(environment)


@pytest.mark.parametrize("handle", [scale_down, scale_up])
@faults(
    "hours",
    *(
        Fault(name=name, broken=f"an event that is {name}", holds="it does what it does at any event", given=event)
        for name, event in {
            "empty": {},
            "huge": {"detail": "x" * 1_000_000},
            "deep": {"detail": [[[[{"a": None}]]]]},
            "another schedule's": {"source": "aws.scheduler", "detail-type": "?", "detail": None},
        }.items()
    ),
)
def test_odd_events(environment, context, handle, fault):
    handle(fault.given, context)
    assert (count_of(environment), status_of(environment)) == (
        (0, "stopped") if handle is scale_down else (2, "available")
    )
