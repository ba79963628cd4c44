"""Resources of aws-native, the provider that is generated from CloudFormation's types: read as those are.

Its tokens and its properties' names are CloudFormation's by rule (provider/pkg/naming/naming.go and typeToken in
provider/pkg/schema/gen.go of pulumi-aws-native 1.84): an acronym keeps its first capital only, modules are small.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, cast

from guard.aws.cloudformation_beside import BESIDE, EMPTY, PARTS
from guard.aws.cloudformation_network import TYPES
from guard.aws.cloudformation_resources import made, provider_name
from guard.model.graph import ABSENT, UNKNOWN, Resource, dig, items

#: Stands for every type that is not in the table: what a rule is asked of must have a name.
ANY: Final = "aws-native:*"

_ACRONYM: Final = re.compile(r"[A-Z0-9]{2,}")
_MODULES: Final = {"Config": "Configuration"}


def _lowered(name: str) -> str:
    """Return a name with each acronym's first capital only: DBInstance is DbInstance, SSEEnabled SseEnabled."""
    found = _ACRONYM.search(name)
    if found is None:
        return name
    first, last = found.span()
    if last < len(name) and not re.match(r"s(?![a-z])", name[last:]):
        last -= 1  # its last capital begins the next word, but for a plural: ARNs
    return name[: first + 1] + name[first + 1 : last].lower() + _lowered(name[last:])


def token_of(kind: str) -> str:
    """Return the type by which aws-native has one of CloudFormation's."""
    _, module, name = kind.split("::")
    return f"aws-native:{_lowered(_MODULES.get(module, module)).lower()}:{_lowered(name)}"


_KINDS: Final = {token_of(kind): kind for kind in TYPES}
_EMPTY: Final = frozenset(map(token_of, EMPTY))
_WORDS: Final = {
    *(name for known in TYPES.values() for name in (*known.renamed, known.within)),
    *(name for parts in BESIDE.values() for name in parts),
    *PARTS,
}
#: CloudFormation's names that are not the provider's with a capital.
_IRREGULAR: Final = {_lowered(word): word for word in _WORDS if _lowered(word) != word}

#: Tables whose words are the program's.
_FREE: Final = ("tags", "parameters", "backupVaultTags", "body")


def is_native(token: str) -> bool:
    """Say whether a type is aws-native's."""
    return token.startswith("aws-native:")


def token(resource: Resource) -> str:
    """Return the type of a resource by its URN, which keeps it."""
    return resource.urn.split("::")[-2].rpartition("$")[2]


def read(resource: Resource) -> Iterator[Resource]:
    """Yield a resource as the provider's, and what that declares beside it; one that cannot be read as `ANY`."""
    kind = _KINDS.get(resource.type)
    if resource.type in _EMPTY:
        yield resource
        return
    if kind is None:
        yield replace(resource, type=ANY)
        return
    found = made(resource, kind, "", _cloudformation(resource.inputs))
    if not found:
        yield replace(resource, type=ANY)
        return
    own, *beside = found
    inputs = {**own.inputs, **_variables(kind, own, resource)}
    outputs = {**_renamed(kind, resource.outputs), "id": resource.outputs.get("id", ABSENT)}
    yield replace(own, inputs=inputs, outputs=outputs, depends=_depends(kind, own, resource), parent=resource.parent)
    yield from beside


def _name(name: str) -> str:
    capital = name[:1].upper() + name[1:]
    return _IRREGULAR.get(capital, capital)


def _cloudformation(value: Any) -> Any:
    """Return properties by CloudFormation's names; documents keep their words."""
    if isinstance(value, list):
        return [_cloudformation(one) for one in cast(list[Any], value)]
    if not isinstance(value, dict) or "Statement" in value or "Effect" in value:
        return cast(Any, value)
    table = cast(dict[str, Any], value)
    free = {name for name in _FREE if isinstance(table.get(name), dict)}
    return {_name(name): one if name in free else _cloudformation(one) for name, one in table.items()}


def _renamed(kind: str, table: Any) -> dict[str, Any]:
    return {provider_name(TYPES[kind], _name(name)): value for name, value in cast(dict[str, Any], table).items()}


def _depends(kind: str, own: Resource, resource: Resource) -> dict[str, tuple[str, ...]]:
    """Return what stands behind the provider's properties; those that are laid out otherwise share what is left."""
    known = cast(dict[str, tuple[str, ...]], _renamed(kind, resource.depends))
    gone = [urns for name, urns in known.items() if own.inputs.get(name) is None]
    left = tuple(dict.fromkeys(urn for urns in gone for urn in urns))
    blanks = [name for name, value in own.inputs.items() if left and _blank(value)]
    return {**dict.fromkeys(blanks, left), **known}


def _blank(value: Any) -> bool:
    """Say whether something in a value is not known yet."""
    if isinstance(value, dict):
        value = list(cast(dict[str, Any], value).values())
    return value is UNKNOWN or (isinstance(value, list) and any(map(_blank, cast(list[Any], value))))


_VARIABLES: Final = {
    "AWS::ApiGateway::Stage": "variables",
    "AWS::ApiGatewayV2::Stage": "stageVariables",
    "AWS::Lambda::Function": "environment",
}


def _variables(kind: str, own: Resource, resource: Resource) -> dict[str, Any]:
    """Return environments, whose names are the program's: of a template they are looked for in its text."""
    if name := _VARIABLES.get(kind):
        return {name: resource[name]}
    if kind != "AWS::ECS::TaskDefinition" or not isinstance(own["containerDefinitions"], list):
        return {}
    pairs = zip(own["containerDefinitions"], items(resource["containerDefinitions"]), strict=True)
    return {
        "containerDefinitions": [
            {**cast(dict[str, Any], one), "environment": dig(given, "environment")} if isinstance(one, dict) else one
            for one, given in pairs
        ]
    }
