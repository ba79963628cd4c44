"""Values as they travel between program, engine, provider and pack, and as plain JSON."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any, cast

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

#: Stands, in plain JSON too, for a value that only the deployment will tell: the engine's own mark.
UNKNOWN = rpc.UNKNOWN

#: The key under which an object on the wire says that it is none (the engine's protocol, see `pulumi.runtime.rpc`).
MARK = "4dabf18193072939515e22adb298388d"

#: Among an output value's own keys: a preview would not know it.
LATER = "later"

Object = dict[str, Any]


class WireSignature(StrEnum):
    """What an object under a mark is. Assets and archives stay as they are: they are read by nobody here."""

    SECRET = "1b47061264138c4ac30d75fd1eb44270"
    OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
    REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e"


def read(struct: struct_pb2.Struct, *, early: bool = False) -> tuple[Object, frozenset[str]]:
    """A message's properties as plain JSON without nulls, and the paths (`a.b[0]`) of what was marked secret.

    `early`: what is marked as LATER is unknown.
    """
    secrets: set[str] = set()
    return _members(struct.fields, "", secrets, early), frozenset(secrets)


def _members(fields: Mapping[str, struct_pb2.Value], path: str, secrets: set[str], early: bool) -> Object:  # noqa: FBT001, RUF100
    # A message keeps its keys in no order; sorted, the same program gives the same bytes.
    members = ((key, _plain(fields[key], path + key, secrets, early)) for key in sorted(fields))
    return {key: value for key, value in members if value is not None}


def _plain(value: struct_pb2.Value, path: str, secrets: set[str], early: bool = False) -> Any:  # noqa: FBT001, FBT002, RUF100
    match value.WhichOneof("kind"):
        case "string_value":
            return value.string_value
        case "bool_value":
            return value.bool_value
        case "number_value":
            number = value.number_value
            return int(number) if number.is_integer() else number
        case "list_value":
            items = value.list_value.values
            return [_plain(item, f"{path}[{index}]", secrets, early) for index, item in enumerate(items)]
        case "struct_value":
            return _plain_fields(value.struct_value.fields, path, secrets, early)
        case _:
            return None


def _plain_fields(fields: Mapping[str, struct_pb2.Value], path: str, secrets: set[str], early: bool) -> Any:  # noqa: FBT001, RUF100
    match fields[MARK].string_value if MARK in fields else "":
        case WireSignature.SECRET:
            secrets.add(path)
            return _plain(fields["value"], path, secrets, early)
        case WireSignature.OUTPUT:
            if "secret" in fields and fields["secret"].bool_value:
                secrets.add(path)
            unknown = "value" not in fields or (early and LATER in fields)
            return UNKNOWN if unknown else _plain(fields["value"], path, secrets, early)
        case WireSignature.REFERENCE:
            return (fields["id"].string_value if "id" in fields else "") or fields["urn"].string_value
        case _:
            return _members(fields, f"{path}.", secrets, early)


def written(values: Mapping[str, Any], secret: Collection[str] = ()) -> struct_pb2.Struct:
    """Plain JSON as a message's properties, the named ones marked secret."""
    struct = struct_pb2.Struct()
    for key, value in values.items():
        _write(struct.fields[key], {MARK: WireSignature.SECRET, "value": value} if key in secret else value)
    return struct


def marked(plain: Any, paths: Collection[str], at: str = "") -> Any:
    """Plain JSON with what lies at the paths (`a.b[0]`) marked secret, as `read` found it."""
    if at and at in paths:
        return {MARK: WireSignature.SECRET, "value": plain}
    match plain:
        case dict():
            members = cast(Object, plain).items()
            return {key: marked(value, paths, f"{at}.{key}" if at else key) for key, value in members}
        case list():
            return [marked(item, paths, f"{at}[{place}]") for place, item in enumerate(cast(list[Any], plain))]
        case _:
            return plain


def _value(plain: Any) -> struct_pb2.Value:
    value = struct_pb2.Value()
    _write(value, plain)
    return value


def _write(value: struct_pb2.Value, plain: Any) -> None:
    """Write plain JSON into a message where it stands: to build it elsewhere would copy it at each depth."""
    match plain:
        case str():
            value.string_value = plain
        case None:
            value.null_value = struct_pb2.NULL_VALUE
        case bool():
            value.bool_value = plain
        case int() | float():
            value.number_value = plain
        case dict():
            value.struct_value.SetInParent()
            fields = value.struct_value.fields
            for key, inner in cast(Object, plain).items():
                _write(fields[key], inner)
        case _:
            value.list_value.SetInParent()
            values = value.list_value.values
            for inner in plain:
                _write(values.add(), inner)


def has_unknown(plain: Any) -> bool:
    """Whether any part of a value is known only after the deployment."""
    match plain:
        case dict():
            return any(has_unknown(value) for value in cast(Object, plain).values())
        case list():
            return any(has_unknown(value) for value in cast(list[Any], plain))
        case _:
            return plain == UNKNOWN


def top_level(paths: Collection[str]) -> frozenset[str]:
    """The properties that paths begin with: `environment` of `environment.variables[0]`."""
    return frozenset(path.split(".")[0].split("[")[0] for path in paths)


def as_outputs(struct: struct_pb2.Struct, dependencies: Mapping[str, Collection[str]]) -> struct_pb2.Struct:
    """Properties in which every unknown or secret value is an output value, so that it survives a transform."""
    fields = {key: _as_output(value, list(dependencies.get(key, ()))) for key, value in struct.fields.items()}
    return struct_pb2.Struct(fields=fields)


def _as_output(value: struct_pb2.Value, urns: list[str]) -> struct_pb2.Value:
    if value.string_value == UNKNOWN:
        return _value({MARK: WireSignature.OUTPUT, "dependencies": urns})
    if value.HasField("list_value"):
        items = [_as_output(item, urns) for item in value.list_value.values]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
    if not value.HasField("struct_value"):
        return value
    fields = value.struct_value.fields
    if MARK in fields and fields[MARK].string_value == WireSignature.SECRET:
        plain = _plain(value, "", set())
        known = {} if has_unknown(plain) else {"value": plain}
        return _value({MARK: WireSignature.OUTPUT, "secret": True, "dependencies": urns, **known})
    return struct_pb2.Value(
        struct_value=struct_pb2.Struct(fields={key: _as_output(item, urns) for key, item in fields.items()})
    )
