"""What every table of a stack file has in common, and the few kinds of words that several tables use."""

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from settings.known import table

Path = tuple[str | int, ...]


class Complaint(NamedTuple):
    """Something impossible in a table: where, below the table, and what is wrong and would be right."""

    path: Path
    message: str
    other: Path = ()  #: where the other of two stands that cannot be together; the message says what it is

    def below(self, *path: str | int) -> "Complaint":
        """The same, of a table that stands at a path."""
        return Complaint((*path, *self.path), self.message, (*path, *self.other) if self.other else ())


class Table(BaseModel):
    """A table of the stack file: immutable, closed to keys it does not know, its words joined by hyphens."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=lambda name: name.replace("_", "-"),
        populate_by_name=True,
        defer_build=True,  # the whole file's type is built once, not each table's before it
    )

    def complaints(self) -> Iterator[Complaint]:
        """What no single field can tell: combinations of this table's fields that cannot be."""
        yield from ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        """Raise all complaints of the table at once; the reader of stack files takes them apart again."""
        found = list(self.complaints())
        if found:
            text = "; ".join(complaint.message for complaint in found)
            raise PydanticCustomError("impossible", "{text}", {"text": text, "complaints": found})
        return self


def twice(words: Iterable[object]) -> Iterator[tuple[int, object]]:
    """The words of a list that were there before, each with its position."""
    seen: set[object] = set()
    for index, word in enumerate(words):
        if word in seen:
            yield index, word
        seen.add(word)


def repeated(path: Path, words: Iterable[object]) -> Iterator[Complaint]:
    """A complaint of each word that a list at `path` names again."""
    for index, word in twice(words):
        yield Complaint((*path, index), f"{word} is named twice; name it once")


def minutes(time: str) -> int:
    """A time of day as minutes since midnight."""
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def network(text: object) -> ipaddress.IPv4Network:
    """An IPv4 network without host bits. Raises ValueError with the network that was probably meant."""
    if isinstance(text, ipaddress.IPv4Network):
        return text
    if not isinstance(text, str) or "/" not in text:
        if isinstance(text, str) and text.endswith(".0") and (found := _network_in(text)):
            raise ValueError(f"{text!r} is not a network; use one such as {found}")
        alone = f"{text}/32 for this address alone, or " if _is_address(text) else ""
        raise ValueError(f"{text!r} is not a network; use {alone}an address and a prefix length such as 10.0.0.0/16")
    try:
        meant = ipaddress.IPv4Network(text, strict=False)
    except ValueError as error:
        example = _network_in(text) or "10.0.0.0/16"
        raise ValueError(f"{text!r} is not an IPv4 network ({error}); use one such as {example}") from None
    if meant.prefixlen < 16 and str(meant) != text and (found := _network_in(text)):
        raise ValueError(f"{text!r} has too short a prefix for its address; use one such as {found}")
    if str(meant) != text:
        raise ValueError(f"{text!r} is an address inside a network, not a network; use {meant}")
    return meant


def _is_address(text: object) -> bool:
    """Whether a text is one IPv4 address."""
    try:
        return isinstance(text, str) and bool(ipaddress.IPv4Address(text))
    except ValueError:
        return False


def _network_in(text: str) -> ipaddress.IPv4Network | None:
    """The largest network of a VPC's sizes that begins at the address in a text; None where there is none."""
    found = re.match(r"\d{1,3}(\.\d{1,3}){3}", text)
    for prefix in range(16, 29) if found else ():
        try:
            return ipaddress.IPv4Network(f"{found and found[0]}/{prefix}")
        except ValueError:
            continue
    return None


def _no_truth(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("literal_error", "a truth value is no number")
    return value


NUMBERS = BeforeValidator(_no_truth)  #: of a choice of numbers, for which pydantic takes true as 1 and false as 0


def _cidr(example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": r"^\d+\.\d+\.\d+\.\d+/\d+$", "examples": [example]})


Cidr = Annotated[ipaddress.IPv4Network, PlainValidator(network), _cidr("10.0.0.0/16")]
SubnetCidr = Annotated[ipaddress.IPv4Network, PlainValidator(network), _cidr("10.0.0.0/24")]
Word = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=40, examples=["api"])
]  # a key that becomes part of names
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", examples=["us-east-1"])]
Zone = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$", examples=["us-east-1a"])]
Arn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:", examples=["arn:aws:iam::123456789012:role/devops"])]
KeyArn = Annotated[
    str,
    Field(
        pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key/(mrk-)?[0-9a-f-]{32,36}|alias/[A-Za-z0-9/_-]+)$",
        examples=["arn:aws:kms:us-west-2:123456789012:alias/shop-prod-dr-kms"],
    ),
]  # of a key, of one of several regions, or of a key's alias
SECRET_PATH = r"[a-z0-9][a-z0-9-]*(/[a-z0-9-]+)*"
SecretPath = Annotated[str, Field(pattern=f"^{SECRET_PATH}$", max_length=200, examples=["app/jwt-secret"])]
Tag = Annotated[str, Field(min_length=1, max_length=256)]
Port = Annotated[int, Field(ge=1, le=65535)]
TIME = r"([01]\d|2[0-3]):[0-5]\d"  # of a day
Time = Annotated[str, Field(pattern=f"^{TIME}$", examples=["08:00"])]
Period = Annotated[int, Field(ge=60, le=86400, multiple_of=60)]  # seconds of one value of a metric
LOG_DAYS = "log-days"  #: marks the fields that hold them
# What CloudWatch Logs accepts (PutRetentionPolicy) is in the list of what is known.
LogDays = Annotated[int, Field(ge=1, examples=table()[LOG_DAYS]), LOG_DAYS]
