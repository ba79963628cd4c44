"""The properties of a resource type, from the SDK's classes: what a program may set, and what AWS computes."""

import functools
import importlib
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import NoneType
from typing import Any, get_args

from pulumi import _types as sdk_types  # pyright: ignore[reportPrivateUsage] the SDK's own reading of its classes
from pulumi.runtime import rpc


@dataclass(frozen=True)
class TypeProperties:
    """The properties of one resource type, by their names on the wire."""

    settable: frozenset[str]  #: what a program may set
    required: frozenset[str]  #: what it must set
    returned: Mapping[str, Any]  #: the type of each property that comes back, `Optional` stripped
    computed: frozenset[str]  #: what AWS decides where the program does not: unknown at a first preview


NOTHING = TypeProperties(frozenset(), frozenset(), {}, frozenset())


@functools.cache
def shape(token: str) -> TypeProperties:
    """The shape of a type such as `aws:ec2/vpc:Vpc`; NOTHING where no imported SDK knows it.

    An argument is decided by AWS, if left out, where it is optional and its output is not: so the SDK's generator
    writes what the provider's schema calls optional and computed.
    """
    resource = _class_of(token)
    if resource is None:
        return NOTHING
    settable, required = _arguments(resource)
    given = sdk_types._raw_return_hints(resource)  # noqa: SLF001, RUF100  # pyright: ignore[reportPrivateUsage]
    certain = {name for name, kind in given.items() if NoneType not in _alternatives(kind)}
    returned = sdk_types.resource_types(resource)
    return TypeProperties(settable, required, returned, frozenset((set(returned) - settable) | (certain - required)))


def _class_of(token: str) -> type | None:
    package, module, _ = token.split(":")
    if package == "pulumi":
        return None
    registered: Any = rpc.get_resource_module(package, module, "")
    if registered is None or token not in registered.mod_info["classes"]:
        return None
    return getattr(importlib.import_module(registered.mod_info["fqn"]), registered.mod_info["classes"][token])


def _arguments(resource: type) -> tuple[frozenset[str], frozenset[str]]:
    """The arguments of a resource class, and those without a default."""
    module = vars(sys.modules[resource.__module__])
    # The generator writes InitArgs where a nested type has the other name already.
    arguments: type = module.get(f"{resource.__name__}InitArgs") or module[f"{resource.__name__}Args"]
    names = sdk_types.input_type_py_to_pulumi_names(arguments)
    parameters = inspect.signature(arguments).parameters
    required = {wire for name, wire in names.items() if parameters[name].default is inspect.Parameter.empty}
    return frozenset(names.values()), frozenset(required)


def _alternatives(output: Any) -> tuple[Any, ...]:
    """The members of the union inside an `Output[...]`; empty if it is none."""
    (inside,) = get_args(output)
    return get_args(inside)
