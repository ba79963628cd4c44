"""The environment of a function, read in one place."""

import json
import os
from collections.abc import Mapping
from typing import Any

from functions.common.function import FunctionDefinition


class VariableError(ValueError):
    """A variable of the environment is missing, or not of the form that the function needs."""


def read(function: FunctionDefinition) -> Mapping[str, str]:
    """The function's variables. All that are missing are named at once."""
    missing = [name for name in function.variables if not os.environ.get(name)]
    if missing:
        raise VariableError(f"{function.name} needs {', '.join(missing)} in its environment")
    return {name: os.environ[name] for name in function.variables}


def number(variables: Mapping[str, str], name: str) -> int:
    """A variable with a whole number."""
    if not variables[name].isdecimal():
        raise VariableError(f"{name} must be a whole number, not {variables[name]}")
    return int(variables[name])


def names(variables: Mapping[str, str], name: str) -> list[str]:
    """A variable with a JSON list of names."""
    found = _json(variables, name, list)
    if not all(isinstance(each, str) and each for each in found):
        raise VariableError(f'{name} must be a JSON list of names such as ["api"], not {variables[name]}')
    return found


def lists(variables: Mapping[str, str], name: str) -> dict[str, list[str]]:
    """A variable with a JSON object of lists of names."""
    found: dict[str, Any] = _json(variables, name, dict)
    rows: list[list[Any]] = [each for each in found.values() if isinstance(each, list)]
    if len(rows) < len(found) or not all(isinstance(each, str) and each for row in rows for each in row):
        message = f'{name} must be a JSON object of lists of names such as {{"api": ["key"]}}, not {variables[name]}'
        raise VariableError(message)
    return found


def counts(variables: Mapping[str, str], name: str) -> dict[str, int]:
    """A variable with a JSON object of whole numbers by name."""
    found = _json(variables, name, dict)
    if not all(type(each) is int and each >= 0 for each in found.values()):
        raise VariableError(f'{name} must be a JSON object of counts such as {{"api": 1}}, not {variables[name]}')
    return found


def _json(variables: Mapping[str, str], name: str, kind: type) -> Any:
    try:
        found: Any = json.loads(variables[name])
    except json.JSONDecodeError:
        found = None
    if type(found) is not kind:
        raise VariableError(f"{name} must be a JSON {'list' if kind is list else 'object'}, not {variables[name]}")
    return found
