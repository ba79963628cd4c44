"""A small world in which rotations run: Secrets Manager, ECS and a store, as models that cost no time.

They answer as AWS does where rotations depend on it: labels move between versions as Secrets Manager moves them, tasks
read AWSCURRENT when they start, and a cache has at most two tokens of which ROTATE drops the older one. Every call may
be the last of a run, with its effect or without.
"""

import itertools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

SECRET, CLUSTER, SERVICES = "/test/secret", "cluster", ("api", "worker")


class CrashError(BaseException):
    """A run ends here, as when Lambda's time is up: no `except Exception` sees it."""


@dataclass
class Fuse:
    """Lets a run end at one of its calls."""

    left: int | None = None  #: calls until then; None where none is the last
    after: bool = False  #: whether that call still has its effect

    def through(self, call: Callable[[], Any]) -> Any:
        """Make a call, or crash."""
        if self.left is None:
            return call()
        self.left -= 1
        if self.left > 0:
            return call()
        if self.after:
            call()
        raise CrashError


@dataclass
class Client:
    """What the functions are given instead of a client of boto3."""

    model: Any
    fuse: Fuse

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        return lambda **given: self.fuse.through(lambda: getattr(self.model, operation)(**given))


def refused(operation: str, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "by the model"}}, operation)


@dataclass
class SecretVersions:
    """One secret. A label is on one version at a time."""

    values: dict[str, str | None]  #: by version; None for one that was announced and has none yet
    labels: dict[str, str]  #: versions, by label

    def labelled(self, label: str) -> str | None:
        return self.values[self.labels[label]] if label in self.labels else None

    def begin(self, version: str) -> None:
        """A rotation, as RotateSecret starts it."""
        assert self.labels.get("AWSPENDING") in (None, self.labels["AWSCURRENT"]), "AWS refuses a second one"
        self.values[version] = None
        self.labels["AWSPENDING"] = version

    def describe_secret(self, **given: Any) -> dict[str, Any]:
        stages: dict[str, list[str]] = {}
        for label, version in self.labels.items():
            stages.setdefault(version, []).append(label)
        return {"RotationEnabled": True, "VersionIdsToStages": stages}

    def get_secret_value(self, *, VersionStage: str, VersionId: str = "", **given: Any) -> dict[str, Any]:  # noqa: N803
        version = self.labels.get(VersionStage)
        if version is None or VersionId not in ("", version) or self.values[version] is None:
            raise refused("GetSecretValue", "ResourceNotFoundException")
        return {"SecretString": self.values[version]}

    def put_secret_value(self, **given: Any) -> dict[str, Any]:
        version = given["ClientRequestToken"]
        if self.values.get(version) not in (None, given["SecretString"]):
            raise refused("PutSecretValue", "ResourceExistsException")
        self.values[version] = given["SecretString"]
        self.labels.update(dict.fromkeys(given["VersionStages"], version))
        return {}

    def update_secret_version_stage(self, **given: Any) -> dict[str, Any]:
        label, from_, to = given["VersionStage"], given.get("RemoveFromVersionId"), given.get("MoveToVersionId")
        if label in self.labels and self.labels[label] != from_:
            raise refused("UpdateSecretVersionStage", "InvalidParameterException")
        self.labels.pop(label, None)
        if to:
            self.labels[label] = to
        if label == "AWSCURRENT":
            self.labels["AWSPREVIOUS"] = from_
        return {}


@dataclass
class RunningService:
    """The tasks of a service, by the value that each was started with, and its deployments."""

    tasks: set[str]
    primary: str = "first"  #: id of the newest deployment
    state: str = "COMPLETED"
    new: str = ""  #: what the tasks of a deployment in progress were started with


@dataclass
class Ecs:
    """Two services in a cluster. A deployment takes two looks; it fails where the new tasks cannot log in."""

    secrets: SecretVersions
    opens: Callable[[str], bool]
    services: dict[str, RunningService]
    refuses: int = 0  #: so many of the next deployments are throttled
    dooms: int = 0  #: so many of the next deployments fail for a reason of their own
    numbers: Any = field(default_factory=itertools.count)

    def update_service(self, *, service: str, **given: Any) -> dict[str, Any]:
        if self.refuses:
            self.refuses -= 1
            raise refused("UpdateService", "ThrottlingException")
        found = self.services[service]
        found.primary, found.state, found.new = f"deployment-{next(self.numbers)}", "IN_PROGRESS", ""
        return {"service": {"deployments": [{"id": found.primary, "status": "PRIMARY"}]}}

    def describe_services(self, *, services: list[str], **given: Any) -> dict[str, Any]:
        found = self.services[services[0]]
        self.look(found)
        old = [{"id": "older", "rolloutState": "COMPLETED"}] if found.state == "IN_PROGRESS" else []
        return {"services": [{"deployments": [{"id": found.primary, "rolloutState": found.state}, *old]}]}

    def look(self, found: RunningService) -> None:
        """Time passes for a service."""
        if found.state != "IN_PROGRESS":
            return
        if found.new:
            found.tasks, found.state, found.new = {found.new}, "COMPLETED", ""
            return
        value = self.secrets.labelled("AWSCURRENT")
        assert value is not None
        if self.dooms or not self.opens(value):
            self.dooms = max(self.dooms - 1, 0)
            found.state = "FAILED"
        else:
            found.new = value
            found.tasks.add(value)

    def settle(self) -> None:
        """All deployments end."""
        for found in self.services.values():
            while found.state == "IN_PROGRESS":
                self.look(found)

    def tasks(self) -> set[str]:
        return set().union(*(each.tasks for each in self.services.values()))


@dataclass
class Tokens:
    """A replication group: at most two tokens, and changes that go on when nobody waits for them any more."""

    tokens: list[str]
    lag: int = 0  #: looks that the next change takes
    waiting: list[str] | None = None

    def look(self) -> None:
        if self.waiting is not None:
            self.lag = max(self.lag - 1, 0)
            if not self.lag:
                self.tokens, self.waiting = self.waiting, None

    def opens(self, token: str) -> bool:
        return token in self.tokens

    def describe_replication_groups(self, **given: Any) -> dict[str, Any]:
        self.look()
        return {"ReplicationGroups": [{"Status": "available" if self.waiting is None else "modifying"}]}

    def modify_replication_group(self, **given: Any) -> dict[str, Any]:
        if self.waiting is not None:
            raise refused("ModifyReplicationGroup", "InvalidReplicationGroupState")
        token = given["AuthToken"]
        self.waiting = [self.tokens[-1], token] if given["AuthTokenUpdateStrategy"] == "ROTATE" else [token]
        if not self.lag:
            self.look()
        return {}


@dataclass
class Password:
    """A role of PostgreSQL, which knows one password."""

    password: str

    def opens(self, password: str) -> bool:
        return password == self.password

    def run(self, statement: str) -> list[Any]:
        """What the rotation says to PostgreSQL; the password stands for its verifier."""
        if statement.startswith("SELECT"):
            return []
        found = re.search(r"^ALTER ROLE .app. PASSWORD '(\w+)'$", statement)
        assert found, statement
        self.password = found[1]
        return []

    def close(self) -> None:
        pass
