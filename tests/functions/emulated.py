"""What the functions' tests are given: a run of Lambda with its clock, and an AWS that notes and refuses calls."""

import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO, StringIO
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ClientError
from moto.ecs.models import ecs_backends

from functions.common.function import FunctionDefinition
from tests.quick_moto import DESCRIPTIONS

REGION = "us-east-1"
ACCOUNT = "123456789012"  # moto's
#: Where IAM calls an operation otherwise than the API does.
ACTIONS = {
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}


class KeptSession(boto3.Session):
    """A session that makes a client once, and reads AWS's descriptions once: either takes longer than a test."""

    def __init__(self) -> None:
        core = botocore.session.get_session()
        core.register_component("data_loader", DESCRIPTIONS)
        super().__init__("test", "test", region_name=REGION, botocore_session=core)
        self.kept: dict[tuple[Any, ...], Any] = {}

    def client(self, *given: Any, **options: Any) -> Any:
        """As boto3's."""
        key = (*given, *options.items())
        if key not in self.kept:
            self.kept[key] = super().client(*given, **options)
        return self.kept[key]


class ClientEvents:
    """What a test has happen at the events of kept clients; it is gone with the test."""

    def __init__(self) -> None:
        self.handlers: dict[str, list[Callable[..., Any]]] = {}

    def register(self, event: str, handler: Callable[..., Any]) -> None:
        """At an event: its name, or the beginning of it."""
        self.handlers.setdefault(event, []).append(handler)

    def happen(self, event_name: str, **given: Any) -> Any:
        """What the first of them answers that answers anything."""
        parts = event_name.split(".")
        for length in range(len(parts), 0, -1):
            for handler in self.handlers.get(".".join(parts[:length]), ()):
                answer = handler(**given)
                if answer is not None:
                    return answer
        return None


running = ClientEvents()  #: of the test that runs


@cache
def functions_session() -> KeptSession:
    """The functions' session, whose events are those of the test that runs."""
    found = KeptSession()

    def happen(**given: Any) -> Any:
        return running.happen(**given)

    for event in ("before-call", "before-send"):  # before moto answers
        found.events.register_first(event, happen)
    for event in ("before-parameter-build", "after-call"):
        found.events.register_last(event, happen)
    return found


@cache
def own_session() -> KeptSession:
    """The tests' own session: nobody hears of its calls."""
    return KeptSession()


@dataclass
class LambdaRun:
    """A run of Lambda, whose time passes only while somebody sleeps."""

    seconds: float = 900
    slept: list[float] = field(default_factory=list[float])
    function_name: str = "function"
    memory_limit_in_mb: int = 256
    invoked_function_arn: str = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:function"
    aws_request_id: str = "request"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.seconds - sum(self.slept)) * 1000)


@dataclass
class Log:
    """What a test's functions logged."""

    lines: StringIO = field(default_factory=StringIO)  #: of our functions
    others: StringIO = field(default_factory=StringIO)

    @property
    def text(self) -> str:
        """All of it; a secret must not be in it."""
        assert self.lines.getvalue(), "nothing was logged, so nothing is proven"
        return self.lines.getvalue() + self.others.getvalue()

    @property
    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines.getvalue().splitlines()]


@dataclass
class Aws:
    """moto's AWS as the functions see it; a test's own calls go past it, by `its`."""

    events: ClientEvents = field(default_factory=ClientEvents)
    scripts: dict[str, Callable[..., Any]] = field(default_factory=dict[str, Callable[..., Any]])
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list[tuple[str, dict[str, Any]]])

    def its(self, service: str) -> Any:
        """A client for the test itself: nothing it does is noted."""
        return own_session().client(service)

    def secret(self, name: str, stage: str = "AWSCURRENT") -> str:
        """The text of a secret's version."""
        return self.its("secretsmanager").get_secret_value(SecretId=name, VersionStage=stage)["SecretString"]

    def received(self, queue: str) -> list[tuple[str, str]]:
        """Subject and text of what SNS sent to a queue, by its URL."""
        found = self.its("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        return [(body["Subject"], body["Message"]) for body in (json.loads(each["Body"]) for each in found)]

    @property
    def actions(self) -> list[str]:
        """What the functions called, as IAM calls it."""
        return [ACTIONS.get(action, action) for action, _ in self.calls]

    def calls_of(self, action: str) -> list[dict[str, Any]]:
        """The parameters of each call of an action."""
        return [given for name, given in self.calls if ACTIONS.get(name, name) == action]

    def note(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        self.calls.append((f"{model.service_model.signing_name}:{model.name}", dict(params)))

    def refuse(self, service: str, operation: str, code: str, times: int = 1_000_000) -> None:
        """Let AWS refuse an operation a number of times. `service` is botocore's hyphenated id."""
        left = iter(range(times))

        def refuse(**_: Any) -> None:
            if next(left, None) is not None:
                raise ClientError({"Error": {"Code": code, "Message": "by the test"}}, operation)

        self._register(service, operation, refuse)

    def answer(self, service: str, operation: str, answers: Iterable[Any]) -> None:
        """Let AWS answer an operation with these, one a call; what is callable is called with the parameters first.
        None is moto's own answer."""
        left = iter(answers)

        def answer(**_: Any) -> Any:
            found = next(left)
            if isinstance(found, Callable):
                found = found(self.calls[-1][1])
            return None if found is None else (AWSResponse("", 200, {}, BytesIO()), found)

        self._register(service, operation, answer)

    def _register(self, service: str, operation: str, handler: Callable[..., Any]) -> None:
        event = f"before-call.{service}.{operation}"

        def latest(**given: Any) -> Any:
            return self.scripts[event](**given)

        if event not in self.scripts:
            self.events.register(event, latest)
        self.scripts[event] = handler


def actions(function: FunctionDefinition) -> set[str]:
    """All that a function's role lets it call."""
    return {action for each in function.actions.values() for action in each}


def keep_for_a_service(aws: Aws, monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    """A secret, and a service whose tasks a rotation of it replaces: made in moto's own model, as calls would take a
    sixth of a test."""
    aws.its("secretsmanager").create_secret(Name=name, SecretString=text)
    ecs = ecs_backends[ACCOUNT][REGION]
    ecs.create_cluster("cluster")
    ecs.register_task_definition("api", [{"name": "api", "image": "api", "memory": 128}])
    ecs.create_service("cluster", "api", 1, "api")
    monkeypatch.setenv("CLUSTER", "cluster")
    monkeypatch.setenv("SERVICES", '["api"]')


def hidden() -> str:
    """A secret that no log may show."""
    return f"hidden{secrets.token_hex(13)}"


def failing_steps(rotation: Callable[..., Any], secret: str, handle: Callable[[Any], Any]) -> list[str]:
    """A rotation in which a step that AWS refuses comes once more: the steps that failed first."""
    failed: list[str] = []

    def again(event: dict[str, Any]) -> None:
        try:
            handle(event)
        except ClientError:
            failed.append(event["Step"])
            handle(event)

    rotation(secret, again)
    return failed
