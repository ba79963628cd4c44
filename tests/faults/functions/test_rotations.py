"""Rotations as state machines: any step at any time, again and again, ended at any call, a restore in between.

While nothing was restored no task loses its cache. Whatever happened, when Secrets Manager has its way at last, with no
call failing any more, the current value opens the store and all tasks that run have it.
"""

import itertools
import json
import logging
from typing import Any

import pytest
from hypothesis import event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from pg8000.exceptions import DatabaseError, InterfaceError
from pg8000.native import Connection

from functions.common import rotation, services
from functions.common.budget import OutOfTimeError
from functions.common.rotation import RotationError
from functions.common.services import DeploymentError
from functions.rotate_cache import handler as cache_handler
from functions.rotate_database import handler as database_handler
from functions.rotate_text import handler as text_handler
from tests.faults.functions.world import (
    CLUSTER,
    SECRET,
    SERVICES,
    Client,
    CrashError,
    Ecs,
    Fuse,
    Password,
    RunningService,
    SecretVersions,
    Tokens,
)
from tests.faults.table import fault
from tests.functions.emulated import LambdaRun
from tests.functions.postgres import DATABASE, ROLE
from tests.properties.effort import examples

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
#: What a run may end with: all are raised, so that Secrets Manager tries again. Anything else is a fault of ours.
HONEST = (CrashError, rotation.ClientError, RotationError, OutOfTimeError, DeploymentError, ExceptionGroup)


VERIFIER = database_handler.verifier


class RotationMachine(RuleBasedStateMachine):
    """What both rotations have in common."""

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


class CacheRotation(RotationMachine):
    """The cache's token."""

    first = "first" * 4
    handle = staticmethod(cache_handler.handle)

    def __init__(self) -> None:
        self.store = Tokens([self.first])
        super().__init__()

    def stand_in(self) -> None:
        super().stand_in()
        logs_in = lambda _, token: self.fuse.through(lambda: (self.store.look(), self.opens(token))[1])  # noqa: E731
        self.patch.setattr(cache_handler.CacheTokens, "opens", logs_in)

    @rule(lag=st.integers(0, 3))
    def changes_take_longer(self, lag: int) -> None:
        self.store.lag = lag

    @precondition(lambda self: "AWSPREVIOUS" in self.secrets.labels)
    @rule(label=st.sampled_from(["AWSCURRENT", "AWSPREVIOUS"]))
    def made_anew(self, label: str) -> None:
        """A new replication group, with the token that somebody had at hand."""
        self.restore(label)
        self.store.tokens, self.store.waiting = [self.secrets.labelled(label)], None

    @invariant()
    def no_task_is_locked_out(self) -> None:
        """Nor is one that starts now."""
        if not self.restored:
            assert all(self.opens(token) for token in self.ecs.tasks())
            assert self.opens(self.secrets.labelled("AWSCURRENT"))

    def ended(self) -> None:
        assert self.store.tokens == [self.secrets.labelled("AWSCURRENT")]


class DatabaseRotation(RotationMachine):
    """The database's password, against a model."""

    first = json.dumps(
        {"engine": "postgres", "host": "host", "port": 5432, "dbname": "app", "username": "app", "password": "first"}
    )
    handle = staticmethod(database_handler.handle)

    def __init__(self) -> None:
        self.store = Password("first")
        super().__init__()

    def stand_in(self) -> None:
        super().stand_in()
        self.patch.setattr(database_handler, "_connection", self.connection)
        self.patch.setattr(database_handler, "verifier", lambda password: password)

    def opens(self, value: str) -> bool:
        return self.store.opens(json.loads(value)["password"])

    def connection(self, credentials: Any) -> "Session":
        """A session of the model's."""
        return self.fuse.through(lambda: Session(self.log_in(credentials.password), self.fuse))

    def log_in(self, password: str) -> Any:
        if not self.store.opens(password):
            raise DatabaseError({"C": "28P01"})
        return self.store

    @precondition(lambda self: "AWSPREVIOUS" in self.secrets.labels)
    @rule(label=st.sampled_from(["AWSCURRENT", "AWSPREVIOUS"]))
    def from_a_backup(self, label: str) -> None:
        """From before the last rotation, or after it."""
        self.restore(label)
        self.store.password = json.loads(self.secrets.labelled(label))["password"]


class TextRotation(RotationMachine):
    """A generated text, which opens nothing."""

    first = "first" * 10
    handle = staticmethod(text_handler.handle)
    store = None

    def opens(self, value: str) -> bool:
        return value == self.first or len(value) == len(self.first)

    @invariant()
    def tasks_have_a_text_that_was_current(self) -> None:
        """Never one that is pending and may yet be dropped."""
        labels = self.secrets.labels
        pending = self.secrets.labelled("AWSPENDING") if labels.get("AWSPENDING") != labels["AWSCURRENT"] else None
        assert pending is None or pending not in self.ecs.tasks()


class Session:
    """A connection, whose statements may be the last."""

    def __init__(self, real: Any, fuse: Fuse) -> None:
        self.real, self.fuse = real, fuse

    def run(self, statement: str) -> Any:
        return self.fuse.through(lambda: self.real.run(statement))

    def close(self) -> None:
        self.real.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


TestTheText = TextRotation.TestCase
TestTheText.settings = settings(examples(60), stateful_step_count=20)
TestTheText.pytestmark = fault(
    "rotate-text",
    broken="any steps in any order, runs killed at any call, deployments that fail",
    holds="no task has a text that is not current yet; in the end all have the current one",
)
TestTheCache = CacheRotation.TestCase
TestTheCache.settings = settings(examples(150), stateful_step_count=25)
TestTheCache.pytestmark = fault(
    "rotate-cache",
    broken="any steps in any order, runs killed at any call, deployments that fail, a group made anew",
    holds="no task is locked out by a rotation; in the end all have the one token that the cache takes",
)
TestTheDatabase = DatabaseRotation.TestCase
TestTheDatabase.settings = settings(examples(150), stateful_step_count=25)
TestTheDatabase.pytestmark = fault(
    "rotate-database",
    broken="any steps in any order, runs killed at any call or statement, deployments that fail, a restore in between",
    holds="some stored password always opens the database; in the end all tasks have the current one, and it does",
)


@fault(
    "rotate-database",
    broken="the same, with a real PostgreSQL and its own checking of passwords",
    holds="the same",
)
def test_a_real_database_is_never_lost(postgres):
    class RealRotation(DatabaseRotation):
        first = json.dumps(json.loads(DatabaseRotation.first) | {"username": ROLE})

        def stand_in(self) -> None:
            super().stand_in()
            self.patch.setattr(database_handler, "verifier", VERIFIER)
            self.know("first")

        def know(self, password: str) -> None:
            postgres.run(f"ALTER ROLE {ROLE} PASSWORD '{VERIFIER(password)}'")

        def log_in(self, password: str) -> Any:
            return Connection(ROLE, password=password, unix_sock=postgres.socket, database=DATABASE)

        def opens(self, value: str) -> bool:
            try:
                self.log_in(json.loads(value)["password"]).close()
            except (DatabaseError, InterfaceError):
                return False
            return True

        @precondition(lambda self: "AWSPREVIOUS" in self.secrets.labels)
        @rule(label=st.sampled_from(["AWSCURRENT", "AWSPREVIOUS"]))
        def from_a_backup(self, label: str) -> None:
            self.restore(label)
            self.know(json.loads(self.secrets.labelled(label))["password"])

    run_state_machine_as_test(RealRotation, settings=settings(examples(3), stateful_step_count=12))
