"""Rotation of generated texts: nothing but the services that read one has to know its new value.

Until the deployment that finishSecret starts is over, some tasks have the new text and others the old one. What must
hold meanwhile, such as a signature, is the application's to accept: the old text stays AWSPREVIOUS until the next time.
"""

from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.common import services, variables
from functions.common.entry import logged
from functions.common.rotation import ALPHABET, RotationError, Step, random_text, rotate
from functions.rotate_text import ROTATE_TEXT

SHORTEST: Final = 32  #: characters: of a shorter text somebody wrote it
SUFFIX: Final = len("-AbCdEf")  #: what Secrets Manager adds to a secret's name in its ARN

logger = Logger(service=ROTATE_TEXT.name)


def name_of(secret: str) -> str:
    """A secret's name, from that or from its ARN."""
    return secret.rpartition(":")[2][:-SUFFIX] if secret.startswith("arn:") else secret


@dataclass(frozen=True)
class GeneratedText:
    """A text that opens nothing, and the services that read it."""

    cluster: str
    readers: list[str]

    def renew(self, current: str) -> str:
        """Another text, as long as the current one."""
        return random_text(max(len(current), SHORTEST))

    def install(self, current: str, previous: str | None, pending: str) -> None:
        """There is nothing that would have to know it before the services do."""

    def prove(self, pending: str) -> None:
        """A text that nobody could guess, and not one that somebody wrote."""
        if len(pending) < SHORTEST or not set(pending) <= {*ALPHABET}:
            raise RotationError(f"the new text is not {SHORTEST} or more letters and digits, as it was made here")

    def settle(self, current: str, previous: str) -> None:
        """Replace the tasks, one after the other."""
        services.restart(self.cluster, self.readers)


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    given = variables.read(ROTATE_TEXT)
    step, reads = Step.read(event), variables.lists(given, "READS")
    name = name_of(step.secret)
    readers = [service for service, secrets in reads.items() if name in secrets]
    if not readers:
        raise RotationError(f"READS has no service that reads {name}")
    rotate(step, GeneratedText(given["CLUSTER"], readers), logger)
