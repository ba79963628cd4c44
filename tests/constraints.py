"""What AWS says of a value beside its type, which botocore does not check: length, size, form, and known words."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any


def broken(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Where a request or an answer is not as AWS describes it: too short, too long, another form, an unknown word."""
    if shape is None or value is None:
        return
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            for name, each in value.items():
                if name in shape.members:
                    yield from broken(each, shape.members[name], f"{path}.{name}".lstrip("."))
        case "list" if isinstance(value, list | tuple):
            yield from _bounds(len(value), shape, f"{path} has {len(value)} entries")
            for index, each in enumerate(value):
                yield from broken(each, shape.member, f"{path}[{index}]")
        case "map" if isinstance(value, dict):
            yield from _bounds(len(value), shape, f"{path} has {len(value)} entries")
            for name, each in value.items():
                yield from broken(name, shape.key, f"{path} key")
                yield from broken(each, shape.value, f"{path}.{name}")
        case "string" if isinstance(value, str):
            yield from _text(value, shape, path)
        case "integer" | "long" | "float" | "double":
            yield from _bounds(value, shape, f"{path} is {value}")
        case _:
            return


def _text(value: str, shape: Any, path: str) -> Iterator[str]:
    yield from _bounds(len(value), shape, f"{path} has {len(value)} characters")
    if shape.enum and value not in shape.enum:
        yield f"{path} is {value!r}, and not one of {', '.join(shape.enum)}"
    form = _form(shape.metadata.get("pattern", ""))
    if form and not form.search(value):
        yield f"{path} is {value!r}, and not of the form {form.pattern}"


def _bounds(value: float, shape: Any, said: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and value < least:
        yield f"{said}, and AWS wants {least} or more"
    if most is not None and value > most:
        yield f"{said}, and AWS takes {most} or less"


@cache
def _form(pattern: str) -> re.Pattern[str] | None:
    """AWS's expressions are Java's; none where Python cannot read one. AWS means the whole value."""
    try:
        return re.compile(rf"^(?:{pattern})$") if pattern else None
    except re.error:
        return None
