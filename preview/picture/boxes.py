"""What a picture is made of: nested boxes with arrows between them, and how that is written as Mermaid."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["region", "vpc", "tier", "outside", "thing"]


@dataclass(frozen=True)
class Box:
    """Something, or what holds other boxes. `|` in a label begins a new line."""

    id: str  #: letters, digits and underscores
    label: str
    inside: tuple["Box", ...] = ()
    kind: Kind = "thing"
    urns: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])  #: by a word of the label
    chips: tuple["Box", ...] = ()  #: what stands in a row under the label: subnets in a tier

    @property
    def holds(self) -> bool:
        """Whether it is drawn around others."""
        return bool(self.inside or self.chips)


@dataclass(frozen=True)
class Arrow:
    """From one box to another."""

    source: str
    target: str
    label: str = ""
    up: bool = False  #: against the order in which the boxes stand


def word(text: str) -> str:
    """A text as an id."""
    return "".join(each if each.isalnum() else "_" for each in text)


def every(boxes: Sequence[Box]) -> Iterator[Box]:
    """The boxes, and all inside them."""
    for box in boxes:
        yield box
        yield from every(box.inside)


def mermaid(boxes: Sequence[Box], arrows: Sequence[Arrow], direction: str = "TB") -> str:
    """A flowchart that GitHub shows."""
    lines = [f"flowchart {direction}"]
    for box in boxes:
        lines += _mermaid_box(box, "  ")
    for arrow in arrows:
        label = f'|"{arrow.label}"|' if arrow.label else ""
        lines.append(f"  {arrow.source} -->{label} {arrow.target}")
    return "\n".join(lines)


def _mermaid_box(box: Box, indent: str) -> Iterator[str]:
    label = f'["{box.label.replace("|", "<br>")}"]'
    if not box.inside:
        yield f"{indent}{box.id}{label}"
        return
    yield f"{indent}subgraph {box.id}{label}"
    for each in box.inside:
        yield from _mermaid_box(each, f"{indent}  ")
    yield f"{indent}end"
