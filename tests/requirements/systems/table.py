"""What a row of a proof says: a requirement, resources of a recorded stack, and the exact values that they have."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from preview.recording import RecordedResource, Recording
from tests.requirements.ledger import ledger
from tests.requirements.reading import of

Wanted = Any  #: a value, or a matcher of this module
ABSENT = "<absent>"  #: stands for a property that is not set


@dataclass(frozen=True)
class ClassProof:
    """One requirement at the resources of one class."""

    id: str
    type: str  #: as the ledger names classes: ec2.Vpc
    values: Mapping[str, Wanted] = field(default_factory=dict[str, Wanted])  #: by path, into JSON too: a.0.b
    where: Mapping[str, Wanted] = field(default_factory=dict[str, Wanted])  #: which resources, by path
    count: int | None = None  #: how many there are; None: at least one
    stacks: tuple[str, ...] = ()  #: of those that the ledger names; empty is all

    def check(self, stack: Recording) -> None:
        """Assert that the chosen resources have the values."""
        found = chosen(stack, self.type, self.where)
        assert len(found) == self.count if self.count is not None else found, f"{self.id}: {len(found)} {self.type}"
        for each in found:
            for path, wanted in self.values.items():
                value = at_path(each.inputs, path)
                assert fits(stack, wanted, value), f"{self.id}: {each.name} {path} is {value!r}, not {wanted!r}"


@dataclass(frozen=True)
class StackProof:
    """One requirement that needs more than the values of one class; `types` are the classes that it rests on."""

    id: str
    proof: Callable[..., None]  #: given the recording and `arguments`
    arguments: tuple[Any, ...] = ()
    types: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()

    def check(self, stack: Recording) -> None:
        """Assert what the proof asserts."""
        self.proof(stack, *self.arguments)


Proof = ClassProof | StackProof


class Matcher:
    """What stands for a value."""

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether a value of a stack is the wanted one."""
        raise NotImplementedError


@dataclass(frozen=True)
class Ref(Matcher):
    """An output of the resources of a class: one value, or all of them in any order where there are several."""

    type: str
    where: Mapping[str, Wanted] = field(default_factory=dict[str, Wanted])
    output: str = "id"

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether it is the output, or exactly the outputs of all."""
        found = chosen(stack, self.type, self.where)
        meant = [each.id if self.output == "id" else each.outputs[self.output] for each in found]
        given = list(value) if isinstance(value, list | tuple) else [value]
        return bool(meant) and sorted(map(str, given)) == sorted(map(str, meant))


@dataclass(frozen=True)
class OneOf(Matcher):
    """Any of some values."""

    values: tuple[Wanted, ...]

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether it is one of them."""
        return any(fits(stack, each, value) for each in self.values)


@dataclass(frozen=True)
class Matches(Matcher):
    """A text of a form."""

    pattern: str

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether the form is found in it."""
        return isinstance(value, str) and value != ABSENT and bool(re.search(self.pattern, value))


@dataclass(frozen=True)
class Holds(Matcher):
    """A list or text that holds these, beside others."""

    values: tuple[Wanted, ...]

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether each of them is in it."""
        if isinstance(value, list):
            return all(any(fits(stack, each, item) for item in cast(list[Any], value)) for each in self.values)
        return isinstance(value, str) and all(isinstance(each, str) and each in value for each in self.values)


@dataclass(frozen=True)
class AtLeast(Matcher):
    """A number that is not less."""

    least: float

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether it is not less."""
        return isinstance(value, int | float) and value >= self.least


@dataclass(frozen=True)
class AnyValue(Matcher):
    """Whatever is set."""

    def fits(self, stack: Recording, value: Any) -> bool:
        """Whether it is set."""
        return value not in (ABSENT, None, "", [])


def one_of(*values: Wanted) -> OneOf:
    """Any of some values."""
    return OneOf(values)


def holds(*values: Wanted) -> Holds:
    """A list or text that holds these."""
    return Holds(values)


def chosen(stack: Recording, type_: str, where: Mapping[str, Wanted]) -> list[RecordedResource]:
    """The resources of a class with these inputs; `name` below `logical` is the program's own name of it."""
    return [
        each
        for each in of(stack, type_)
        if all(
            fits(stack, wanted, each.name if path == "logical" else at_path(each.inputs, path))
            for path, wanted in where.items()
        )
    ]


def at_path(value: Any, path: str) -> Any:
    """What stands at a path: keys and positions, through JSON texts; `*` is all items of a list."""
    parts = path.split("/") if "/" in path else path.split(".")
    for number, part in enumerate(parts):
        if isinstance(value, str) and value[:1] in "[{":
            value = json.loads(value)
        if part == "*":
            rest = ".".join(parts[number + 1 :])
            return [at_path(each, rest) if rest else each for each in value]
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else ABSENT
        else:
            value = value.get(part, ABSENT) if isinstance(value, Mapping) else ABSENT
    return value


def fits(stack: Recording, wanted: Wanted, value: Any) -> bool:
    """Whether a value is the wanted one."""
    return wanted.fits(stack, value) if isinstance(wanted, Matcher) else bool(value == wanted)


def stacks(proof: Proof) -> Iterable[str]:
    """The stacks that a proof is made in, each called system/stack."""
    found = ledger()[proof.id]
    assert set(proof.stacks) <= set(found.stacks), f"{proof.id} holds for {found.stacks}"
    return [f"{found.system}/{each}" for each in proof.stacks or found.stacks]
