"""Physical names: {project}-{environment}-{type}-{identifier} within each type's limit."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from settings.tables.connections import KINDS

#: What a type is called in names, and how many characters AWS allows its name (the service's API reference).
LIMITS: dict[str, int] = {
    "alarm": 255,
    "alb": 32,
    "analyzer": 255,
    "anomalies": 1024,
    "backup": 50,
    "bucket": 63,
    "budget": 100,
    "cdn": 60,
    "cert": 255,
    "config": 256,
    "dashboard": 255,
    "detector": 255,
    "dynamodb": 255,
    "ecr": 256,
    "ecs-cluster": 255,
    "ecs-service": 255,
    "ecs-task": 255,
    "eip": 255,
    "filter": 512,
    "firehose": 64,
    "flow-log": 255,
    "group": 128,
    "health": 255,
    "igw": 255,
    "incident": 255,
    "kms": 256,
    "ksk": 128,
    "lambda": 64,
    "mute": 255,
    "nacl": 255,
    "nat": 255,
    "pack": 256,
    "query": 255,
    "policy": 128,
    "role": 64,
    "rule": 64,
    "rt": 255,
    "sg": 255,
    "sqs": 80,
    "subnet": 255,
    "tg": 32,
    "trail": 128,
    "vault": 50,
    "vpc": 255,
    "vpce": 255,
    "waf": 128,
    **{kind.name: kind.name_limit for kind in KINDS},
}
#: Types whose name is the identifier alone: a bucket is known by what it holds (docs/sources.md, C-21).
SILENT = frozenset({"bucket"})
#: The shortest identifier and its hash that a limit must leave room for.
ROOM = len("-tg-x-0000")


@dataclass(frozen=True, kw_only=True)
class Names:
    """The names of one stack's resources."""

    project: str
    environment: str

    @property
    def prefix(self) -> str:
        """What every name begins with."""
        return f"{self.project}-{self.environment}"

    def of(self, kind: str, *words: str) -> str:
        """The name of a resource of a kind in LIMITS; too long a name is cut and ends in 4 hex of the whole."""
        whole = "-".join((self.prefix, *([] if kind in SILENT else [kind]), *words))
        if len(whole) <= LIMITS[kind]:
            return whole
        return f"{whole[: LIMITS[kind] - 5].rstrip('-')}-{_hex(whole)}"

    def replaceable(self, kind: str, *words: str, forced: Mapping[str, object]) -> str:
        """A name that ends in 4 hex of what forces a replacement, so that the new one can stand beside the old."""
        whole = "-".join((self.prefix, kind, *words))
        digest = _hex(whole + json.dumps(forced, sort_keys=True))
        return f"{whole[: LIMITS[kind] - 5].rstrip('-')}-{digest}"

    def topic(self, severity: str) -> str:
        """{environment}-…-alerts: the design's names of topics hold the environment alone (docs/sources.md, C-22)."""
        return f"{self.environment}-{severity}-alerts"

    def rule(self, word: str) -> str:
        """{environment}-…: the design's names of rules on a schedule, likewise."""
        return f"{self.environment}-{word}"

    def scheduled(self, word: str) -> str:
        """…-{environment}: the design's names of the functions that those rules run, likewise."""
        return f"{word}-{self.environment}"

    def path(self, *words: str) -> str:
        """/{environment}/…: the name of a secret, a parameter or a service's log group."""
        return "/" + "/".join((self.environment, *words))


def _hex(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:4]
