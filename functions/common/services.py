"""Services on ECS, after a secret that their tasks read at their start was changed."""

from collections.abc import Iterable, Mapping

from functions.common.aws import client
from functions.common.budget import Budget


class DeploymentError(Exception):
    """A deployment that was started here did not replace the tasks."""


def restart(cluster: str, services: Iterable[str]) -> Mapping[str, str]:
    """Start a deployment of each service that replaces its tasks one after the other; gives the deployments' ids."""
    return {
        service: next(
            deployment["id"]
            for deployment in client("ecs").update_service(cluster=cluster, service=service, forceNewDeployment=True)[
                "service"
            ]["deployments"]
            if deployment["status"] == "PRIMARY"
        )
        for service in services
    }


def await_restart(cluster: str, deployments: Mapping[str, str], budget: Budget) -> None:
    """Wait until only the new tasks are left."""
    for service, deployment in deployments.items():
        budget.until(lambda s=service, d=deployment: _alone(cluster, s, d), f"the new tasks of {service}")


def _alone(cluster: str, service: str, deployment: str) -> bool:
    [found] = client("ecs").describe_services(cluster=cluster, services=[service])["services"]
    ours = next((each for each in found["deployments"] if each["id"] == deployment), None)
    if ours is None or ours["rolloutState"] == "FAILED":
        raise DeploymentError(f"the deployment {deployment} of {service} failed or was replaced by another")
    return ours["rolloutState"] == "COMPLETED" and len(found["deployments"]) == 1
