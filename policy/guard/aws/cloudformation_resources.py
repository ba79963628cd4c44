"""A resource as CloudFormation describes it, made into the provider's: type, properties, what stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, cast

from guard.aws.cloudformation_beside import BESIDE, LISTS, PARTS, PartBeside
from guard.aws.cloudformation_network import TYPES
from guard.aws.cloudformation_shapes import is_function, reshaped
from guard.aws.cloudformation_types import ProviderType
from guard.model.graph import ABSENT, UNKNOWN, Resource, dig, items

MARK: Final = "\x1f"  # in the URN of an inner resource, after its holder's: no program's name has it
MEMBER: Final = "aws:rds/clusterInstance:ClusterInstance"
FILE_SYSTEMS: Final = {
    "LUSTRE": "aws:fsx/lustreFileSystem:LustreFileSystem",
    "ONTAP": "aws:fsx/ontapFileSystem:OntapFileSystem",
    "OPENZFS": "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
    "WINDOWS": "aws:fsx/windowsFileSystem:WindowsFileSystem",
}
_SCALING: Final = "aws:autoscaling/group:Group"  # whose tags the provider lists, too


def made(
    holder: Resource,
    kind: str,
    name: str,
    properties: Any,
    names: frozenset[str] = frozenset(),
) -> tuple[Resource, ...]:
    """Return what a type of CloudFormation makes; `names` are all of the template's that others may refer to."""
    known = TYPES.get(kind)
    whole = dig(properties, known.within) if known and known.within else ABSENT
    if known is None or whole is UNKNOWN or is_function(whole):
        return ()  # of which nothing can be read
    table = reshaped(kind, known, cast(dict[str, Any], properties) if isinstance(properties, dict) else {})
    renamed = {key: provider_name(known, key) for key in table}
    granted = _granted(table, names, "Resource" if kind.startswith(_RESOURCES) else "")
    inputs = {renamed[key]: _input(known, renamed[key], value) for key, value in granted.items() if renamed[key]}
    token = _token(kind, known, inputs)
    if not token:
        return ()
    depends = _depends(holder, {renamed[key]: value for key, value in table.items()}, names)
    one = inner(holder, token, name, {**known.fixed, **inputs}, depends)
    return (one, *_beside(holder, one, name, kind, granted, names))


def _token(kind: str, known: ProviderType, inputs: dict[str, Any]) -> str:
    """Return the provider's type, which some types of CloudFormation's tell by a property."""
    if kind == "AWS::FSx::FileSystem":
        return FILE_SYSTEMS.get(str(inputs.get("fileSystemType")), "")
    member = kind == "AWS::RDS::DBInstance" and "clusterIdentifier" in inputs
    return MEMBER if member else known.token


def _depends(holder: Resource, table: dict[str, Any], names: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the URNs of what each property refers to."""
    behind = {key: [_urn(holder, one) for one in _referred(value) & names] for key, value in table.items()}
    return {key: tuple(sorted(urns)) for key, urns in behind.items() if urns}


def _input(known: ProviderType, name: str, value: Any) -> Any:
    if name == "tags" and isinstance(value, list) and known.token != _SCALING:
        return {str(dig(one, "Key")): dig(one, "Value") for one in cast(list[Any], value)}
    found = _value(value)
    return items(found) if name in LISTS and found is not UNKNOWN else found


def _beside(
    holder: Resource, owner: Resource, name: str, kind: str, table: dict[str, Any], names: frozenset[str]
) -> Iterator[Resource]:
    """Yield what the provider declares beside a resource, and CloudFormation within it."""
    for key, part in BESIDE.get(kind, {}).items():
        listed = items(table.get(key)) if part.each else [table[key]] if key in table else []
        for number, value in enumerate(listed, start=1):
            named = f"{name or holder.name}-{part.block or part.token.rpartition(':')[2]}"
            urn = f"{named}-{number}" if len(listed) > 1 else named
            own = {part.owner: (owner.urn,)} if part.owner else {}
            yield inner(holder, part.token, urn, _settings(part, value), {**_behind(holder, part, value, names), **own})


def _behind(holder: Resource, part: PartBeside, said: Any, names: frozenset[str]) -> dict[str, tuple[str, ...]]:
    """Return the URNs of what each property of such a part refers to."""
    if part.block:
        return _depends(holder, {part.block: said}, names)
    if not isinstance(said, dict) or is_function(said):
        return {}
    table = cast(dict[str, Any], said)
    return _depends(holder, {PARTS.get(key, _camel(key)): value for key, value in table.items()}, names)


def _settings(part: PartBeside, said: Any) -> dict[str, Any]:
    value = _value(said)
    hidden = dict.fromkeys(part.says, UNKNOWN) if value is UNKNOWN else {}
    settings = {part.block: value} if part.block else value
    own = {part.owner: UNKNOWN} if part.owner else {}
    return {**own, **(cast(dict[str, Any], settings) if isinstance(settings, dict) else hidden)}


def _granted(value: Any, names: frozenset[str], element: str) -> Any:
    """Return properties whose policies name resources of the template by a word: whichever each is, it is one.

    That is enough in a condition, and as what an identity is granted; of whom a policy speaks must be known itself.
    """
    if isinstance(value, list):
        return [_granted(one, names, element) for one in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    return {
        key: _one(one, names)
        if key == element
        else _asked(one, names)
        if key == "Condition"
        else _granted(one, names, element)
        for key, one in cast(dict[str, Any], value).items()
    }


def _asked(condition: Any, names: frozenset[str]) -> Any:
    if not isinstance(condition, dict) or is_function(condition):
        return cast(Any, condition)
    table = cast(dict[str, Any], condition)
    return {
        key: _one(one, names) if is_function(one) or isinstance(one, list) else _asked(one, names)
        for key, one in table.items()
    }


def _one(value: Any, names: frozenset[str]) -> Any:
    """Return a Resource element whose references into the template are words."""
    if isinstance(value, list):
        return [_one(one, names) for one in cast(list[Any], value)]
    match value:
        case {"Fn::GetAtt": [str(name), *_]} | {"Fn::GetAtt": str(name)} | {"Ref": str(name)}:
            own = name.partition(".")[0]
            return THING + own if own in names else value
        case {"Fn::Sub": str(text)} if set(re.findall(r"\$\{(\w+)[.\w]*\}", text)) <= names:
            found = re.sub(r"\$\{(\w+)[.\w]*\}", lambda name: THING + name[1], text)
            return value if "${" in found else found
        case {"Fn::Join": [str(between), [*parts]]}:
            known = _one(parts, names)
            return between.join(known) if all(isinstance(one, str) for one in known) else value
        case _:
            return value


#: Stands for the ARN of a resource of the template.
THING: Final = "arn:aws:template::000000000000:"
# Where what a policy speaks of is what an identity is granted, or the policy's own bucket.
_RESOURCES: Final = ("AWS::IAM::", "AWS::S3::BucketPolicy")


def _referred(value: Any) -> frozenset[str]:
    """Return the names that a value of a template refers to."""
    if isinstance(value, list):
        return frozenset[str]().union(*map(_referred, cast(list[Any], value)))
    if not isinstance(value, dict):
        return frozenset()
    table = cast(dict[str, Any], value)
    found = {str(items(table[key])[0]).partition(".")[0] for key in ("Ref", "Fn::GetAtt") if items(table.get(key))}
    text = items(table.get("Fn::Sub"))
    found |= set(re.findall(r"\$\{(\w+)", str(text[0]))) if text else set()
    return frozenset(found).union(*map(_referred, table.values()))


def _urn(holder: Resource, name: str) -> str:
    return f"{holder.urn}{MARK}{name}::{holder.name}/{name}" if name else holder.urn


def inner(
    holder: Resource, token: str, name: str, inputs: dict[str, Any], depends: dict[str, tuple[str, ...]] | None = None
) -> Resource:
    """Return a resource that another holds; without a name it is that one itself."""
    urn, parent = _urn(holder, name), holder.urn if name else ""
    return replace(holder, urn=urn, type=token, inputs=inputs, outputs={}, depends=depends or {}, parent=parent)


def provider_name(known: ProviderType, name: str) -> str:
    """Return a property's name as the provider writes it in a type."""
    return known.renamed.get(name, _camel(name))


def _camel(name: str) -> str:
    """Return a property's name as the provider writes it: KmsKeyId is kmsKeyId, KMSKeyId too."""
    start = re.match(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z]", name)
    return name[: start.end()].lower() + name[start.end() :] if start else name


def _value(value: Any) -> Any:
    """Return a value with the provider's names; what a function of the template will say is unknown."""
    if isinstance(value, list):
        return [_value(one) for one in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    table = cast(dict[str, Any], value)
    if is_function(table):
        return _kept(table)
    # A policy document keeps its words; a rule of a web ACL, which has a priority, is none.
    if "Effect" in table or ("Statement" in table and "Priority" not in table):
        return {key: _functions(one) for key, one in table.items()}
    renamed: dict[str, Any] = {PARTS.get(key, _camel(key)): _value(inner) for key, inner in table.items()}
    return {key: items(inner) if key in LISTS else inner for key, inner in renamed.items()}


def _kept(function: dict[str, Any]) -> Any:
    """Return what a function says that puts together a reference to a secret store, which leads to no plain text."""
    given = next(iter(function.values()))
    parts = (
        items(given[1])
        if next(iter(function)) == "Fn::Join" and isinstance(given, list) and given[1:]
        else items(given)
    )
    return "{{resolve:}}" if parts and str(parts[0]).startswith("{{resolve:") else UNKNOWN


def _functions(value: Any) -> Any:
    if isinstance(value, list):
        return [_functions(one) for one in cast(list[Any], value)]
    if not isinstance(value, dict):
        return value
    table = cast(dict[str, Any], value)
    if len(table) == 1 and (next(iter(table)) == "Ref" or next(iter(table)).startswith("Fn::")):
        return UNKNOWN
    return {key: _functions(one) for key, one in table.items()}
