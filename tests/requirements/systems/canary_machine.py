"""What ECS does with a canary deployment, step by step, as its developer guide has it; the emulator knows nothing of it.

"Amazon ECS canary deployments" (stages, weights, bake times), "Lambda hooks for Amazon ECS service deployments" (what a
hook gets and answers) and "How CloudWatch alarms detect Amazon ECS deployment failures" (alarms and roll-back).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from preview.recording import RecordedResource, Recording

HOOK_STAGE = "POST_TEST_TRAFFIC_SHIFT"
Hook = Callable[[dict[str, Any]], dict[str, Any]]
Alarming = Callable[[float], set[str]]  #: the names of the alarms that fire, by minutes since the deployment began


@dataclass
class Machine:
    """One deployment of a service as it was recorded."""

    service: RecordedResource
    minute: float = 0
    weight: float = 0  #: percent of everybody's requests that go to the new version
    shifts: list[tuple[float, float]] = field(
        default_factory=list[tuple[float, float]]
    )  #: minute, and weight from then
    hooked: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])  #: what the hook was given
    removed: str = ""  #: the version that is gone at the end, and when
    gone_at: float = -1

    def deploy(self, hook: Hook, alarming: Alarming) -> "Machine":
        """Run it to its end."""
        told = self.service["deploymentConfiguration"]
        assert told["strategy"] == "CANARY"
        if not self._tested(told.get("lifecycleHooks", []), hook):
            return self._back()
        self._shift(told["canaryConfiguration"]["canaryPercent"])
        if self._fires_within(float(told["canaryConfiguration"]["canaryBakeTimeInMinutes"]), alarming):
            return self._back()
        self._shift(100)
        if self._fires_within(float(told["bakeTimeInMinutes"]), alarming):
            return self._back()
        return self._end("old")

    def _tested(self, hooks: list[dict[str, Any]], hook: Hook) -> bool:
        """Each hook of the stage, again for as long as it says that it is not done."""
        for row in hooks:
            if HOOK_STAGE not in row["lifecycleStages"]:
                continue
            details = json.loads(row["hookDetails"])
            while True:
                revision = "arn:aws:ecs:region:account:service-revision/cluster/service/2"
                weights = {"testTrafficWeights": {revision: 100}, "productionTrafficWeights": {revision: self.weight}}
                event = {
                    "executionDetails": {"targetServiceRevisionArn": revision, **weights},
                    "executionId": "id",
                    "lifecycleStage": HOOK_STAGE,
                    "hookDetails": details,
                }
                self.hooked.append(event)
                answer = hook(event)
                if answer["hookStatus"] != "IN_PROGRESS":
                    break
                self.minute += answer.get("callBackDelay", 30) / 60
                details = answer.get("hookDetails", details)
            if answer["hookStatus"] != "SUCCEEDED":
                return False
        return True

    def _shift(self, weight: float) -> None:
        self.weight = weight
        self.shifts.append((self.minute, weight))

    def _fires_within(self, minutes: float, alarming: Alarming) -> bool:
        """Whether one of the service's alarms fires before they are over."""
        alarms = self.service.inputs.get("alarms", {})
        watched = {*alarms.get("alarmNames", ())} if alarms.get("enable") and alarms.get("rollback") else set[str]()
        end = self.minute + minutes
        while self.minute < end:
            if watched & alarming(self.minute):
                return True
            self.minute += 1
        return False

    def _back(self) -> "Machine":
        if self.weight:
            self._shift(0)
        return self._end("new")

    def _end(self, gone: str) -> "Machine":
        self.removed, self.gone_at = gone, self.minute
        return self


def deployed(stack: Recording, service: RecordedResource, hook: Hook, alarming: Alarming = lambda _: set()) -> Machine:
    """A deployment of a service of a recorded stack."""
    assert service.urn in stack.resources
    return Machine(service).deploy(hook, alarming)
