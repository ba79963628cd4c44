"""A table of which every part may be missing: what defaults for rows of that table may say."""

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin

from pydantic import Field, create_model

from settings.tables.table import Table

T = TypeVar("T", bound=Table)


def partial_of(table: type[Table]) -> Callable[[type[T]], type[T]]:
    """Give a class the fields of a table, none of them required. Combinations are judged where the rows are whole."""
    return lambda base: create_model(base.__name__, __base__=base, __doc__=base.__doc__, **_fields(table))


@cache
def _partial(table: type[Table]) -> type[Table]:
    return create_model(f"Partial{table.__name__}", __base__=Table, __doc__=table.__doc__, **_fields(table))


def _fields(table: type[Table]) -> dict[str, Any]:
    """The fields without their defaults: those belong to the rows."""
    return {
        name: (
            Annotated[_loose(info.annotation), *info.metadata, Field(description=info.description)],
            Field(default_factory=lambda: None, examples=info.examples or _example(info.default)),
        )
        for name, info in table.model_fields.items()
    }


def _example(default: object) -> list[Any] | None:
    """What a message advises: the text that rows have by default."""
    return [default] if isinstance(default, str) else None


def _loose(kind: Any) -> Any:
    """A type in which every table is a partial one."""
    if isinstance(kind, type):
        return _partial(kind) if issubclass(kind, Table) else cast(Any, kind)
    origin, parts = get_origin(kind), get_args(kind)
    if origin is None or origin is Literal:
        return kind
    if origin is Annotated:
        return Annotated[_loose(parts[0]), *parts[1:]]
    loose = tuple(part if part is ... else _loose(part) for part in parts)
    return Union[loose] if origin in (Union, UnionType) else origin[loose]  # noqa: UP007, RUF100 a tuple of types
