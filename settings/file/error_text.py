"""Turns what pydantic finds wrong with a table into words that say what would be right.

What would be right comes from the JSON Schema of the types: it knows every key, kind, range, example and description.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

import yaml
from pydantic_core import ErrorDetails

from settings.file.goyaml import POINT_IN_TIME
from settings.file.problems import shown
from settings.file.units import Unit, unit
from settings.tables.table import Complaint, Path
from settings.words import either, nearest

Schema = Mapping[str, Any]
KINDS = {str: "text", bool: "a truth value", int: "a number", float: "a number"}
WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a table",
}
UNFIT = {
    "string_pattern_mismatch": "has the wrong form",
    "literal_error": "is unknown here",
    "enum": "is unknown here",
    "greater_than": "is too small",
    "greater_than_equal": "is too small",
    "less_than": "is too large",
    "less_than_equal": "is too large",
    "multiple_of": "does not fit",
    "finite_number": "does not fit",
}


class Allowed(NamedTuple):
    """What is allowed at a place: the alternatives of its JSON Schema, with the document that their references mean."""

    document: Schema
    alternatives: tuple[Schema, ...]
    unit: Unit | None = None  #: what a number here counts, if it is known

    @classmethod
    def of(cls, document: Schema) -> "Allowed":
        """What is allowed at the top of a JSON Schema."""
        return cls(document, ())._with([document])

    def below(self, path: Iterable[str | int]) -> "Allowed":
        """What is allowed at a path below this place; without alternatives where nothing is."""
        allowed = self
        for part in path if self.alternatives else ():
            below = allowed._with(entry for schema in allowed.alternatives for entry in _entry(schema, part))
            counts = allowed.unit if isinstance(part, int) else unit(part, below.description())
            allowed = below._replace(unit=counts)
        return allowed

    def _with(self, schemas: Iterable[Schema]) -> "Allowed":
        return Allowed(self.document, tuple(plain for schema in schemas for plain in self._plain(schema)))

    def _plain(self, schema: Schema) -> Iterator[Schema]:
        """The schemas behind references and choices. Keys beside a `$ref` override those of its target."""
        if "$ref" in schema:
            target = self.document["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
            own = {key: value for key, value in schema.items() if key != "$ref"}
            yield from self._plain({**target, **own})
        elif choices := schema.get("anyOf") or schema.get("oneOf"):
            own = {key: schema[key] for key in ("description", "examples") if key in schema}
            for choice in choices:
                yield from self._plain({**choice, **own})
        else:
            yield schema

    def keys(self) -> list[str]:
        """The keys that a table here knows."""
        return [key for schema in self.alternatives for key in schema.get("properties", {})]

    def kinds(self) -> set[str]:
        """The JSON types that are allowed here."""
        return {_kind(schema) for schema in self.alternatives} - {"null"}

    def right(self) -> str:
        """What would be right here: a whole number from 1 to 35 (days)."""
        right = either(dict.fromkeys(filter(None, map(_right, self.alternatives))))
        return f"{right} ({self.unit.name})" if self.unit and self.counts else right

    @property
    def counts(self) -> bool:
        """Whether there may be a number here."""
        return not self.kinds().isdisjoint(("integer", "number"))

    def description(self) -> str:
        """What the schema says about this place, its first line."""
        found = (str(schema["description"]) for schema in self.alternatives if schema.get("description"))
        return next(found, "").split("\n")[0].rstrip(".")

    def takes(self, value: str | float) -> bool:
        """Whether a word or a number would be right here."""
        return any(_takes(schema, value) for schema in self.alternatives)

    def names(self) -> Schema:
        """What the keys of a table here must be like."""
        for schema in self.alternatives:
            if forms := [*schema.get("patternProperties", ())]:
                return {**schema.get("propertyNames", {}), "type": "string", "pattern": forms[0]}
            if "propertyNames" in schema:
                return {"type": "string", **schema["propertyNames"]}
        return {"type": "string"}


NOTHING = Allowed({}, ())  #: of a place of which nothing is known


def explain(
    errors: Iterable[ErrorDetails], data: Any, allowed: Allowed, written: Mapping[Path, str] | None = None
) -> list[Complaint]:
    """Each pydantic error as a complaint. `written` holds unquoted values as the file spells them, by path."""
    found: dict[Path, list[Complaint]] = {}
    for error in errors:
        path, branch = _path(error["loc"], data, missing=error["type"] == "missing")
        here = allowed.below(path)
        if error["type"] == "too_short" and len(error["input"]) >= error.get("ctx", {})["min_length"]:
            continue  # pydantic counts the entries that are right; the wrong ones have messages of their own
        if error["type"] == "impossible":
            for each in cast(Sequence[Complaint], error.get("ctx", {})["complaints"]):
                complaint = each.below(*path)
                found.setdefault(complaint.path, []).append(complaint)
            continue
        if branch == ["[key]"]:
            message = _key(str(path[-1]), allowed.below(path[:-1]).names())
        elif branch and path in found:  # the second branch of a choice: neither fits
            found[path].clear()
            message = _unfit(error["input"], here)
        else:
            message = _reread(error["input"], (written or {}).get(path), here) or _message(error, path, allowed)
        found.setdefault(path, []).append(Complaint(path, message))
    return [complaint for several in found.values() for complaint in several]


def misread(data: Any, allowed: Allowed, path: Path = ()) -> Iterator[Complaint]:
    """Values that pydantic accepts and nobody means: an unquoted date, a truth value in place of text or a number."""
    if isinstance(data, str) and (found := POINT_IN_TIME.fullmatch(data)):
        yield Complaint(path, f'the engine reads a bare date as {shown(data)}; quote it: "{found[1]}"')
    elif isinstance(data, bool) and allowed.alternatives and "boolean" not in allowed.kinds():
        yield Complaint(path, _unfit(data, allowed))
    elif isinstance(data, dict):
        for key, value in cast(dict[str, Any], data).items():
            yield from misread(value, allowed.below([key]), (*path, key))
    elif isinstance(data, list):
        for index, value in enumerate(cast(list[Any], data)):
            yield from misread(value, allowed.below([index]), (*path, index))


def unknown(key: str, known: Sequence[str]) -> str:
    """The message for a key that no table has."""
    if near := nearest(key, known):
        return f"unknown key; did you mean `{near}`? (known: {', '.join(known)})"
    return f"unknown key; use {either(known)}" if known else "unknown key; no key is allowed here"


def not_json(text: str, errors: Iterable[ErrorDetails], allowed: Allowed) -> str:
    """The message for the text of a key that holds no JSON, where a table is meant."""
    if any("recursion" in error["msg"] for error in errors):
        return "nests too deeply to be read; a table needs a dozen levels"
    return f"{shown(text)} is text; use {allowed.right()}"


def empty(allowed: Allowed) -> str:
    """The message for a key with nothing behind it. `null` says that nothing is meant, where that may be."""
    return f"is empty; use {allowed.right()}, or remove the key" if allowed.kinds() else "is empty; remove the key"


def missing(allowed: Allowed) -> str:
    """The message for a key that must be there."""
    description = allowed.description()
    return f"is missing; add {allowed._replace(unit=None).right() or 'it'}{description and f' ({description})'}"


def _path(loc: Sequence[str | int], data: Any, *, missing: bool) -> tuple[Path, list[str | int]]:
    """Splits a pydantic location into the path that exists in the data, and the rest: `[key]` or a union's branch."""
    path: list[str | int] = []
    missed: list[str | int] = []
    for number, part in enumerate(loc, 1):
        if _has(data, part):
            path.append(part)
            data = data[part]
        elif missing and number == len(loc):
            path.append(part)
        else:
            missed.append(part)
    return tuple(path), missed


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(cast(list[Any], data))
    return isinstance(data, dict) and part in data


def _reread(value: Any, written: str | None, allowed: Allowed) -> str:
    """The message for a value that the engine reads differently: 012 is ten, 1.10 is 1.1. Empty if it does not."""
    if not written or written == (value if isinstance(value, str) else json.dumps(value)):
        return ""
    use = f'quote it: "{written}"' if allowed.takes(written) else f"use {allowed.right()}"
    return f"the engine reads a bare {written} as {shown(value)}; {use}"


def _message(error: ErrorDetails, path: Path, allowed: Allowed) -> str:
    value, context, here = error["input"], error.get("ctx", {}), allowed.below(path)
    match error["type"]:
        case "missing":
            message = missing(here)
        case "extra_forbidden":
            message = unknown(str(path[-1]), allowed.below(path[:-1]).keys())
        case "value_error" | "assertion_error":
            message = str(context.get("error", error["msg"]))
        case "too_short" | "too_long":
            message = _length("entries", "entry", context)
        case "string_too_short" | "string_too_long":
            message = _length("characters", "character", {"actual_length": len(value), **context})
        case kind if kind in UNFIT and value is not None:
            message = _measured(value, here) or f"{shown(value)} {UNFIT[kind]}; use {here.right() or error['msg']}"
        case _:
            message = _unfit(value, here)
    return message


def _unfit(value: Any, allowed: Allowed) -> str:
    """A value of the wrong kind."""
    kinds, text = allowed.kinds(), shown(value)
    if value is None:
        return empty(allowed)
    if kinds == {"string"} and isinstance(value, int | float) and allowed.takes(text):
        return f'{text} is {KINDS[type(value)]} here; quote it: "{text}"'
    if isinstance(value, str) and _spells(value, allowed):
        return f"{text} is text here; remove the quotes: {value}"
    right = allowed.right() or "what the table takes"
    if isinstance(value, dict | list):
        return f"is {text}; use {right}"
    kind = KINDS.get(cast(type, type(value)), "of another kind")
    return _measured(value, allowed) or f"{text} is {kind}; use {right}"


def _spells(text: str, allowed: Allowed) -> bool:
    """Whether text would be right without its quotes."""
    if text in ("true", "false"):
        return allowed.takes(text == "true")
    return bool(re.fullmatch(r"-?(0|[1-9]\d{0,17})", text)) and allowed.takes(int(text))


def _measured(value: Any, allowed: Allowed) -> str:
    """The message for a text such as 2 GB, where the number that it means would be right."""
    own = allowed.unit
    number = own.meant(value) if own and isinstance(value, str) else None
    if own is None or number is None or not (isinstance(number, int) or "number" in allowed.kinds()):
        return ""
    return f"{shown(value)} has a unit; write {number} ({own.name})" if allowed.takes(number) else ""


def _takes(schema: Schema, value: str | float) -> bool:
    kind = "string" if isinstance(value, str) else "boolean" if isinstance(value, bool) else "number"
    if kind not in (_kind(schema), "number" if _kind(schema) == "integer" else ""):
        return False
    if "enum" in schema or "const" in schema:
        return value in schema.get("enum", [schema.get("const")])
    if isinstance(value, str):
        return len(value) <= schema.get("maxLength", len(value)) and bool(re.search(schema.get("pattern", ""), value))
    return schema.get("minimum", value) <= value <= schema.get("maximum", value)


def _length(many: str, one: str, context: Mapping[str, Any]) -> str:
    least, has = "min_length" in context, context.get("actual_length")
    limit = context["min_length" if least else "max_length"]
    is_now = f"has {has} {one if has == 1 else many}" if has else "is empty" if least else "is too long"
    return f"{is_now}; use at {'least' if least else 'most'} {limit} {one if limit == 1 else many}"


def _key(key: str, names: Schema) -> str:
    """The message for a key that no table here may have."""
    if "enum" in names:
        return unknown(key, names["enum"])
    if len(key) > names.get("maxLength", len(key)):
        return f"{shown(key)} has {len(key)} characters; use a key of at most {names['maxLength']}"
    words = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
    candidates = (words, words.replace("-", "_").upper(), *names.get("examples", ()), "name")
    fitting = next((each for each in candidates if _takes(names, each)), "another")
    return f"{shown(key)} cannot be a key here; use one such as `{fitting}`"


def _entry(schema: Schema, part: str | int) -> Iterator[Schema]:
    """What a schema says about one key or item."""
    if isinstance(part, int):
        items = schema.get("prefixItems", [])
        found = items[part] if part < len(items) else schema.get("items")
    else:
        others = [*schema.get("patternProperties", {}).values(), schema.get("additionalProperties")]
        found = schema.get("properties", {}).get(part) or next(filter(None, others), None)
    if isinstance(found, Mapping):
        yield cast(Schema, found)


def _kind(schema: Schema) -> str:
    values: list[object] = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if not values:
        return str(schema.get("type", "any"))
    first = values[0]  # True is an int too, so it is asked for first
    return "boolean" if isinstance(first, bool) else "integer" if isinstance(first, int) else "string"


def _right(schema: Schema) -> str:
    if "enum" in schema or "const" in schema:
        return either(map(str, schema.get("enum", [schema.get("const")])))
    kind = schema.get("type", "")
    if kind in ("integer", "number"):
        return WORDS[kind] + (_range(schema) or "".join(f" such as {each}" for each in schema.get("examples", ())[:1]))
    if kind == "string":
        return _text(schema)
    items = schema.get("items", {})
    if items.get("enum"):
        return f"a list of {', '.join(items['enum'])}"
    required = f" with {', '.join(schema['required'])}" if schema.get("required") else ""
    examples = schema.get("examples") or [[example] for example in items.get("examples", ())]
    example = f" such as {_flow(examples[0])}" if examples else ""
    return f"{WORDS[kind]}{required}{example}" if kind in WORDS else ""


def _flow(value: Any) -> str:
    """A table or list as a stack file has it in one line: {path: /health}."""
    return yaml.safe_dump(value, default_flow_style=True, width=math.inf, sort_keys=False).strip()


def _range(schema: Schema) -> str:
    least, most = schema.get("minimum"), schema.get("maximum")
    if least is not None and most is not None:
        return f" from {least} to {most}"
    if least is not None:
        return f" of {least} or more"
    return f" of {most} or less" if most is not None else ""


def _text(schema: Schema) -> str:
    """Text, with an example if it has a pattern: a regular expression would be no advice."""
    examples = [*schema.get("examples", ()), *([schema.get("default")] if "pattern" in schema else [])]
    return f"text such as {json.dumps(examples[0])}" if any(examples) else "text"
