"""What all examples share, and ways to record one component and to read the recording."""

from collections.abc import Callable
from typing import Any

import pulumi_aws as aws

from components.facts import Facts
from components.handles import NamedRole
from preview.recorder import record
from preview.recording import RecordedResource, Recording
from settings.names import Names
from settings.tables.names import NamesTable
from settings.tables.operations import SEVERITIES

#: The main system's patterns.
PATTERNS = {
    "finding-rule": "{id}",
    "hours-lambda": "{id}-{environment}",
    "hours-rule": "{environment}-{id}",
    "log": "/{environment}/{id}",
    "parameter": "/{environment}/{id}",
    "secret": "/{environment}/{id}",
    "service-log": "/ecs/{environment}/{id}",
    "topic": "{environment}-{id}-alerts",
}
NAMES = Names(project="acme", environment="test", table=NamesTable(patterns=PATTERNS))
FACTS = Facts(account="210987654321", region="eu-west-1")
COMMON: dict[str, Any] = {"names": NAMES, "facts": FACTS}
KEY = "arn:aws:kms:eu-west-1:210987654321:key/k"
SUBNETS = ["subnet-a", "subnet-b"]
BY_ZONE = dict(zip(("eu-west-1a", "eu-west-1b"), SUBNETS, strict=True))


def built(build: Callable[[], object], known: bool = True) -> Recording:
    """What a program registers; with `known`, every id and output is answered."""
    config = {"aws:region": FACTS.region, "aws:allowedAccountIds": f'["{FACTS.account}"]'}
    return record(lambda: build() and None, project="acme", stack="test", config=config, known=known)


def only(recording: Recording, token: str, name: str | None = None) -> RecordedResource:
    """The one resource of a type, or of a type and logical name."""
    found = [each for each in recording.of(token) if name in (None, each.name)]
    assert len(found) == 1, f"{len(found)} of {token} {name or ''}"
    return found[0]


def counted(recording: Recording) -> dict[str, int]:
    """How many resources of each type of a provider: `{"aws:ec2/vpc:Vpc": 1}`."""
    found: dict[str, int] = {}
    for resource in recording.resources.values():
        if resource.custom:
            found[resource.type] = found.get(resource.type, 0) + 1
    return found


def waits_for(recording: Recording, resource: RecordedResource) -> list[str]:
    """The logical names of what a resource depends on."""
    return sorted(recording.resources[urn].name for urn in resource.dependencies)


def named_role(word: str) -> NamedRole:
    """A role whose ARN is known before it exists."""
    physical = NAMES.of("role", word)
    resource = aws.iam.Role(f"given-{word}", name=physical, assume_role_policy="{}")
    return NamedRole(name=physical, arn=FACTS.role(physical), resource=resource)


TOPICS = {severity: FACTS.topic(NAMES.of("topic", severity)) for severity in SEVERITIES}
