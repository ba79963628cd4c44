"""What the AWS SDK says about types and properties, by introspection: nothing here is a list kept by hand."""

from __future__ import annotations

import sys
import typing
from functools import cache
from typing import Any

import pulumi._types as types
import pulumi_aws

_EVALUATED: dict[tuple[str, str], Any] = {}  # by module and text


def _hints(getter: Any, globalns: dict[str, Any] | None = None, localns: dict[str, Any] | None = None) -> Any:
    """As `typing.get_type_hints`, for a property's getter: most of a module's answer with one of a few types."""
    text = getter.__annotations__.get("return")
    if not isinstance(text, str):
        return typing.get_type_hints(getter, globalns, localns)
    key = (getter.__module__ if globalns is None else globalns["__name__"], text)
    if key not in _EVALUATED:
        _EVALUATED[key] = typing.get_type_hints(getter, globalns, localns)
    return _EVALUATED[key]


types.get_type_hints = _hints
MODULES = {"lambda": "lambda_"}
PROVIDER = "pulumi:providers:aws"


@cache
def resource_class(token: str) -> type | None:
    """Return the resource class of a token, or None if there is none."""
    if token == PROVIDER:
        return pulumi_aws.Provider
    _, module, name = token.split(":")
    service = module.split("/", maxsplit=1)[0]
    found = getattr(getattr(pulumi_aws, MODULES.get(service, service), None), name, None)
    return found if isinstance(found, type) and getattr(found, "pulumi_type", None) == token else None


def _known(token: str) -> type:
    found = resource_class(token)
    assert found, f"{token} is no type of the SDK"
    return found


@cache
def inputs(token: str) -> dict[str, Any]:
    """Return a resource's input properties with their types."""
    cls = _known(token)
    module = sys.modules[cls.__module__]
    args = getattr(module, f"{cls.__name__}InitArgs", None) or getattr(module, f"{cls.__name__}Args")
    return types.input_type_types(args)


@cache
def outputs(token: str) -> frozenset[str]:
    """Return the names of a resource's output properties."""
    return frozenset(types.resource_types(_known(token))) | {"id"}


@cache
def computed(token: str) -> frozenset[str]:
    """Return the properties that AWS fills in: those whose output is never empty, set by the program or not."""
    getters = [prop.fget for prop in vars(_known(token)).values() if isinstance(prop, property) and prop.fget]
    hints = {
        getter._pulumi_name: _hints(getter)["return"]  # noqa: SLF001, RUF100
        for getter in getters
    }
    return frozenset(name for name, hint in hints.items() if type(None) not in _inside(hint))


def _inside(hint: Any) -> tuple[Any, ...]:
    """Return what an Output may be."""
    (inner,) = typing.get_args(hint)
    return typing.get_args(inner)


def nested(kind: Any) -> type | None:
    """Return the args class inside a type, through inputs, lists and optionals."""
    return _remembered(kind)[1]


def listed(kind: Any) -> bool:
    """Return whether a type is a list, or may be one."""
    return _remembered(kind)[2]


def _remembered(kind: Any) -> tuple[Any, type | None, bool]:
    """A type, the args class inside, and whether it is a list. By the object: to print or to compare a type is slow."""
    found = _NESTED.get(id(kind))
    if found is None or found[0] is not kind:
        found = _NESTED[id(kind)] = (kind, _nested(kind), "Sequence" in str(kind))
    return found


_NESTED: dict[int, tuple[Any, type | None, bool]] = {}


def _nested(kind: Any) -> type | None:
    if isinstance(kind, type) and types.is_input_type(kind):
        return kind
    return next((found for inner in typing.get_args(kind) if (found := _nested(inner)) is not None), None)


@cache
def fields(kind: type) -> dict[str, Any]:
    """Return the properties of a nested args class."""
    return types.input_type_types(kind)
