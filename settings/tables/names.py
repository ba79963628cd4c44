"""Physical names: what each kind of resource is called, how long AWS lets it be, and what a stack file may change."""

import re
from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from settings.tables.connections import KINDS
from settings.tables.table import Complaint, Table, twice
from settings.words import choice, either

#: What a kind is called in names, and how many characters AWS allows its name (the service's API reference).
LIMITS: Final[dict[str, int]] = {
    "alarm": 255,
    "alb": 32,
    "analyzer": 255,
    "anomalies": 1024,
    "backup": 50,
    "bucket": 63,
    "build": 150,
    "budget": 100,
    "cdn": 60,
    "cert": 255,
    "chat": 128,
    "config": 256,
    "connection": 32,
    "dashboard": 255,
    "detector": 255,
    "dynamodb": 255,
    "ec2": 255,
    "ecr": 256,
    "ecs-cluster": 255,
    "ecs-service": 255,
    "ecs-task": 255,
    "efs": 255,
    "eip": 255,
    "events": 255,
    "filter": 512,
    "finding-rule": 64,
    "firehose": 64,
    "flow-log": 255,
    "group": 128,
    "health": 255,
    "hours-lambda": 64,
    "hours-rule": 64,
    "igw": 255,
    "incident": 255,
    "kms": 256,
    "ksk": 128,
    "lambda": 64,
    "log": 512,
    "mute": 255,
    "nacl": 255,
    "nat": 255,
    "pack": 256,
    "parameter": 900,
    "pipeline": 100,
    "query": 255,
    "replica": 63,
    "policy": 128,
    "role": 64,
    "role-policy": 128,
    "rule": 64,
    "rt": 255,
    "sampling-rule": 32,
    "saml": 128,
    "secret": 512,
    "service-log": 512,
    "sg": 255,
    "sqs": 80,
    "subnet": 255,
    "tg": 32,
    "topic": 256,
    "trail": 128,
    "vault": 50,
    "vpc": 255,
    "vpce": 255,
    "vpn": 255,
    "vpn-lambda": 64,
    "waf": 128,
    **{kind.name: kind.name_limit for kind in KINDS},
    **{f"{kind.name}-parameters": kind.name_limit for kind in KINDS},
    **{f"{kind.name}-subnets": 255 for kind in KINDS},
}
#: The words of names: a kind's own, and what stands for it and whatever has no pattern of its own.
DEFAULT: Final = "default"
#: The pattern of each kind that has one of its own, before a stack file changes any.
PATTERNS: Final[dict[str, str]] = {
    DEFAULT: "{project}-{environment}-{kind}-{id}",
    "bucket": "{project}-{environment}-{id}",  # a bucket is known by what it holds (docs/sources.md, C-21)
    "log": "/{project}/{environment}/{id}",
    "parameter": "/{project}/{environment}/{id}",
    "secret": "/{project}/{environment}/{id}",
    "service-log": "/ecs/{project}/{environment}/{id}",
    "tg": "{project}-{environment}-tg-{id}-{hash}",
    "vpn-lambda": "AWSClientVPN-{project}-{environment}-{id}",  # the prefix is AWS's condition
    **{f"{kind.name}-parameters": f"{{project}}-{{environment}}-{kind.name}-{{id}}-{{hash}}" for kind in KINDS},
    **{f"{kind.name}-subnets": f"{{project}}-{{environment}}-{kind.name}-{{id}}" for kind in KINDS},
}
#: Kinds whose words are joined by slashes, as their names are paths.
PATHS: Final = frozenset({"log", "parameter", "secret", "service-log"})
#: Kinds that are created anew before the old one goes, so that their names must differ.
REPLACEABLE: Final = frozenset({"tg", *(f"{kind.name}-parameters" for kind in KINDS)})
#: Kinds of which a stack has one, so that a pattern may leave {id} out.
SINGLE: Final = frozenset(
    {"alb", "budget", "dashboard", "ecs-cluster", "flow-log", "igw", "sampling-rule", "trail", "vpc", "waf"}
    | {name for kind in KINDS for name in (kind.name, f"{kind.name}-subnets")}
)
#: What a kind's names may consist of, where that is less than WIDE (the service's API reference).
WIDE: Final = r"(?!sg-)[A-Za-z0-9_./+=,@-]+"
HYPHENS: Final = r"(?!internal-)[A-Za-z0-9]+(-[A-Za-z0-9]+)*"  # none at an end, nor two together
FORMS: Final[dict[str, str]] = {
    **dict.fromkeys(("alb", "tg", "replica", *(kind.name for kind in KINDS), *sorted(REPLACEABLE)), HYPHENS),
    **dict.fromkeys(("bucket", "ecr"), r"[a-z0-9][a-z0-9./_-]+"),
    **dict.fromkeys(("ecs-cluster", "ecs-service", "ecs-task", "dashboard", "topic", "lambda"), r"[A-Za-z0-9_-]+"),
    "vpn-lambda": r"AWSClientVPN-[A-Za-z0-9_-]+",
}
PLACEHOLDERS: Final = ("project", "environment", "kind", "id", "hash")
PLACEHOLDER: Final = re.compile(r"\{(\w*)\}")


def _known(kind: str) -> str:
    if kind not in LIMITS and kind != DEFAULT:
        raise PydanticCustomError("literal_error", "{advice}", {"advice": choice(kind, [*LIMITS, DEFAULT])})
    return kind


Kind = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": [*LIMITS, DEFAULT]})]
Pattern = Annotated[
    str, Field(min_length=1, max_length=200, description="with {project}, {environment}, {kind}, {id} and {hash}")
]


class NamesTable(Table):
    """Physical names that differ from the default patterns. Changing one later replaces the resource."""

    patterns: dict[Kind, Pattern] = Field(
        default={},
        description="by kind, or default for all that have no pattern of their own",
        examples=[{"tg": "{project}-{environment}-tg-{id}-{hash}"}],
    )
    exact: dict[Kind, dict[str, Annotated[str, Field(min_length=1)]]] = Field(
        default={}, description="by kind and id: the whole name", examples=[{"role": {"api-ecs-task": "TaskRole"}}]
    )

    def complaints(self) -> Iterator[Complaint]:
        for kind, pattern in self.patterns.items():
            for message in _pattern(kind, pattern):
                yield Complaint(("patterns", kind), message)
        for kind, names in self.exact.items():
            for id_, name in names.items():
                for message in _exact(kind, name):
                    yield Complaint(("exact", kind, id_), message)
            for index, name in twice(names.values()):
                first, *_, path = (("exact", kind, id_) for id_ in [*names][: index + 1] if names[id_] == name)
                yield Complaint(path, f"another {kind} is called {name} too", other=first)


def _pattern(kind: str, pattern: str) -> Iterator[str]:
    """What is wrong with a pattern."""
    placeholders = PLACEHOLDER.findall(pattern)
    wanted = {"id", "kind"} if kind == DEFAULT else set[str]() if kind in SINGLE else {"id"}
    for placeholder in placeholders:
        if placeholder not in PLACEHOLDERS:
            yield f"there is no {{{placeholder}}}; {choice(placeholder, PLACEHOLDERS)}"
    for placeholder in sorted(wanted - {*placeholders}):
        yield f"it would give several resources one name; add {{{placeholder}}}, or use one such as {_usual(kind)}"
    if "hash" in placeholders and kind not in REPLACEABLE:
        yield f"a hash is for what stands beside the one that it replaces: {either(sorted(REPLACEABLE))}; remove it"
    elif "hash" in placeholders and not pattern.endswith("-{hash}"):
        yield "a hash ends a name; write -{hash} at its end"
    if not re.fullmatch(FORMS.get(kind, WIDE), PLACEHOLDER.sub("x", pattern)):
        yield f"AWS does not take these characters in such a name; use one such as {_usual(kind)}"


def _usual(kind: str) -> str:
    """The pattern that a kind has before a stack file changes it."""
    return PATTERNS.get(kind, PATTERNS[DEFAULT])


def _exact(kind: str, name: str) -> Iterator[str]:
    """What is wrong with a name."""
    if kind == DEFAULT:
        yield f"a name belongs to a kind; use {either(LIMITS)}"
    elif len(name) > LIMITS[kind]:
        yield f"{len(name)} characters, and AWS allows {LIMITS[kind]}"
    elif not re.fullmatch(FORMS.get(kind, WIDE), name):
        yield _form(kind)


def _form(kind: str) -> str:
    if FORMS.get(kind) == HYPHENS:
        return "AWS takes letters and digits, and single hyphens between them"
    return "AWS does not take these characters in such a name; use letters, digits and hyphens"
