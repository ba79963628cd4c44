"""A diagram as nested boxes with arrows between them, and how it is written: Mermaid for GitHub, DOT for a picture."""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from preview.picture import boxes
from preview.picture.boxes import Arrow, Box, every
from preview.picture.layout import graphviz

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = 33  #: bytes of the signature and of a PNG's first chunk, behind which others may stand
KEYWORD = b"Source"
FONT = 'fontname="Helvetica"'


@dataclass(frozen=True)
class Diagram:
    """One picture."""

    name: str  #: of its file
    title: str
    about: str  #: a sentence or two
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...] = ()
    direction: Literal["TB", "LR"] = "TB"


def mermaid(diagram: Diagram) -> str:
    """A flowchart that GitHub shows."""
    return boxes.mermaid(diagram.boxes, diagram.arrows, diagram.direction)


def dot(diagram: Diagram) -> str:
    """The same for Graphviz."""
    lines = [
        "digraph {",
        f"  rankdir={diagram.direction} compound=true dpi=110 pad=0.3 nodesep=0.3 {FONT} fontsize=13",
        f'  node [shape=box style="rounded,filled" fillcolor="#eaf2fb" color="#5b7fa6" {FONT} fontsize=11]',
        f'  edge [color="#555555" {FONT} fontsize=10]',
    ]
    for box in diagram.boxes:
        lines += _dot_box(box, "  ")
    boxes = {box.id: box for box in every(diagram.boxes)}
    for arrow in diagram.arrows:
        tail, head = boxes[arrow.source], boxes[arrow.target]
        ends = _end("ltail", tail) + _end("lhead", head)
        lines.append(f'  {_leaf(tail)} -> {_leaf(head)} [label="{arrow.label}"{ends}]')
    return "\n".join([*lines, "}"]) + "\n"


def _dot_box(box: Box, indent: str) -> Iterator[str]:
    label = box.label.replace("|", "\\n")
    if not box.inside:
        yield f'{indent}{box.id} [label="{label}"]'
        return
    yield f'{indent}subgraph cluster_{box.id} {{ label="{label}" style="rounded,filled" fillcolor="#00000008"'
    for each in box.inside:
        yield from _dot_box(each, f"{indent}  ")
    yield f"{indent}}}"


def _leaf(box: Box) -> str:
    """Graphviz draws arrows between nodes only: to the first of those inside, and cuts them off at the border."""
    return _leaf(box.inside[0]) if box.inside else box.id


def _end(which: str, box: Box) -> str:
    return f" {which}=cluster_{box.id}" if box.inside else ""


# The picture's file. It carries the hash of what it was drawn from, so that a test can tell an old one without drawing.


def source(diagram: Diagram) -> str:
    """What stands in the file of a picture that is up to date."""
    return hashlib.sha256(dot(diagram).encode()).hexdigest()


def drawn_from(png: bytes) -> str:
    """What stands in a picture's file."""
    if not png.startswith(SIGNATURE):
        raise ValueError("that is no PNG")
    (length,) = struct.unpack(">I", png[HEADER : HEADER + 4])
    kind, content = png[HEADER + 4 : HEADER + 8], png[HEADER + 8 : HEADER + 8 + length]
    return content.removeprefix(KEYWORD + b"\0").decode() if kind == b"tEXt" and KEYWORD in content else ""


def draw(diagram: Diagram, file: Path) -> None:
    """Draws it with Graphviz."""
    png = graphviz("-Tpng", dot(diagram))
    content = KEYWORD + b"\0" + source(diagram).encode()
    chunk = b"tEXt" + content
    chunk = struct.pack(">I", len(content)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    file.write_bytes(png[:HEADER] + chunk + png[HEADER:])
