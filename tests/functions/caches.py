"""A cache that keeps tokens as ElastiCache does, and the secret that opens it.

moto knows no AUTH token, so the cache is ours: over TLS it speaks Redis's protocol, and a change of it takes as
many looks as a test wants, during which it is `modifying` and refuses others.
"""

import itertools
import re
from dataclasses import dataclass, field
from socketserver import StreamRequestHandler

import pytest

from tests.functions.emulated import hidden, keep_for_a_service

SECRET, GROUP = "/test/redis/auth-token", "test-redis"


@dataclass
class ReplicationGroupTokens:
    """The tokens of a replication group: ROTATE adds one beside the newest, SET leaves one."""

    tokens: list[str]
    lag: int = 0  #: looks until a change is made
    waiting: list[str] | None = None
    answer: bytes | None = None  #: to AUTH, whatever the token
    strategies: list[str] = field(default_factory=list)

    def look(self):
        """Somebody asks; time passes."""
        if self.waiting:
            self.lag = max(self.lag - 1, 0)
            if not self.lag:
                self.tokens, self.waiting = self.waiting, None

    def describe(self, given):
        assert given == {"ReplicationGroupId": GROUP}
        self.look()
        return {"ReplicationGroups": [{"Status": "modifying" if self.waiting else "available"}]}

    def modify(self, given):
        assert not self.waiting, "ElastiCache refuses a second change"
        assert given["ReplicationGroupId"] == GROUP
        assert given["ApplyImmediately"] is True
        token, strategy = given["AuthToken"], given["AuthTokenUpdateStrategy"]
        assert re.fullmatch(r"[!-~]{16,128}", token), "what ElastiCache takes for a token"
        self.strategies.append(strategy)
        self.waiting = [self.tokens[-1], token] if strategy == "ROTATE" else [token]
        if not self.lag:
            self.look()
        return {}


def redis(store):
    class Redis(StreamRequestHandler):
        def handle(self):
            head = [self.rfile.readline() for _ in range(4)]
            if not head[0]:
                return
            token = self.rfile.readline()
            assert head == [b"*2\r\n", b"$4\r\n", b"AUTH\r\n", b"$%d\r\n" % len(token.strip())]
            store.look()
            known = token.strip().decode() in store.tokens
            wrong = b"-WRONGPASS invalid username-password pair or user is disabled.\r\n"
            self.wfile.write((b"+OK\r\n" if known else wrong) if store.answer is None else store.answer)

    return Redis


@pytest.fixture
def store(aws, monkeypatch, serve, trusted):
    """A cache with one token, the secret that has it, and a service."""
    found = ReplicationGroupTokens([hidden()])
    keep_for_a_service(aws, monkeypatch, SECRET, found.tokens[0])
    aws.answer("elasticache", "DescribeReplicationGroups", itertools.repeat(found.describe))
    aws.answer("elasticache", "ModifyReplicationGroup", itertools.repeat(found.modify))
    variables = {"REPLICATION_GROUP": GROUP, "CACHE_HOST": "localhost", "CACHE_PORT": str(serve(redis(found)))}
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return found


def read_token(aws, stage="AWSCURRENT"):
    return aws.secret(SECRET, stage)


def deployed(aws, *states):
    """How far the deployment of the service is at each look."""
    started = {"id": "ours", "status": "PRIMARY", "rolloutState": "IN_PROGRESS"}
    aws.answer("ecs", "UpdateService", itertools.repeat({"service": {"deployments": [started]}}))
    looks = [{"services": [{"deployments": [{**started, "rolloutState": state}]}]} for state in states]
    aws.answer("ecs", "DescribeServices", itertools.chain(looks, itertools.repeat(looks[-1])))
