"""Finds the components of the platform, so that a new one cannot be forgotten."""

import importlib
import pkgutil
from functools import cache

import pulumi
import pytest

import components
from components.component import Component
from tests.rows import for_each


@cache
def modules() -> tuple[str, ...]:
    """The names of all modules of the package `components`."""
    return tuple(sorted(module.name for module in pkgutil.walk_packages(components.__path__, "components.")))


@cache
def classes() -> tuple[type[pulumi.ComponentResource], ...]:
    """Every component class, sorted by module."""
    found = [value for name in modules() for value in vars(importlib.import_module(name)).values() if _own(value, name)]
    return tuple(found)


def _own(value: object, module: str) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, pulumi.ComponentResource)
        and value.__module__ == module
        and value is not Component
    )


def token(component: type) -> str:
    """The type token that a component must have: `cloudplatform:<folder>:<Class>`."""
    return f"cloudplatform:{component.__module__.split('.')[1]}:{component.__name__}"


#: A test of its own for each, where something is recorded or fixtures are wanted; else one test of all.
each_component = pytest.mark.parametrize("component", classes(), ids=lambda component: component.__name__)
every_component = for_each(classes(), name=lambda component: component.__name__)
