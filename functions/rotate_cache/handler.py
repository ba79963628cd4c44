"""Rotation of the AUTH token of a cache on ElastiCache, without downtime.

ElastiCache takes a second token beside the first (strategy ROTATE) and later drops all but the one it is told (SET).
Between the two, in finishSecret, every task is replaced by one that was started with the new token. It never takes a
third: another ROTATE drops the oldest, so whatever a broken rotation left is settled before the next token is given.
"""

import socket
import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.common import services, variables
from functions.common.aws import client
from functions.common.budget import TimeBudget
from functions.common.entry import logged
from functions.common.rotation import RotationError, Step, random_text, rotate
from functions.rotate_cache import ROTATE_CACHE

SECONDS = 5  #: in which the cache must answer
LONGEST_ANSWER = 200  #: bytes
SCHEME = "rediss://"  #: how a secret begins that is a URL

logger = Logger(service=ROTATE_CACHE.name)


def token_in(secret: str) -> str:
    """The token of a secret that holds it alone, or in a URL. Raises RotationError, which quotes nothing of it."""
    if not secret.startswith(SCHEME):
        return secret
    token = urlsplit(secret).password
    if not token:
        raise RotationError("the secret is a URL without a token: rediss://:<token>@<host>:<port>")
    return token


def renewed(secret: str, token: str) -> str:
    """The same secret with another token."""
    if not secret.startswith(SCHEME):
        return token
    url = urlsplit(secret)
    return urlunsplit(url._replace(netloc=f"{url.username}:{token}@{url.hostname}:{url.port}"))


@dataclass(frozen=True)
class CacheTokens:
    """The cache as the owner of its token."""

    group: str  #: id of the replication group
    host: str
    port: int
    cluster: str
    services: list[str]
    budget: TimeBudget

    def renew(self, current: str) -> str:
        """A token that knows nothing of the current one, in the form of the secret."""
        return renewed(current, random_text(64))

    def install(self, current: str, previous: str | None, pending: str) -> None:
        """Let the cache take the new token beside the current one, which the tasks have."""
        current, pending = token_in(current), token_in(pending)
        previous = None if previous is None else token_in(previous)
        self._accept(current)  # a cache made anew knows the token that it was made with
        if previous is not None and self.opens(previous):
            # Tasks may still have it, if they could not be replaced after the last rotation; ROTATE would drop it.
            self.settle(current, previous)
        self._accept(pending)
        self._accept(current)  # dropped just now, if a rotation that was broken off had left a token beside it

    def prove(self, pending: str) -> None:
        """Log in."""
        if not self.opens(token_in(pending)):
            raise RotationError("the cache refuses the new token")

    def settle(self, current: str, previous: str) -> None:
        """Replace the tasks, then make the old token invalid. If the tasks cannot be replaced it stays valid."""
        current, previous = token_in(current), token_in(previous)
        self._accept(current)
        deployments = services.restart(self.cluster, self.services)
        services.await_restart(self.cluster, deployments, self.budget)
        if previous != current and self.opens(previous):
            self._available()
            self._change(current, "SET")
            self.budget.until(lambda: not self.opens(previous), "the cache to refuse the old token")

    def opens(self, token: str) -> bool:
        """Whether the cache lets a token in. Any other trouble than a wrong token is raised."""
        plain = socket.create_connection((self.host, self.port), timeout=SECONDS)
        with ssl.create_default_context().wrap_socket(plain, server_hostname=self.host) as connection:
            # RESP, an array of two strings: https://redis.io/docs/latest/develop/reference/protocol-spec/
            connection.sendall(f"*2\r\n$4\r\nAUTH\r\n${len(token)}\r\n{token}\r\n".encode())
            with connection.makefile("rb") as answers:
                answer = answers.readline(LONGEST_ANSWER).decode(errors="replace")
        word = answer.strip().partition(" ")[0]
        if word not in ("+OK", "-WRONGPASS"):
            raise RotationError(f"the cache answers AUTH with {word or 'nothing'}")
        return word == "+OK"

    def _accept(self, token: str) -> None:
        """Let a token in, beside the newest of those that are."""
        self._available()
        if not self.opens(token):
            self._change(token, "ROTATE")
            self.budget.until(lambda: self.opens(token), "the cache to take the token")
            self._available()

    def _change(self, token: str, strategy: str) -> None:
        client("elasticache").modify_replication_group(
            ReplicationGroupId=self.group, AuthToken=token, AuthTokenUpdateStrategy=strategy, ApplyImmediately=True
        )

    def _available(self) -> None:
        """Wait until the cache can be changed."""
        self.budget.until(lambda: self._status() == "available", "the cache to be available")

    def _status(self) -> str:
        [found] = client("elasticache").describe_replication_groups(ReplicationGroupId=self.group)["ReplicationGroups"]
        return found["Status"]


@logged(logger)
def handle(event: dict[str, Any], context: LambdaContext) -> None:
    """Do the step of a rotation that Secrets Manager asks for."""
    given = variables.read(ROTATE_CACHE)
    cache = CacheTokens(
        group=given["REPLICATION_GROUP"],
        host=given["CACHE_HOST"],
        port=variables.number(given, "CACHE_PORT"),
        cluster=given["CLUSTER"],
        services=variables.names(given, "SERVICES"),
        budget=TimeBudget(context),
    )
    rotate(Step.read(event), cache, logger)
