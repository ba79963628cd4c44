"""Services on ECS: their count, and new tasks after a secret that they read at their start was changed."""

from collections.abc import Iterable, Mapping
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from functions.common.aws import client, refused
from functions.common.budget import TimeBudget
from functions.common.failures import Failures

logger = Logger(service="services")


class DeploymentError(Exception):
    """A deployment that was started here did not replace the tasks."""


class MissingServiceError(Exception):
    """A service is not there, or being deleted: it has no task that stays."""


def update(cluster: str, service: str, **changes: Any) -> Mapping[str, Any]:
    """Change a service and give it as it is then. Raises MissingServiceError."""
    try:
        return client("ecs").update_service(cluster=cluster, service=service, **changes)["service"]
    except ClientError as error:
        if refused(error, "ServiceNotFoundException", "ServiceNotActiveException"):
            raise MissingServiceError(f"{cluster} has no service {service} that runs") from error
        raise


def restart(cluster: str, services: Iterable[str]) -> Mapping[str, str]:
    """Start a deployment of each service that replaces its tasks one after the other; gives the deployments' ids.

    A service that is missing has no tasks to replace. One that ECS refuses keeps none of the others from new tasks.
    """
    started: dict[str, str] = {}
    failures = Failures()
    for service in services:
        with failures.kept():
            try:
                found = update(cluster, service, forceNewDeployment=True)
            except MissingServiceError:
                logger.warning("the service is missing", service_name=service)
                continue
            started[service] = next(each["id"] for each in found["deployments"] if each["status"] == "PRIMARY")
    failures.raise_("services got no new tasks")
    return started


def await_restart(cluster: str, deployments: Mapping[str, str], budget: TimeBudget) -> None:
    """Wait until only the new tasks are left."""
    for service, deployment in deployments.items():
        budget.until(lambda s=service, d=deployment: _alone(cluster, s, d), f"the new tasks of {service}")


def _alone(cluster: str, service: str, deployment: str) -> bool:
    [found] = client("ecs").describe_services(cluster=cluster, services=[service])["services"]
    ours = next((each for each in found["deployments"] if each["id"] == deployment), None)
    if ours is None or ours["rolloutState"] == "FAILED":
        raise DeploymentError(f"the deployment {deployment} of {service} failed or was replaced by another")
    return ours["rolloutState"] == "COMPLETED" and len(found["deployments"]) == 1
