"""What any rotation is as a state machine: any step at any time, again and again, ended at any call, a restore between.

Whatever happened, when Secrets Manager has its way at last, with no call failing any more, the current value opens the
store and all tasks that run have it.
"""

import itertools
import json
import logging
from typing import Any

import pytest
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from functions.common import rotation, services
from functions.common.budget import OutOfTimeError
from functions.common.rotation import RotationError
from functions.common.services import DeploymentError
from functions.rotate_cache import handler as cache_handler
from tests.faults.functions.world import (
    CLUSTER,
    SECRET,
    SERVICES,
    Client,
    CrashError,
    Ecs,
    Fuse,
    RunningService,
    SecretVersions,
)
from tests.functions.emulated import LambdaRun

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
#: What a run may end with: all are raised, so that Secrets Manager tries again. Anything else is a fault of ours.
HONEST = (CrashError, rotation.ClientError, RotationError, OutOfTimeError, DeploymentError, ExceptionGroup)


class RotationMachine(RuleBasedStateMachine):
    """What all rotations have in common."""

    first: str  #: the value to begin with
    handle: Any
    store: Any

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.fuse, self.numbers = Fuse(), itertools.count(1)
        self.secrets = SecretVersions({"version-0": self.first}, {"AWSCURRENT": "version-0"})
        self.ecs = Ecs(self.secrets, self.opens, {name: RunningService({self.first}) for name in SERVICES})
        self.restored = False
        try:
            self.stand_in()
        except BaseException:  # Hypothesis takes nothing down that was not made: all tests after it would have ours
            self.take_down()
            raise

    def stand_in(self) -> None:
        """Put the models in the place of AWS and of the store."""
        models = {"secretsmanager": self.secrets, "ecs": self.ecs, "elasticache": self.store}
        for module in (rotation, services, cache_handler):
            self.patch.setattr(module, "client", lambda name: Client(models[name], self.fuse))
        logging.disable()  # it costs more than all the rest
        self.patch.setattr("time.sleep", self.sleep)
        variables = {"CLUSTER": CLUSTER, "SERVICES": json.dumps(SERVICES)}
        variables |= {"READS": json.dumps({each: [SECRET] for each in SERVICES})}
        variables |= {"REPLICATION_GROUP": "group", "CACHE_HOST": "host", "CACHE_PORT": "6379"}
        for name, value in variables.items():
            self.patch.setenv(name, value)

    def take_down(self) -> None:
        logging.disable(logging.NOTSET)
        self.patch.undo()

    def opens(self, value: str) -> bool:
        return self.store.opens(value)

    def sleep(self, seconds: float) -> None:
        self.context.slept.append(seconds)

    def run(self, step: str, version: str) -> BaseException | None:
        self.context = LambdaRun()
        given = {"Step": step, "SecretId": SECRET, "ClientRequestToken": version}
        try:
            self.handle(given, self.context)
        except HONEST as error:
            return error
        return None

    def may_begin(self) -> bool:
        return self.secrets.labels.get("AWSPENDING") in (None, self.secrets.labels["AWSCURRENT"])

    @precondition(may_begin)
    @rule()
    def begin(self) -> None:
        """Secrets Manager starts a rotation."""
        self.secrets.begin(f"version-{next(self.numbers)}")

    @rule()
    def as_usual(self) -> None:
        """A rotation's steps in their order, until one fails."""
        if self.may_begin():
            self.begin()
        found = next(filter(None, (self.run(step, self.secrets.labels["AWSPENDING"]) for step in STEPS)), None)
        event(f"in order: {type(found).__name__ if found else 'done'}")

    @rule(step=st.sampled_from(STEPS), age=st.sampled_from([0, 0, 0, 1]))
    def one_step(self, step: str, age: int) -> None:
        """Any step of the newest rotation or of the one before, to its end."""
        versions = list(self.secrets.values)
        found = self.run(step, versions[max(len(versions) - 1 - age, 0)])
        event(f"{step}: {type(found).__name__ if found else 'done'}")

    @rule(step=st.sampled_from(STEPS), calls=st.integers(1, 14), after=st.booleans())
    def one_step_that_ends_early(self, step: str, calls: int, after: bool) -> None:
        """A run that is killed at one of its calls."""
        self.fuse.left, self.fuse.after = calls, after
        found = self.run(step, list(self.secrets.values)[-1])
        self.fuse.left = None
        event(f"{step}, ended early: {type(found).__name__ if found else 'done before'}")

    @rule(refuses=st.integers(0, 2), dooms=st.integers(0, 2))
    def deployments_have_bad_luck(self, refuses: int, dooms: int) -> None:
        """The next deployments are throttled, or their tasks do not start."""
        self.ecs.refuses, self.ecs.dooms = refuses, dooms

    @rule()
    def deployments_end(self) -> None:
        self.ecs.settle()

    def restore(self, label: str) -> None:
        """The store is as it was when it knew only this value."""
        event(f"restored to {label}")
        self.restored = True

    @invariant()
    def some_stored_value_opens_the_store(self) -> None:
        stored = [self.secrets.labelled(label) for label in self.secrets.labels]
        assert any(self.opens(value) for value in stored if value)

    def heal(self) -> None:
        """Secrets Manager has its way: what is pending is done, or another rotation."""
        self.fuse.left, self.ecs.refuses, self.ecs.dooms = None, 0, 0
        if "AWSPENDING" not in self.secrets.labels:
            self.begin()
        for step in STEPS:
            assert self.run(step, self.secrets.labels.get("AWSPENDING", "")) is None, step
        self.ecs.settle()

    def teardown(self) -> None:
        try:
            self.heal()
            current = self.secrets.labelled("AWSCURRENT")
            assert self.opens(current)
            assert self.ecs.tasks() == {current}
            assert "AWSPENDING" not in self.secrets.labels
            self.ended()
        finally:
            self.take_down()

    def ended(self) -> None:
        """What else must hold of the store in the end."""
