"""What a stack file may say about functions: what all of them have in common, and those of its own."""

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import Field

from settings.tables.containers import Variable
from settings.tables.security import holds_secret
from settings.tables.table import Complaint, LogDays, Table, Word, repeated
from settings.words import choice

#: What EventBridge calls the ends of an interval (its guide, "Rate expressions").
UNITS: Final = {"m": "minute", "h": "hour", "d": "day"}
Interval = Annotated[str, Field(pattern=r"^[1-9]\d{0,2}[mhd]$", examples=["1h"])]


class OnTable(Table):
    """What runs a function: an interval, objects of a bucket, or events of a source on the account's event bus."""

    every: Interval | None = Field(default=None, description="how often: minutes, hours or days")
    bucket: Word | None = Field(default=None, description="the bucket whose objects come or go")
    objects: Literal["created", "deleted"] = Field(default="created", description="with bucket: which of the two")
    source: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*\*?$",
        max_length=200,
        description="who tells of the events; * at the end stands for anything",
        examples=["shop.orders"],
    )
    kinds: tuple[Annotated[str, Field(min_length=1, max_length=128)], ...] = Field(
        default=(), description="with source: their detail types; default: all", examples=[["OrderPlaced"]]
    )

    @property
    def schedule(self) -> str | None:
        """The interval, as EventBridge writes it."""
        if not self.every:
            return None
        number, unit = int(self.every[:-1]), UNITS[self.every[-1]]
        return f"rate({number} {unit}{'s' if number > 1 else ''})"

    def complaints(self) -> Iterator[Complaint]:
        yield from repeated(("kinds",), self.kinds)
        if sum(value is not None for value in (self.every, self.bucket, self.source)) != 1:
            yield Complaint((), "one thing runs a function; use exactly one of every, bucket and source")
            return
        for word, owner in (("objects", "bucket"), ("kinds", "source")):
            if word in self.model_fields_set and getattr(self, owner) is None:
                yield Complaint((word,), f"it goes with {owner}; remove this, or use {owner}")


class CodeTable(Table):
    """The source of functions of the stack's own, and what it needs to run."""

    folder: str = Field(
        pattern=r"^[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*$",
        description="where it is, from the project's root; all files of it are its archive, which needs no "
        "build: handler.py or handler.mjs, with the function `handle`",
        examples=["blueprints/shop/functions/orders"],
    )
    purpose: str = Field(min_length=1, max_length=256, description="what it does, for people")
    runtime: str = Field(
        pattern=r"^(python3\.\d+|nodejs\d+\.x)$", description="of AWS Lambda", examples=["python3.13", "nodejs22.x"]
    )
    memory: int = Field(default=128, ge=128, le=10240, description="MB")
    seconds: int = Field(default=30, ge=1, le=900, description="in which a run must be done")


class OwnFunctionTable(Table):
    """A function of the stack's own: what it runs, and what runs it."""

    code: Word = Field(description="the row of functions.code that it runs")
    on: OnTable
    at_once: int | None = Field(
        default=None, ge=1, description="runs side by side that are reserved for it, and its most; default: neither"
    )
    environment: dict[Variable, str] = Field(
        default={}, description="settings that are no secrets, beside ENVIRONMENT", examples=[{"LOG_LEVEL": "info"}]
    )
    lists: Word | None = Field(
        default=None, description="a bucket whose objects it may list; its variable BUCKET says the name"
    )

    def complaints(self) -> Iterator[Complaint]:
        for name, value in self.environment.items():
            if holds_secret(name, value):
                message = "looks like a secret, and everybody can read an environment; remove it"
                yield Complaint(("environment", name), message)
        for name in ("ENVIRONMENT", *(["BUCKET"] if self.lists else [])):
            if name in self.environment:
                yield Complaint(("environment", name), f"the platform sets {name} itself; remove it here")


class FunctionsTable(Table):
    """What all functions on Lambda have in common, and the stack's own."""

    log_days: LogDays = Field(default=30, description="days that their logs are kept")
    reserve: bool = Field(
        default=True,
        description="reserve the concurrency of the platform's own functions; false while the account's own limit "
        "is so low that Lambda refuses it (`aws lambda get-account-settings`)",
    )
    code: dict[Word, CodeTable] = Field(default={}, description="what its own functions run")
    own: dict[Word, OwnFunctionTable] = Field(default={}, description="functions of the stack's own, by word")

    def complaints(self) -> Iterator[Complaint]:
        for word, function in self.own.items():
            if function.code not in self.code:
                use = choice(function.code, [*self.code]) if self.code else "add it to functions.code"
                yield Complaint(("own", word, "code"), f"there is no code {function.code!r}; {use}")
        for word in self.code.keys() - {function.code for function in self.own.values()}:
            yield Complaint(("code", word), "no function runs it; add one to functions.own, or remove this")
