"""CP-TAG: tags and names."""

import importlib
import json
import pkgutil
import re
from dataclasses import MISSING, fields
from typing import Any

import pytest

import components
from components.component import Args, Component
from components.platform import Platform
from components.platform.context import Start
from preview.recorder import record
from preview.recording import RecordedResource, Recording
from settings.file import stackfile
from settings.file.reading import from_runtime
from tests.components.examples import example
from tests.contracts.discovery import token
from tests.requirements.breaches import GONE, Breach, change, merged, noticed
from tests.requirements.expected import environments, requirement, stacks
from tests.requirements.reading import at, one, subnets
from tests.rows import for_each
from tests.stacks import PROJECT, ROOT

#: Kinds that are tagged in any stack; a kind that is missing here could lose its tags without being seen.
TAGGED = {
    "dev": ("ec2/vpc:Vpc", "ec2/subnet:Subnet", "ecs/service:Service", "rds/instance:Instance", "s3/bucket:Bucket"),
    "shared": ("s3/bucket:Bucket", "ecr/repository:Repository", "dynamodb/table:Table", "kms/key:Key"),
}


@requirement("CP-TAG-01")
@stacks
def test_everything_taggable_has_the_four_tags(platform: Recording, stack: str) -> None:
    """What the provider will put on each resource: its default tags and the resource's own."""
    wanted = {"Project": "cloud-platform", "Environment": stack, "Owner": "platform-team", "ManagedBy": "pulumi"}
    tagged = [each for each in platform.resources.values() if "tagsAll" in each.inputs]
    assert {f"aws:{kind}" for kind in TAGGED.get(stack, TAGGED["dev"])} <= {each.type for each in tagged}
    for each in tagged:
        assert {key: each["tagsAll"].get(key) for key in wanted} == wanted, each.urn


#: The input that holds a type's physical name, where it is not `name` (the AWS provider's schema).
NAMED = {
    "aws:s3/bucket:Bucket": "bucket",
    "aws:rds/instance:Instance": "identifier",
    "aws:elasticache/replicationGroup:ReplicationGroup": "replicationGroupId",
    "aws:ecs/taskDefinition:TaskDefinition": "family",
}
#: What the ledger excepts: log groups, secrets, parameter paths, aliases, DNS names.
EXCEPTED = {
    "aws:cloudwatch/logGroup:LogGroup",
    "aws:secretsmanager/secret:Secret",
    "aws:ssm/parameter:Parameter",
    "aws:kms/alias:Alias",
    "aws:route53/record:Record",
}
PATTERN = re.compile(r"cloudplatform-(dev|staging|prod)-[a-z0-9-]+")
#: Names that the ledger gives itself, with the environment in them (C-22).
GIVEN = re.compile(r"(dev|staging|prod)-(critical|warning|info)-alerts|dev-scale-(down|up)|scale-(down|up)-dev")


def _names(resource: RecordedResource) -> set[str]:
    name = resource.inputs.get(NAMED.get(resource.type, "name"))
    tag = resource.inputs.get("tags", {}).get("Name")
    return {each for each in (name, tag) if each is not None}


@requirement("CP-TAG-02")
@environments
def test_names_follow_the_pattern(platform: Recording, stack: str) -> None:
    """Every physical name and every tag Name, and the environment in it is the stack's."""
    found = {
        name: each.urn
        for each in platform.resources.values()
        if each.type.startswith("aws:") and each.type not in EXCEPTED
        for name in _names(each)
    }
    assert len(found) > 50
    others = {
        name: urn
        for name, urn in found.items()
        if not (PATTERN.fullmatch(name) and name.startswith(f"cloudplatform-{stack}-"))
        and not (GIVEN.fullmatch(name) and stack in name)
    }
    assert others == {}


@requirement("CP-TAG-03")
@environments
def test_the_ledgers_five_names(platform: Recording, stack: str) -> None:
    prefix = f"cloudplatform-{stack}"
    assert one(platform, "ec2.Vpc")["tags"]["Name"] == f"{prefix}-vpc"
    for tier in ("public", "private", "data"):
        names = [each["tags"]["Name"] for each in subnets(platform, stack, tier)]
        assert names == [f"{prefix}-subnet-{tier}-{letter}" for letter in "abc"]
    assert at(platform, "ec2.SecurityGroup", name=f"{prefix}-sg-alb")["tags"]["Name"] == f"{prefix}-sg-alb"
    assert one(platform, "ecs.Cluster")["name"] == f"{prefix}-ecs-cluster"
    assert one(platform, "rds.Instance")["identifier"] == f"{prefix}-rds-postgres"


EXTRA = {"CostCentre": "4711"}
FOUR = {"Project", "Environment", "Owner", "ManagedBy"}


#: Settings that build components which are options.
OPTIONS: dict[str, dict[str, dict[str, Any]]] = {
    "dev": {},
    "prod": {"cdn": {}, "dns": {"health-checks": True}, "services": {"fastapi": {"archive": "logs"}}},
    "shared": {"dns": {"dnssec": True}},
}


def _tagged(stack: str) -> Recording:
    """A stack with the components that are options."""
    config = dict(stackfile.read(ROOT / f"Pulumi.{stack}.yaml", PROJECT))
    for table, more in OPTIONS[stack].items():
        given = json.loads(config.get(f"{PROJECT}:{table}", "{}"))
        nested = {key: {**given.get(key, {}), **value} for key, value in more.items() if isinstance(value, dict)}
        config[f"{PROJECT}:{table}"] = json.dumps({**given, **more, **nested})

    def program() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Start, "common", property(lambda it: {"names": it.names, "facts": it.facts, "tags": EXTRA}))
            Platform(from_runtime(), {})

    return record(program, project=PROJECT, stack=stack, config=config, known=True)


def _classes(base: type) -> set[type]:
    for module in pkgutil.walk_packages(components.__path__, "components."):
        importlib.import_module(module.name)
    return {each for each in base.__subclasses__() if each.__module__.startswith("components.")}


@requirement("CP-TAG-04", kind="unit")
def test_every_component_takes_extra_tags() -> None:
    """On all that it makes and that can be tagged, together with the four."""
    recordings = [_tagged(stack) for stack in ("dev", "prod", "shared")]
    made = {each.type for platform in recordings for each in platform.resources.values() if not each.custom}
    assert len(made) >= 44
    lacking = [
        each.urn
        for platform in recordings
        for each in platform.resources.values()
        if "tagsAll" in each.inputs and not {*FOUR, *EXTRA} <= each["tagsAll"].keys()
    ]
    assert lacking == []
    # What none of these stacks has is built alone.
    others = {each for each in _classes(Component) if token(each) not in made}
    alone = [child for each in others for child in _children(example(each, tags=EXTRA))]
    assert [
        each.urn for each in alone if "tagsAll" in each.inputs and not EXTRA.items() <= each["tagsAll"].items()
    ] == []


def _children(recording: Recording) -> list[RecordedResource]:
    [component] = recording.named("it")
    return recording.children(component.urn)


@for_each(sorted(_classes(Args), key=lambda each: each.__name__), name=lambda each: each.__name__)
def test_extra_tags_default_to_none(args: type[Args]) -> None:
    [tags] = [each for each in fields(args) if each.name == "tags"]
    assert tags.default_factory is not MISSING
    assert tags.default_factory() == {}


BREACHES = [
    Breach("CP-TAG-01", test_everything_taggable_has_the_four_tags, change("ec2.Eip", tagsAll=merged(Owner=GONE))),
    Breach(
        "CP-TAG-01",
        test_everything_taggable_has_the_four_tags,
        change("s3.Bucket", tagsAll=merged(Environment="dev")),
        "shared",
    ),
    Breach("CP-TAG-02", test_names_follow_the_pattern, change("ecs.Cluster", name="fastapi-cluster")),
    Breach(
        "CP-TAG-02",
        test_names_follow_the_pattern,
        change("s3.Bucket", "assets", bucket="cloudplatform-prod-assets"),
    ),
    Breach(
        "CP-TAG-03",
        test_the_ledgers_five_names,
        change("ec2.Subnet", "data-us-east-1b", tags=merged(Name="cloudplatform-dev-subnet-data-2")),
    ),
]

test_breaches = noticed(BREACHES)
