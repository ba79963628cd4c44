"""What a concern returns, and how later concerns find it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import pulumi

from components.compute.function import Function
from components.operations.watch.model import Subject
from components.platform.context import Context


@dataclass(frozen=True, kw_only=True)
class Part:
    """What one concern has built. A concern with more to hand on subclasses it."""

    exports: Mapping[str, Any] = field(default_factory=dict[str, Any])  #: what a user needs next: URLs, ARNs, names
    subjects: Sequence[Subject] = ()  #: what has alarms
    functions: Sequence[Function] = ()
    backed_up: Mapping[str, pulumi.Output[str]] = field(default_factory=dict[str, pulumi.Output[str]])  #: ARNs, by word


P = TypeVar("P", bound=Part)


class Parts(tuple[Part, ...]):
    """The parts built so far, in order. Each is found by its type."""

    def find(self, kind: type[P]) -> P | None:
        """The part of a type; None if the stack file asks for none."""
        return next((part for part in self if isinstance(part, kind)), None)

    def of(self, kind: type[P]) -> P:
        """The part of a type that must have been built. Raises LookupError if it has not."""
        found = self.find(kind)
        if found is None:
            raise LookupError(f"{kind.__name__} is not built yet, or nothing asks for it")
        return found

    def having(self, part: Part | None) -> Self:
        """These parts and one more."""
        return type(self)((*self, *([part] if part else [])))


#: A concern builds what the stack file's tables ask for, from the parts built before. None: they ask for nothing.
Concern = Callable[[Context, Parts], Part | None]
