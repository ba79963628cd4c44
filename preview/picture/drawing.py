"""The SVG: boxes, labels and arrows where the layout has them; its colours follow the reader's, no font is fetched."""

import math
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import takewhile
from typing import Final

from preview.picture.boxes import Box, every
from preview.picture.layout import GAP, LINE, DrawnArrow, Layout, Point, Rectangle, box_size

PAD: Final = 8  #: around the picture
BASE: Final = 0.76  #: of a line's height its letters stand on
TITLE: Final = 26  #: the height of a picture's title, where there are several
HEAD: Final = 4.0  #: half the width of an arrow's head

#: Classes begin with `net-`: an HTML page that holds the picture has its own. It may set the colours, by their names.
STYLE: Final = """\
.net{font-family:Helvetica,Arial,"Liberation Sans","DejaVu Sans",sans-serif;
--net-text:#16202c;--net-dim:#4a5868;--net-back:#ffffff;--net-line:#8b9bb0;--net-thing:#e8f0fb;--net-edge:#41699b;
--net-vpc:#f5f8fc;--net-tier:#ffffff;--net-chip:#eef2f6;--net-arrow:#5c4a8a}
@media (prefers-color-scheme:dark){.net{
--net-text:#e8edf4;--net-dim:#a9b6c6;--net-back:#10161f;--net-line:#56657a;--net-thing:#1d3350;--net-edge:#7fa8dd;
--net-vpc:#151e2a;--net-tier:#1a2534;--net-chip:#243244;--net-arrow:#b9a5ec}}
.net rect{stroke:var(--net-line);fill:var(--net-back)}.net text{fill:var(--net-text);font-size:11px}
.net .net-name{font-size:12.5px;font-weight:600}.net .net-dim{fill:var(--net-dim)}
.net .net-vpc>rect{fill:var(--net-vpc)}.net .net-tier>rect{fill:var(--net-tier)}
.net .net-chip>rect{fill:var(--net-chip)}.net .net-region>rect{stroke-dasharray:5 3}
.net .net-thing>rect,.net .net-outside>rect{fill:var(--net-thing);stroke:var(--net-edge)}
.net .net-arrow path{fill:none;stroke:var(--net-arrow);stroke-width:1.3}
.net .net-arrow polygon{fill:var(--net-arrow)}.net .net-arrow text{fill:var(--net-arrow)}
.net .net-arrow rect{stroke:none;fill:var(--net-back);fill-opacity:.85}
"""


def svg(boxes: tuple[Box, ...], plan: Layout, title: str, y: int = 0) -> str:
    """The picture as a document; the boxes first, over them the arrows. `y` is where it begins within another."""
    width, height = size(plan)
    place = f' y="{y}"' if y else ""
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="net" role="img"{place} width="{width}" height="{height}" '
        f'viewBox="{-PAD} {-PAD} {width} {height}"><title>{escape(title)}</title>'
    )
    lines = [head, f"<style>{STYLE}</style>", f'<rect x="{-PAD}" y="{-PAD}" width="{width}" height="{height}"/>']
    for box in every(boxes):
        lines += _box(box, plan)
    for route in plan.routes:
        lines += _arrow(route)
    return "\n".join([*lines, "</svg>"]) + "\n"


def size(plan: Layout) -> tuple[int, int]:
    """The width and height of a picture, in pixels."""
    return math.ceil(plan.width) + 2 * PAD, math.ceil(plan.height) + 2 * PAD


def column(pictures: Sequence[tuple[tuple[Box, ...], Layout, str]]) -> str:
    """Several pictures as one document, each under its title."""
    parts: list[str] = []
    y = 0
    for boxes, plan, title in pictures:
        parts.append(f'<text class="net-name" x="{PAD}" y="{y + TITLE * BASE:.1f}">{escape(title)}</text>')
        parts.append(svg(boxes, plan, title, y + TITLE))
        y += TITLE + size(plan)[1]
    width = max(size(plan)[0] for _, plan, _ in pictures)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="net" width="{width}" height="{y}">'
    return "\n".join([head, f'<style>{STYLE}</style><rect width="{width}" height="{y}"/>', *parts, "</svg>"]) + "\n"


def _box(box: Box, plan: Layout) -> Iterator[str]:
    place = plan.boxes[box.id]
    if not box.holds:
        yield from _filled(box, place, box.kind)
        return
    label = plan.labels[box.id]
    yield from _filled(box, place, box.kind, label)
    y = label.y + LINE * len(box.label.split("|"))
    for chip in box.chips:
        _, height = box_size(chip)
        yield from _filled(chip, Rectangle(x=label.x, y=y + GAP, width=label.width, height=height), "chip")
        y += GAP + height


def _filled(box: Box, place: Rectangle, kind: str, label: Rectangle | None = None) -> Iterator[str]:
    """A box with its label: in its middle, or where the layout has it."""
    urns = _marked(urn for each in box.urns.values() for urn in each) if box.urns else ""
    yield f'<g class="net-{kind}" data-box="{box.id}"{urns}><rect {_sides(place)} rx="4"/>'
    lines = box.label.split("|")
    top = label.y if label else place.y + (place.height - LINE * len(lines)) / 2
    x, anchor = (label.x, "start") if label else (place.x + place.width / 2, "middle")
    names = max(1, len(list(takewhile(lambda line: set(_parts(line)) <= box.urns.keys(), lines))))
    for number, line in enumerate(lines):
        style = "net-name" if number < names else "net-dim"
        y = top + LINE * (number + BASE)
        yield f'<text class="{style}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_spans(line, box)}</text>'
    yield "</g>"


def _marked(urns: Iterable[str]) -> str:
    """What something stands for, for who reads the picture by a program: URNs, with blanks between them."""
    return f' data-urn="{escape(" ".join(urns))}"'


def _parts(line: str) -> list[str]:
    return [each.rstrip(",") for each in line.split(", ")]


def _spans(line: str, box: Box) -> str:
    """A line, where each name of several is marked as what it names."""
    if len(box.urns) < 2:
        return escape(line)
    marked: list[str] = []
    for part in line.split(", "):
        name = part.rstrip(",")
        mark = f"<tspan{_marked(box.urns.get(name, ()))}>{escape(name)}</tspan>{part[len(name) :]}"
        marked.append(mark if name in box.urns else escape(part))
    return ", ".join(marked)


def _arrow(route: DrawnArrow) -> Iterator[str]:
    (x, y), *rest = route.points
    curve = " ".join(f"{each[0]:.1f},{each[1]:.1f}" for each in rest)
    yield f'<g class="net-arrow" data-from="{route.arrow.source}" data-to="{route.arrow.target}">'
    yield f'<path d="M{x:.1f},{y:.1f} C{curve}"/><polygon points="{_head(route.points[-1], route.head)}"/>'
    if route.label:
        middle, base = route.label.x + route.label.width / 2, route.label.y + route.label.height * BASE
        yield f"<rect {_sides(route.label)}/>"
        yield f'<text x="{middle:.1f}" y="{base:.1f}" text-anchor="middle">{escape(route.arrow.label)}</text>'
    yield "</g>"


def _head(start: Point, tip: Point) -> str:
    (x, y), (there, down) = start, tip
    length = math.hypot(there - x, down - y) or 1.0
    across, along = -(down - y) / length * HEAD, (there - x) / length * HEAD
    corners = ((x + across, y + along), tip, (x - across, y - along))
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in corners)


def _sides(place: Rectangle) -> str:
    return f'x="{place.x:.1f}" y="{place.y:.1f}" width="{place.width:.1f}" height="{place.height:.1f}"'
