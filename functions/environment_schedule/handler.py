"""Stopping and starting an environment.

Both handlers ask only for a state and look how far it is reached, so that running one again goes on where it was, or
does nothing. What the event says does not matter: the schedule's and an empty one from a person do the same.
"""

from dataclasses import dataclass
from typing import Any, Self

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import ClientError

from functions.common import services, variables
from functions.common.aws import client, refused
from functions.common.budget import TimeBudget
from functions.common.entry import logged
from functions.common.failures import Failures
from functions.common.function import FunctionDefinition
from functions.common.services import MissingServiceError
from functions.environment_schedule import SCALE_DOWN, SCALE_UP

logger = Logger(service="environment-schedule")


@dataclass(frozen=True)
class Environment:
    """What is stopped and started."""

    cluster: str
    services: dict[str, int]  #: how many tasks each has by day
    database: str  #: identifier

    @classmethod
    def read(cls, function: FunctionDefinition) -> Self:
        """From the function's variables."""
        given = variables.read(function)
        return cls(given["CLUSTER"], variables.counts(given, "SERVICES"), given["DATABASE"])


@logged(logger)
def scale_down(event: dict[str, Any], context: LambdaContext) -> None:
    """First the services, so that none loses its database while it runs. What fails of one keeps no other running."""
    environment, budget = Environment.read(SCALE_DOWN), TimeBudget(context)
    failures = Failures()
    for service in environment.services:
        with failures.kept():
            # Scaling first, or it would raise the service to its minimum again (ledger N-16).
            _suspend_scaling(environment.cluster, service, suspended=True)
            _set_count(environment.cluster, service, 0)
    if all(isinstance(each, MissingServiceError) for each in failures.found):
        with failures.kept():
            _stop(environment.database, budget)
    failures.raise_("not all of the environment was stopped")


@logged(logger)
def scale_up(event: dict[str, Any], context: LambdaContext) -> None:
    """First the database: tasks that do not find it are replaced again and again. Then whatever service can start."""
    environment, budget = Environment.read(SCALE_UP), TimeBudget(context)
    _start(environment.database, budget)
    failures = Failures()
    for service, count in environment.services.items():
        with failures.kept():
            _set_count(environment.cluster, service, count)
            _suspend_scaling(environment.cluster, service, suspended=False)
    failures.raise_("not all services were started")


def _set_count(cluster: str, service: str, count: int) -> None:
    services.update(cluster, service, desiredCount=count)
    logger.info("set the service's count", service_name=service, count=count)


def _suspend_scaling(cluster: str, service: str, *, suspended: bool) -> None:
    """Suspend or resume; the target's bounds stay as the stack file has them. Without a target nothing scales."""
    kinds = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")
    try:
        client("application-autoscaling").register_scalable_target(
            ServiceNamespace="ecs",
            ScalableDimension="ecs:service:DesiredCount",
            ResourceId=f"service/{cluster}/{service}",
            SuspendedState=dict.fromkeys(kinds, suspended),
        )
    except ClientError as error:
        # So it answers where there is no service, and where there is no target: a new one would have to have bounds.
        if not refused(error, "ValidationException"):
            raise
        logger.warning("the service has no scaling", service_name=service)


def _stop(database: str, budget: TimeBudget) -> None:
    _bring(database, "stop_db_instance", from_="available", to={"stopping", "stopped"}, budget=budget)


def _start(database: str, budget: TimeBudget) -> None:
    _bring(database, "start_db_instance", from_="stopped", to={"available"}, budget=budget)


def _bring(database: str, operation: str, *, from_: str, to: set[str], budget: TimeBudget) -> None:
    """Call an operation as soon as the database is in the state that it needs, and wait for what it leads to."""
    rds = client("rds")

    def there() -> bool:
        [found] = rds.describe_db_instances(DBInstanceIdentifier=database)["DBInstances"]
        status = found["DBInstanceStatus"]
        logger.info("looked at the database", database=database, status=status)
        if status == from_:
            try:
                getattr(rds, operation)(DBInstanceIdentifier=database)
            except ClientError as error:
                # Something else began in between; the next look shows what.
                if not refused(error, "InvalidDBInstanceState"):
                    raise
        return status in to

    budget.until(there, f"the database to be {' or '.join(sorted(to))}")
