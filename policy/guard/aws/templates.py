"""Resources inside resources: what a template, a Cloud Control resource or an option setting will make.

A type of CloudFormation stands for one of the provider's, its properties for those of its own. What is not in the table
here cannot be read, and a rule of its own names it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from guard.aws import native
from guard.aws.cloudformation_beside import BESIDE, EMPTY
from guard.aws.cloudformation_network import TYPES
from guard.aws.cloudformation_resources import FILE_SYSTEMS, MARK, MEMBER, inner, made
from guard.aws.template_functions import Template
from guard.aws.texts import data
from guard.model.graph import ABSENT, UNKNOWN, Resource, dig, items

CLOUD_CONTROL: Final = "aws:cloudcontrol/resource:Resource"
STACK: Final = "aws:cloudformation/stack:Stack"
TEMPLATES: Final = (STACK, "aws:cloudformation/stackSet:StackSet")
BEANSTALK: Final = (
    "aws:elasticbeanstalk/environment:Environment",
    "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
)
PORTS: Final = "aws:lightsail/instancePublicPorts:InstancePublicPorts"
# Of these the template is kept by others.
ELSEWHERE: Final = (
    "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
    "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
)
HOLDERS: Final = (CLOUD_CONTROL, *TEMPLATES, *BEANSTALK, PORTS, *ELSEWHERE, native.ANY)

_NOT_HERE: Final = "a template that is elsewhere"
_SSH: Final = "SSHSourceRestriction"
_KEY: Final = "EC2KeyName"
_NO_GROUP: Final = "DisableDefaultEC2SecurityGroup"
_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
_PARTS: Final = frozenset(part.token for parts in BESIDE.values() for part in parts.values())
INNER: Final = frozenset({_GROUP, MEMBER, *_PARTS, *(kind.token for kind in TYPES.values()), *FILE_SYSTEMS.values()})


@dataclass(frozen=True)
class Within:
    """What a resource holds: what can be read of it, what cannot, and what is not known yet."""

    resources: tuple[Resource, ...] = ()
    unread: tuple[str, ...] = ()  # types, or why
    unknown: tuple[str, ...] = ()  # properties


def holder(token: str) -> str:
    """Return what stands in `HOLDERS` for a type, if it holds anything."""
    return native.ANY if native.is_native(token) else token


def unfolded(resources: Iterable[Resource]) -> Iterator[Resource]:
    """Yield resources, aws-native's as the provider's, and after each what it holds."""
    for resource in resources:
        if native.is_native(resource.type):
            yield from native.read(resource)
            continue
        yield resource
        if resource.type in HOLDERS:
            yield from within(resource).resources


def outer(urn: str) -> str:
    """Return the URN that the engine knows: an inner resource's is its holder's."""
    return urn.partition(MARK)[0]


def within(holder: Resource) -> Within:
    """Read what a resource holds."""
    if holder.type == CLOUD_CONTROL:
        return _one(holder)
    if holder.type in TEMPLATES:
        return _template(holder)
    if holder.type == native.ANY:
        return Within(unread=(native.token(holder),))
    if holder.type in ELSEWHERE:
        return Within(unread=(_NOT_HERE,))
    if holder.type == PORTS:
        return Within(_ports(holder), unknown=("portInfos",) if UNKNOWN in items(holder["portInfos"]) else ())
    return Within(_options(holder), unknown=("settings",) if any(map(_unclear, items(holder["settings"]))) else ())


def _unclear(part: Any) -> bool:
    """Say whether nobody knows yet what an option setting opens, or that it does."""
    name, value = dig(part, "name"), dig(part, "value")
    return UNKNOWN in (part, name) or (name == _SSH and value is UNKNOWN)


def _one(holder: Resource) -> Within:
    kind, state = holder["typeName"], data(holder["desiredState"])
    if UNKNOWN in (kind, state):
        return Within(unknown=("typeName" if kind is UNKNOWN else "desiredState",))
    found = made(holder, str(kind), "desired", state)
    return Within(found) if found else Within(unread=(str(kind),))


def _template(holder: Resource) -> Within:
    body = holder["templateBody"]
    if body is UNKNOWN:
        return Within(unknown=("templateBody",))
    template = data(body)
    declared = dig(template, "Resources")
    if not isinstance(declared, dict):
        return Within(unread=(_NOT_HERE,))
    known = Template.of(template, holder["parameters"], _surroundings(holder))
    found: list[Resource] = []
    unread: list[str] = []
    names = frozenset(cast(dict[str, Any], declared))
    for name, one in cast(dict[str, Any], declared).items():
        kind = str(dig(one, "Type"))
        if known.applies(dig(one, "Condition")) is False:
            continue
        resources = made(holder, kind, name, known.filled(dig(one, "Properties")), names)
        found.extend(resources)
        if not resources and kind not in EMPTY:
            unread.append(kind)
    return Within(tuple(found), tuple(dict.fromkeys(unread)))


def _surroundings(holder: Resource) -> dict[str, str]:
    """Return where a stack is; a set of them is in many places."""
    if holder.type != STACK:
        return {}
    name = holder.known("name")
    own = {"AWS::StackName": name} if isinstance(name, str) else {}
    return {"AWS::Region": holder.region, "AWS::AccountId": holder.account, **own}


# --- ports --------------------------------------------------------------------------------------------------------


def _options(holder: Resource) -> tuple[Resource, ...]:
    """Return the group that Elastic Beanstalk makes for its machines, as far as an option opens SSH."""
    options = {str(dig(one, "name")): dig(one, "value") for one in items(holder["settings"])}
    restriction = options.get(_SSH, ABSENT)
    if restriction is ABSENT and options.get(_KEY, "") != "" and str(options.get(_NO_GROUP)).lower() != "true":
        restriction = "tcp,22,22,0.0.0.0/0"  # what it makes of a key alone
    rules = list(_ssh(restriction))
    return (inner(holder, _GROUP, "machines", {"ingress": rules}),) if rules else ()


def _ssh(restriction: Any) -> Iterator[dict[str, Any]]:
    parts = [part.strip() for part in restriction.split(",")] if isinstance(restriction, str) else []
    if len(parts) == 4 and not parts[3].startswith("sg-"):
        protocol, first, last, source = parts
        yield {"protocol": protocol, "fromPort": _port(first), "toPort": _port(last), "cidrBlocks": [source]}


def _ports(holder: Resource) -> tuple[Resource, ...]:
    """Return the ports of a machine of Lightsail as a group; a port without addresses is open to all."""
    rules = [
        {
            "protocol": {"all": "-1"}.get(str(dig(port, "protocol")), dig(port, "protocol")),
            "fromPort": dig(port, "fromPort"),
            "toPort": dig(port, "toPort"),
            "cidrBlocks": items(dig(port, "cidrs")) or (["0.0.0.0/0"] if dig(port, "ipv6Cidrs") is ABSENT else []),
            "ipv6CidrBlocks": items(dig(port, "ipv6Cidrs")),
        }
        for port in items(holder["portInfos"])
        if port is not UNKNOWN
    ]
    return (inner(holder, _GROUP, "ports", {"ingress": rules}),) if rules else ()


def _port(text: str) -> Any:
    return int(text) if text.isdecimal() else UNKNOWN
