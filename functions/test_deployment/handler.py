"""Asks a service's new version, through the load balancer's rule for tests, and tells ECS how it answered.

ECS runs this when the new version gets the requests of tests and nobody else's. It goes on with SUCCEEDED, takes the
new version back with FAILED or an error, and with IN_PROGRESS asks again after `callBackDelay` seconds, with the
`hookDetails` of the answer (its developer guide, "Lambda hooks for Amazon ECS service deployments").
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, cast

import urllib3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.common.entry import BadEventError, logged
from functions.test_deployment import TEST_DEPLOYMENT

WORDS: Final = ("url", "header", "passphrase", "status")  #: of hookDetails, as the service has them
REQUESTS: Final = 10  #: one after the other: they reach several tasks
TRIES: Final = 3  #: runs, until a version that does not answer well is taken back
DELAY: Final = 30  #: seconds between them
CONNECT, READ = 3, 5  #: seconds that a request may take, at most

logger = Logger(service=TEST_DEPLOYMENT.name)


@dataclass(frozen=True)
class VersionTest:
    """What is asked of which revision."""

    revision: str  #: ARN
    details: Mapping[str, str]  #: as the service has them, and as an earlier run gave them back
    tried: int  #: runs before this one

    @classmethod
    def read(cls, event: Mapping[str, Any]) -> "VersionTest":
        """Read ECS's event; one that is not ECS's is refused."""
        execution, details = _table(event, "executionDetails"), _table(event, "hookDetails")
        revision, tried = execution.get("targetServiceRevisionArn"), details.get("tried", 0)
        if not isinstance(revision, str) or type(tried) is not int:
            raise BadEventError("a hook's event names the revision, and hookDetails a whole number of tries")
        given = {word: details.get(word) for word in WORDS}
        if not all(isinstance(value, str) and value for value in given.values()):
            raise BadEventError(f"hookDetails must have texts for {', '.join(WORDS)}")
        return cls(revision, cast(Mapping[str, str], given), tried)

    def verdict(self, faults: list[str]) -> dict[str, Any]:
        """What ECS is told."""
        if not faults:
            return {"hookStatus": "SUCCEEDED"}
        if self.tried + 1 >= TRIES:
            return {"hookStatus": "FAILED"}
        again = {**self.details, "tried": self.tried + 1}
        return {"hookStatus": "IN_PROGRESS", "callBackDelay": DELAY, "hookDetails": again}


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Ask the new version some times, and stop at the first bad answer."""
    test = VersionTest.read(event)
    faults: list[str] = []
    for _ in range(REQUESTS):
        found = _ask(test.details)
        if found not in _wanted(test.details["status"]):
            faults.append(found)
            break
    verdict = test.verdict(faults)
    logger.info("asked", revision=test.revision, url=test.details["url"], faults=faults, verdict=verdict["hookStatus"])
    return verdict


def _table(event: Mapping[str, Any], word: str) -> Mapping[str, Any]:
    found = event.get(word)
    if not isinstance(found, dict):
        raise BadEventError(f"a hook's event has a table {word}")
    return cast(Mapping[str, Any], found)


def _wanted(status: str) -> set[str]:
    """What a health check's matcher means: 200, 200,204 or 200-299."""
    wanted: set[str] = set()
    for part in status.split(","):
        found = re.fullmatch(r"([0-9]{3})(?:-([0-9]{3}))?", part.strip())
        if not found:
            raise BadEventError(f"status must be one such as 200, 200,204 or 200-299, not {status}")
        wanted |= {str(each) for each in range(int(found[1]), int(found[2] or found[1]) + 1)}
    return wanted


def _ask(details: Mapping[str, str]) -> str:
    """The status of an answer, or the kind of the failure."""
    try:
        answer = _pool().request(
            "GET",
            details["url"],
            headers={details["header"]: details["passphrase"]},
            redirect=False,
            preload_content=False,  # whatever answers there may not stop
        )
    except urllib3.exceptions.HTTPError as error:
        return type(error).__name__
    answer.close()
    return str(answer.status)


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=CONNECT, read=READ))
