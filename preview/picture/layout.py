"""Where the boxes, their labels and the arrows stand: Graphviz's `dot` says so, of sizes that are all ours.

`graphviz-pure` is a port of Graphviz that comes from the package index as one program without a library, and says the
same on every platform. It is asked for places alone: fonts, which differ from machine to machine, decide nothing.
"""

import json
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from preview.picture.boxes import Arrow, Box, every

LINE: Final = 15.0  #: the height of a line
NAME, SMALL = 12.5, 11.0  #: sizes of the first line of a label, and of the others
#: Of its size a letter is wide on average, at most, in any sans serif: names are bold.
EM: Final = {NAME: 0.66, SMALL: 0.6}
EDGE: Final = 10.0  #: between a label and the edge of its box
GAP: Final = 8.0  #: between chips
INCH: Final = 72  #: points of Graphviz, each a pixel here
PROGRAM: Final = "graphviz-pure"

Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Rectangle:
    """Where something stands: from the upper left corner, in pixels."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class DrawnArrow:
    """Where an arrow runs: a start, then three points for each Bézier curve; and its head's point and label."""

    arrow: Arrow
    points: tuple[Point, ...]
    head: Point
    label: Rectangle | None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A picture, laid out."""

    width: float
    height: float
    boxes: Mapping[str, Rectangle]  #: by id
    labels: Mapping[str, Rectangle]  #: of boxes that hold others
    routes: tuple[DrawnArrow, ...]


def text_width(text: str, size: float) -> float:
    """How wide a text is at most, in pixels."""
    return len(text) * size * EM[size]


def label_size(box: Box) -> Point:
    """The width and height of a label, with the chips under it, one below the other."""
    lines = box.label.split("|")
    width = max(text_width(line, SMALL if number else NAME) for number, line in enumerate(lines))
    chips = [box_size(each) for each in box.chips]
    height = LINE * len(lines) + sum(GAP + high for _, high in chips)
    return max([width, *(wide for wide, _ in chips)]), height


def box_size(box: Box) -> Point:
    """The width and height of a box that holds no other."""
    width, height = label_size(box)
    return width + 2 * EDGE, height + EDGE


def laid_out(boxes: tuple[Box, ...], arrows: tuple[Arrow, ...]) -> Layout:
    """Where everything stands. Raises FileNotFoundError where `graphviz-pure` is not installed."""
    said = json.loads(graphviz("-Tjson0", dot(boxes, arrows)))
    _, _, width, height = _numbers(said["bb"])
    there = {each["name"].removeprefix("cluster_"): each for each in said.get("objects", ())}
    return Layout(
        width=width,
        height=height,
        boxes={box.id: _place(there[box.id], height) for box in every(boxes)},
        labels={box.id: _label(box, there, height) for box in every(boxes) if box.holds},
        routes=tuple(_route(each, arrows[int(each["id"])], height) for each in said.get("edges", ()) if "id" in each),
    )


def graphviz(form: str, text: str) -> bytes:
    """What Graphviz makes of a text in its language: `-Tjson0` gives the places alone. Raises FileNotFoundError."""
    program = shutil.which(PROGRAM, path=sysconfig.get_path("scripts")) or shutil.which(PROGRAM)
    if not program:
        raise FileNotFoundError(f"a picture needs {PROGRAM}, which requirements.txt names: make install")
    return subprocess.run([program, form], input=text.encode(), capture_output=True, check=True).stdout


def dot(boxes: tuple[Box, ...], arrows: tuple[Arrow, ...]) -> str:
    """The question to Graphviz, in its language."""
    tiers = [box for box in every(boxes) if box.chips]
    rows = {each.id: _rows(tier, arrows) for tier in tiers for each in (tier, *tier.inside)}
    lines = [
        "digraph {",
        "  rankdir=TB nodesep=0.4 ranksep=0.4 margin=0",
        '  node [shape=box fixedsize=true label=""]',
        *(line for box in boxes for line in _dot_box(box, arrows)),
    ]
    for number, arrow in enumerate(arrows):
        one, other, way = arrow.source, arrow.target, "forward"
        if arrow.up:
            one, other, way = other, one, "back"
        label = f"label={_sized(text_width(arrow.label, SMALL) + EDGE, LINE)}" if arrow.label else ""
        down = 1 if _together(tiers, one, other) else rows.get(one, 1)
        lines.append(f"  {one} -> {other} [id={number} {label} dir={way} minlen={down}]")
    for tier in (tier for tier in tiers if rows[tier.id] > 1):
        lowered = (each.id for each in tier.inside if _looks_up(each.id, arrows))
        lines += [f"  {_head(tier)} -> {each} [style=invis]" for each in lowered]
    for one, other in pairwise(tiers):  # each under the one before
        lines.append(f"  {_head(one)} -> {_head(other)} [style=invis weight=9 minlen={rows[one.id]}]")
    return "\n".join([*lines, "}"])


def _rows(tier: Box, arrows: tuple[Arrow, ...]) -> int:
    """In how many rows stands what is in a tier: what others in it connect to stands under them."""
    return 1 + any(_together([tier], arrow.source, arrow.target) for arrow in arrows)


def _looks_up(box: str, arrows: tuple[Arrow, ...]) -> bool:
    """Whether a box connects to what is above its tier alone: it stands in the last row, where there is room."""
    own = [arrow for arrow in arrows if box in (arrow.source, arrow.target)]
    return bool(own) and all(arrow.up and arrow.source == box for arrow in own)


def _together(tiers: list[Box], one: str, other: str) -> bool:
    return any({one, other} <= {each.id for each in tier.inside} for tier in tiers)


def _dot_box(box: Box, arrows: tuple[Arrow, ...]) -> Iterator[str]:
    if not box.holds:
        width, height = box_size(box)
        yield f"  {box.id} [width={width / INCH:.4f} height={height / INCH:.4f}]"
        return
    yield f"  subgraph cluster_{box.id} {{ margin={EDGE:g} labeljust=l labelloc=b"
    yield '  label=""' if box.chips else f"  label={_sized(*label_size(box))}"
    if box.chips:
        width, height = label_size(box)
        yield f"  {_head(box)} [width={width / INCH:.4f} height={height / INCH:.4f}]"
    for each in box.inside:
        yield from _dot_box(each, arrows)
    if box.chips:
        yield from _beside(box, arrows)
    yield "  }"


def _beside(box: Box, arrows: tuple[Arrow, ...]) -> Iterator[str]:
    """A label with chips is a node, left of the uppermost that is inside: no arrow runs over it."""
    ids = {each.id for each in box.inside}
    below = {arrow.target for arrow in arrows if {arrow.source, arrow.target} <= ids}
    for each in [each.id for each in box.inside if each.id not in below][:1]:
        yield f"  {{ rank=same {_head(box)} -> {each} [style=invis] }}"


def _head(box: Box) -> str:
    return f"head_{box.id}"


def _sized(width: float, height: float) -> str:
    """A label of a size and without text."""
    border = 'BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="0" FIXEDSIZE="TRUE"'
    return f'<<TABLE {border} WIDTH="{width:.0f}" HEIGHT="{height:.0f}"><TR><TD></TD></TR></TABLE>>'


def _place(said: Mapping[str, Any], height: float) -> Rectangle:
    if "bb" in said:
        left, low, right, high = _numbers(said["bb"])
        return Rectangle(x=left, y=height - high, width=right - left, height=high - low)
    return _around(said["pos"], float(said["width"]) * INCH, float(said["height"]) * INCH, height)


def _label(box: Box, there: Mapping[str, Any], height: float) -> Rectangle:
    if box.chips:
        return _place(there[_head(box)], height)
    said = there[box.id]
    return _around(said["lp"], float(said["lwidth"]) * INCH, float(said["lheight"]) * INCH, height)


def _around(middle: str, wide: float, high: float, height: float) -> Rectangle:
    x, y = _numbers(middle)
    return Rectangle(x=x - wide / 2, y=height - y - high / 2, width=wide, height=high)


def _route(said: Mapping[str, Any], arrow: Arrow, height: float) -> DrawnArrow:
    """An arrow: behind `e,` or `s,` stands its head's point, what follows are those of its curves."""
    head, *points = ([float(each) for each in part.split(",")[-2:]] for part in said["pos"].split())
    label = None
    if arrow.label:
        label = _around(said["lp"], text_width(arrow.label, SMALL) + EDGE, LINE, height)
    turned = [(x, height - y) for x, y in points]
    return DrawnArrow(
        arrow=arrow,
        points=tuple(reversed(turned) if arrow.up else turned),
        head=(head[0], height - head[1]),
        label=label,
    )


def _numbers(text: str) -> list[float]:
    return [float(each) for each in text.split(",")]
