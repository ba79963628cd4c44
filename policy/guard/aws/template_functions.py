"""What the functions and conditions of a template say, as far as its parameters, mappings and conditions tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, cast

from guard.aws.cloudformation_shapes import is_function
from guard.aws.cloudformation_types import SURROUNDINGS
from guard.model.graph import ABSENT, UNKNOWN, Missing, dig
from guard.model.logic import Answer, every, some


class Template(NamedTuple):
    """What a template says of itself, and what its parameters are."""

    parameters: dict[str, Any]
    mappings: Any
    conditions: Any

    @staticmethod
    def of(template: Any, given: Any, surroundings: Mapping[str, str]) -> Template:
        """Return what is known of a template that is given parameters; `given` may be UNKNOWN."""
        told = {name: value for name, value in surroundings.items() if value}
        known = {**SURROUNDINGS, **told, **_parameters(dig(template, "Parameters"), given)}
        return Template(known, dig(template, "Mappings"), dig(template, "Conditions"))

    def filled(self, value: Any) -> Any:
        """Return a value with what is known of it in its place, and functions where nothing is."""
        if isinstance(value, list):
            listed = cast(list[Any], value)
            found = [(one, self.filled(one)) for one in listed]
            return [new for old, new in found if new is not None or old is None]  # AWS::NoValue is no part of it
        if not isinstance(value, dict):
            return value
        table = cast(dict[str, Any], value)
        match table:
            case {"Ref": str(name), **rest} if not rest and name in self.parameters:
                return self.parameters[name]
            case {"Fn::If": [str(name), one, other], **rest} if not rest:
                return self._either(name, one, other)
            case _:
                return self._evaluated({key: self.filled(inner) for key, inner in table.items()})

    def applies(self, name: Any, seen: frozenset[str] = frozenset()) -> Answer:
        """Return whether a condition of the template holds; without one everything does."""
        if name is ABSENT:
            return True
        if not isinstance(name, str) or name in seen:
            return UNKNOWN
        return self._holds(dig(self.conditions, name), seen | {name})

    def _holds(self, condition: Any, seen: frozenset[str]) -> Answer:
        match condition:
            case {"Condition": name}:
                return self.applies(name, seen)
            case {"Fn::Equals": [one, other]}:
                return _equal(self.filled(one), self.filled(other))
            case {"Fn::And": [*parts]}:
                return every(self._holds(part, seen) for part in parts)
            case {"Fn::Or": [*parts]}:
                return some(self._holds(part, seen) for part in parts)
            case {"Fn::Not": [part]}:
                answer = self._holds(part, seen)
                return UNKNOWN if answer is UNKNOWN else not answer
            case _:
                return UNKNOWN

    def _either(self, name: str, one: Any, other: Any) -> Any:
        answer = self.applies(name)
        if answer is not UNKNOWN:
            return self.filled(one if answer else other)
        both = [self.filled(one), self.filled(other)]
        return both[0] if both[0] == both[1] else {"Fn::If": [name, *both]}

    def _evaluated(self, table: dict[str, Any]) -> Any:
        """Return what a function says of arguments that are filled in, or the function itself."""
        if len(table) != 1:
            return table
        name, given = next(iter(table.items()))
        found = self._sub(given) if name == "Fn::Sub" else _FUNCTIONS.get(name, _unknown)(self.mappings, given)
        return table if found is ABSENT else found

    def _sub(self, given: Any) -> Any:
        match given:
            case str(text) | [str(text)]:
                known = self.parameters
            case [str(text), dict()]:
                known = {**self.parameters, **cast(dict[str, Any], given[1])}
            case _:
                return ABSENT
        values = {name: str(value) for name, value in known.items() if not isinstance(value, (dict, list))}
        if any(name not in values for name in re.findall(r"\$\{(?!!)([^}]*)\}", text)):
            return ABSENT
        return re.sub(r"\$\{([\w:]+)\}", lambda name: values[name[1]], text).replace("${!", "${")


def _parameters(declared: Any, given: Any) -> dict[str, Any]:
    """Return the parameters whose values are known: those that a template is given, or their defaults."""
    table = cast(dict[str, Any], declared) if isinstance(declared, dict) else {}
    defaults = {name: dig(one, "Default") for name, one in table.items()}
    values = {**defaults, **(cast(dict[str, Any], given) if isinstance(given, dict) else {})}
    kinds = {name: str(dig(one, "Type")) for name, one in table.items()}
    return {
        name: _typed(kinds.get(name, ""), value)
        for name, value in values.items()
        # Of a parameter that is kept in Systems Manager only the name is written here.
        if given is not UNKNOWN
        and value not in (ABSENT, UNKNOWN)
        and "AWS::SSM::Parameter::Value" not in kinds.get(name, "")
    }


def _typed(kind: str, value: Any) -> Any:
    """Return a parameter's value as its type has it: a list is written with commas."""
    if isinstance(value, str) and (kind.startswith("List<") or kind == "CommaDelimitedList"):
        return [part.strip() for part in value.split(",")]
    return value


def _equal(one: Any, other: Any) -> Answer:
    """Return whether two values are equal texts, as CloudFormation compares them."""
    if one == other:
        return True
    if any(is_function(each) or isinstance(each, (Missing, list)) or "${aws:" in str(each) for each in (one, other)):
        return UNKNOWN
    return _text(one) == _text(other)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unknown(_: Any, given: Any) -> Any:  # noqa: ARG001, RUF100 - the form of all functions
    return ABSENT


def _join(_: Any, given: Any) -> Any:
    match given:
        case [str(between), [*parts]] if all(isinstance(one, (str, int)) for one in parts):
            return between.join(map(str, parts))
        case _:
            return ABSENT


def _split(_: Any, given: Any) -> Any:
    match given:
        case [str(between), str(text)]:
            return text.split(between)
        case _:
            return ABSENT


def _select(_: Any, given: Any) -> Any:
    match given:
        case [(int() | str()) as at, [*parts]] if str(at).isdecimal() and int(at) < len(parts):
            return parts[int(at)]
        case _:
            return ABSENT


def _in_map(mappings: Any, given: Any) -> Any:
    match given:
        case [str(name), str(first), str(second), *_]:
            table: Any = mappings
            for key in (name, first, second):
                table = cast(dict[str, Any], table).get(key, ABSENT) if isinstance(table, dict) else ABSENT
            return table
        case _:
            return ABSENT


_FUNCTIONS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::FindInMap": _in_map,
}
