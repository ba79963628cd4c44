"""The four steps in which Secrets Manager has a secret renewed, each of which may come more than once.

A new value is stored beside the current one (createSecret), given to what it opens (setSecret), tried there
(testSecret), and made the current one (finishSecret). Until the last step clients read the old value.
"""

import secrets
import string
from dataclasses import dataclass
from typing import Any, Protocol, Self

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

from functions.common.aws import client, refused
from functions.common.entry import BadEventError

ALPHABET = string.ascii_letters + string.digits  #: what databases, caches and URLs all take without quoting
SIGNS = "-._~"  #: what URLs take so, beside these


class RotationError(Exception):
    """The secret is not in a state in which this step is possible."""


@dataclass(frozen=True)
class Step:
    """One step of one rotation, as Secrets Manager asks for it."""

    name: str
    secret: str  #: ARN
    version: str  #: id of the version that becomes the current one

    @classmethod
    def read(cls, event: dict[str, Any]) -> Self:
        """The step that an event asks for. Raises BadEventError."""
        try:
            step = cls(event["Step"], event["SecretId"], event["ClientRequestToken"])
        except (KeyError, TypeError):
            raise BadEventError("a rotation's event has Step, SecretId and ClientRequestToken") from None
        if step.name not in ("createSecret", "setSecret", "testSecret", "finishSecret"):
            raise BadEventError(f"a rotation has no step {step.name}")
        return step


class SecretOwner(Protocol):
    """What a secret opens: how its value is renewed, installed and tried there. Each can be repeated."""

    def renew(self, current: str) -> str:
        """A new value, of the form of the current one."""
        ...

    def install(self, current: str, previous: str | None, pending: str) -> None:
        """Let the new value open it. It may know the current value or, restored from a backup, the one before."""
        ...

    def prove(self, pending: str) -> None:
        """Open it with the new value, or raise."""
        ...

    def settle(self, current: str, previous: str) -> None:
        """What clients and the old value need once the new one is current."""
        ...


def rotate(step: Step, owner: SecretOwner, logger: Logger) -> None:
    """Do one step."""
    logger.append_keys(step=step.name, secret=step.secret, version=step.version)
    stages = _stages(step)
    labels = stages.get(step.version, [])
    current = "AWSCURRENT" in labels
    if not current and "AWSPENDING" not in labels:
        raise RotationError(f"version {step.version} is not staged to become the current one of {step.secret}")
    # The last step takes AWSPENDING away when all is done; until then it may be repeated, and only it.
    if current and (step.name != "finishSecret" or "AWSPENDING" not in labels):
        logger.info("this version is the current one already")
        return
    match step.name:
        case "createSecret":
            _create(step, owner)
        case "setSecret":
            former = any("AWSPREVIOUS" in each for each in stages.values())
            owner.install(
                _value(step, "AWSCURRENT"), _value(step, "AWSPREVIOUS") if former else None, _value(step, "AWSPENDING")
            )
        case "testSecret":
            owner.prove(_value(step, "AWSPENDING"))
        case _:
            if not current:
                owner.prove(_value(step, "AWSPENDING"))  # whatever the steps before it did, or did not
                _promote(step, next(id_ for id_, labels in stages.items() if "AWSCURRENT" in labels))
            owner.settle(_value(step, "AWSCURRENT"), _value(step, "AWSPREVIOUS"))
            _close(step)
    logger.info("done")


def random_text(length: int) -> str:
    """Letters and digits that nobody can guess."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def complex_text(length: int) -> str:
    """What nobody can guess, made by Secrets Manager: of small and capital letters, digits and signs at least one each.

    The signs are those that URLs, JSON and SQL take without quoting (RFC 3986, "unreserved").
    """
    excluded = "".join(sorted({*string.punctuation} - {*SIGNS}))
    made = client("secretsmanager").get_random_password(
        PasswordLength=length, ExcludeCharacters=excluded, RequireEachIncludedType=True
    )
    return made["RandomPassword"]


def _stages(step: Step) -> dict[str, list[str]]:
    """The labels of each version of the secret."""
    found = client("secretsmanager").describe_secret(SecretId=step.secret)
    if not found.get("RotationEnabled"):
        raise RotationError(f"{step.secret} is not set to rotate")
    return found["VersionIdsToStages"]


def _create(step: Step, owner: SecretOwner) -> None:
    try:
        _value(step, "AWSPENDING")
    except ClientError as error:
        if not refused(error, "ResourceNotFoundException"):
            raise
        _store(step, owner.renew(_value(step, "AWSCURRENT")))


def _store(step: Step, value: str) -> None:
    try:
        client("secretsmanager").put_secret_value(
            SecretId=step.secret, ClientRequestToken=step.version, SecretString=value, VersionStages=["AWSPENDING"]
        )
    except ClientError as error:
        # Another run of the same step was faster: its value counts, and is read from the secret from here on.
        if not refused(error, "ResourceExistsException"):
            raise


def _promote(step: Step, current: str) -> None:
    """Secrets Manager labels the version that was current until now AWSPREVIOUS."""
    client("secretsmanager").update_secret_version_stage(
        SecretId=step.secret, VersionStage="AWSCURRENT", MoveToVersionId=step.version, RemoveFromVersionId=current
    )


def _close(step: Step) -> None:
    """Say that nothing is left to do; Secrets Manager takes a rotation for done with or without the label."""
    client("secretsmanager").update_secret_version_stage(
        SecretId=step.secret, VersionStage="AWSPENDING", RemoveFromVersionId=step.version
    )


def _value(step: Step, stage: str) -> str:
    pinned = {"VersionId": step.version} if stage == "AWSPENDING" else {}
    return client("secretsmanager").get_secret_value(SecretId=step.secret, VersionStage=stage, **pinned)["SecretString"]
