"""A look from inside: one more task of a service, with another command, where the service's own tasks stand."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Ended:
    """How the task ended, and what it said."""

    status: int | None  #: None: its container never ran; `lines` then say why
    lines: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Whether the command ended as it should."""
        return self.status == 0


@dataclass(frozen=True, kw_only=True)
class Inside:
    """Runs commands in tasks beside those of a service: its image, role, secrets, subnets and security group."""

    session: Any  #: boto3's
    cluster: str
    service: str
    wait: float = 6  #: seconds between two looks at the task; a hundred looks at most

    def run(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        groups: Sequence[str] | None = None,
        subnets: Sequence[str] | None = None,
    ) -> Ended:
        """Run a command to its end. Variables are added to the task's own; groups and subnets replace them."""
        ecs = self.session.client("ecs")
        [service] = ecs.describe_services(cluster=self.cluster, services=[self.service])["services"]
        definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
        container = definition["containerDefinitions"][0]
        place = dict(service["networkConfiguration"]["awsvpcConfiguration"])
        place |= {"securityGroups": list(groups)} if groups else {}
        place |= {"subnets": list(subnets)} if subnets else {}
        variables = [{"name": name, "value": value} for name, value in sorted((environment or {}).items())]
        started = ecs.run_task(
            cluster=self.cluster,
            taskDefinition=service["taskDefinition"],
            launchType="FARGATE",
            startedBy="a-look-from-inside",
            networkConfiguration={"awsvpcConfiguration": place},
            overrides={
                "containerOverrides": [{"name": container["name"], "command": list(command), "environment": variables}]
            },
        )
        if not started["tasks"]:
            return Ended(None, tuple(failure["reason"] for failure in started["failures"]))
        task = started["tasks"][0]["taskArn"]
        ecs.get_waiter("tasks_stopped").wait(
            cluster=self.cluster, tasks=[task], WaiterConfig={"Delay": self.wait, "MaxAttempts": 100}
        )
        [ended] = ecs.describe_tasks(cluster=self.cluster, tasks=[task])["tasks"]
        [ran] = [each for each in ended["containers"] if each["name"] == container["name"]]
        if ran.get("exitCode") is None:
            return Ended(None, (ended.get("stoppedReason", ""), ran.get("reason", "")))
        return Ended(ran["exitCode"], self._said(container, task))

    def _said(self, container: Mapping[str, Any], task: str) -> tuple[str, ...]:
        """The lines of the task's log, which arrive shortly after it ends."""
        logs, options = self.session.client("logs"), container["logConfiguration"]["options"]
        stream = f"{options['awslogs-stream-prefix']}/{container['name']}/{task.rpartition('/')[2]}"
        for _ in range(5):
            try:
                events: list[dict[str, Any]] = logs.get_log_events(
                    logGroupName=options["awslogs-group"], logStreamName=stream, startFromHead=True
                )["events"]
            except logs.exceptions.ResourceNotFoundException:
                events = []
            if events:
                return tuple(event["message"] for event in events)
            time.sleep(self.wait / 3)
        return ()
