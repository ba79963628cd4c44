"""The picture of a stack's network: everything is in it, nothing overlaps, and each arrow is a row of the matrix."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple
from xml.etree import ElementTree

import pytest

from preview.exposure import Exposure
from preview.picture import layout, picture, pictures
from preview.picture.groups import alike
from tests.stacks import EVERY_STACK, recorded

SVG = "{http://www.w3.org/2000/svg}"
#: Of its size a letter is wide on average in a wide sans serif.
EM = 0.6
CONTAINERS = ("net-region", "net-vpc", "net-tier")
each_stack = pytest.mark.parametrize("stack", EVERY_STACK)


class Area(NamedTuple):
    """A rectangle of the picture."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Area") -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: "Area") -> bool:
        return (
            self.left <= other.left and other.right <= self.right
            and self.top <= other.top and other.bottom <= self.bottom
        )  # fmt: skip


@cache
def exposure(stack: str) -> Any:
    return Exposure(recorded(stack, True)).document()


@cache
def drawn(stack: str) -> str:
    return picture(recorded(stack, True), exposure(stack))


def groups(stack: str, *kinds: str) -> list[ElementTree.Element]:
    return [each for each in ElementTree.fromstring(drawn(stack)).iter(f"{SVG}g") if each.get("class") in kinds]


def area(group: ElementTree.Element) -> Area:
    [rect] = group.findall(f"{SVG}rect")
    x, y, width, height = (float(rect.attrib[name]) for name in ("x", "y", "width", "height"))
    return Area(x, y, x + width, y + height)


def texts(group: ElementTree.Element) -> Iterator[Area]:
    for text in group.findall(f"{SVG}text"):
        size = 12.5 if text.get("class") == "net-name" else 11.0
        width = len("".join(text.itertext())) * size * EM
        x, base = float(text.attrib["x"]), float(text.attrib["y"])
        left = x - width / 2 if text.get("text-anchor") == "middle" else x
        yield Area(left, base - size * 0.8, left + width, base + size * 0.25)


def curve(arrow: ElementTree.Element) -> Iterator[tuple[float, float]]:
    """Points of an arrow's line, close to each other."""
    numbers = [float(each) for each in re.findall(r"-?[\d.]+", arrow.find(f"{SVG}path").attrib["d"])]  # pyright: ignore
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    for start in range(0, len(points) - 1, 3):
        a, b, c, d = points[start : start + 4]
        for step in range(21):
            t, u = step / 20, 1 - step / 20
            weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
            yield tuple(sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))  # pyright: ignore


@each_stack
def test_nothing_overlaps(stack: str) -> None:
    """Boxes and labels beside each other have no point in common; what is inside lies inside."""
    leaves = {each.attrib["data-box"]: area(each) for each in groups(stack, "net-thing", "net-outside", "net-chip")}
    labels = {f"label {number}": area(each) for number, each in enumerate(groups(stack, "net-arrow")) if len(each) > 2}
    titles = {f"title {each.get('data-box')} {number}": text for each in groups(stack, *CONTAINERS)
              for number, text in enumerate(texts(each))}  # fmt: skip
    apart = leaves | labels | titles
    assert [pair for pair in combinations(apart, 2) if apart[pair[0]].meets(apart[pair[1]])] == []
    around = {each.attrib["data-box"]: area(each) for each in groups(stack, *CONTAINERS)}
    assert [
        (one, other)
        for one, outer in around.items()
        for other, inner in (around | leaves).items()
        if one != other and outer.meets(inner) and not outer.holds(inner) and not inner.holds(outer)
    ] == []


@each_stack
def test_every_text_stands_in_its_box(stack: str) -> None:
    for group in groups(stack, "net-thing", "net-outside", "net-chip", *CONTAINERS):
        assert [text for text in texts(group) if not area(group).holds(text)] == [], group.get("data-box")


@each_stack
def test_no_arrow_runs_over_a_box_or_the_name_of_one(stack: str) -> None:
    """But over the edges of what it leads into."""
    leaves = {each.attrib["data-box"]: area(each) for each in groups(stack, "net-thing", "net-outside", "net-chip")}
    titles = {each.attrib["data-box"]: text for each in groups(stack, *CONTAINERS) for text in texts(each)}
    for arrow in groups(stack, "net-arrow"):
        ends = {arrow.get("data-from"), arrow.get("data-to")}
        for x, y in curve(arrow):
            for name, place in (leaves | titles).items():
                crosses = place.left < x < place.right and place.top < y < place.bottom
                assert name in ends or not crosses, (arrow.attrib, name)


def names(stack: str) -> dict[str, list[str]]:
    """The words in each box of the network or outside it."""
    called = {urn: name for name, things in Exposure(recorded(stack, True)).things.items() for urn in [things[0].urn]}
    found: dict[str, list[str]] = {}
    for group in groups(stack, "net-thing", "net-outside"):
        urns = dict.fromkeys(group.get("data-urn", "").split())
        found[group.attrib["data-box"]] = [called[urn] for urn in urns if urn in called]
    return found


@each_stack
def test_arrows_are_the_matrix(stack: str) -> None:
    """With the things for the boxes that they share: each row once, and no other."""
    inside = names(stack)
    rows = [
        (one, other, "".join(arrow.find(f"{SVG}text").itertext()))  # pyright: ignore
        for arrow in groups(stack, "net-arrow")
        for one in inside[arrow.attrib["data-from"]]
        for other in inside[arrow.attrib["data-to"]]
    ]
    matrix = [(row["from"], row["to"], ", ".join(port.removesuffix("/tcp") for port in row["ports"]))
              for row in exposure(stack)["matrix"]]  # fmt: skip
    assert sorted(rows) == sorted(matrix)


@each_stack
def test_everything_in_the_network_is_drawn(stack: str) -> None:
    """Things, subnets, VPC, NAT gateways and what faces the internet, each by its URN."""
    recording = recorded(stack, True)
    wanted = {each.urn for things in Exposure(recording).things.values() for each in things}
    kinds = (
        "ec2/subnet:Subnet", "ec2/vpc:Vpc", "ec2/natGateway:NatGateway", "cloudfront/distribution:Distribution",
        "s3/bucket:Bucket", "secretsmanager/secret:Secret", "kms/key:Key",
    )  # fmt: skip
    wanted |= {each.urn for kind in kinds for each in recording.of(f"aws:{kind}")}
    assert wanted <= set(" ".join(re.findall(r'data-urn="([^"]+)"', drawn(stack))).split())


def test_fifteen_services_share_a_box() -> None:
    """techcorp's production: what talks to the same on the same ports is read at a glance."""
    [box] = [each for each in groups("techcorp/production", "net-thing") if "ecs.Service" in "".join(each.itertext())]
    assert "ecs.Service × 15" in "".join(box.itertext())
    assert len(groups("techcorp/production", "net-thing")) <= 8
    svg = ElementTree.fromstring(drawn("techcorp/production"))
    assert (int(svg.attrib["width"]) <= 1200, int(svg.attrib["height"]) <= 1000) == (True, True)


def test_the_picture_needs_nothing_from_elsewhere() -> None:
    """No font, script or picture of another site: the only address is the namespace."""
    text = drawn("prod")
    assert re.findall(r"https?:[^\"]+", text) == ["http://www.w3.org/2000/svg"]
    assert re.findall(r"<script|<image|@import|url\(|xlink", text) == []
    assert "prefers-color-scheme:dark" in text


def test_the_same_recording_is_drawn_as_the_same_bytes() -> None:
    assert picture(recorded("dev", True)) == drawn("dev")


def test_several_stacks_stand_under_each_other() -> None:
    """As `--out picture.svg` writes them: each whole, under its title; one without a network says so."""
    parts = [(recorded(each, True), exposure(each)) for each in ("dev", "staging")]
    both = ElementTree.fromstring(pictures(parts))
    assert [each.text for each in both.findall(f"{SVG}text")] == ["cloudplatform dev", "cloudplatform staging"]
    first, second = both.findall(f"{SVG}svg")
    assert int(second.attrib["y"]) >= int(first.get("y", 0)) + int(first.attrib["height"])
    assert int(both.attrib["height"]) == int(second.attrib["y"]) + int(second.attrib["height"])
    boxes = {each.attrib["data-box"] for each in second.iter() if "data-box" in each.attrib}
    assert boxes == set(re.findall(r'data-box="([^"]+)"', drawn("staging")))
    assert pictures(parts[:1]) == drawn("dev")
    bare = replace(recorded("dev", True), resources={})
    assert ">nothing stands in a network</text>" in pictures([(bare, Exposure(bare).document())])


def test_a_first_preview_is_drawn_too() -> None:
    """Where no id is known yet: what stands where follows from what refers to what."""
    known, unknown = (
        re.findall(r'data-urn="([^"]+)"', picture(recorded("club-app/dev", each))) for each in (True, False)
    )
    assert sorted(unknown) == sorted(known)


def test_without_a_network_there_is_no_picture() -> None:
    """Graphviz says nothing of boxes where there are none."""
    assert picture(replace(recorded("dev", True), resources={})) == ""
    assert layout.laid_out((), ()) == layout.Layout(width=0, height=0, boxes={}, labels={}, routes=())


def test_what_is_alike_is_alike_in_everything() -> None:
    """Kind and place, and each connection; those that connect to each other must do so alike."""
    row = lambda one, other, port: {"from": one, "to": other, "ports": [f"{port}/tcp"], "undecided": False}  # noqa: E731
    about = dict.fromkeys(("a", "b", "c", "d"), "service") | {"db": "database"}
    same = [row(each, "db", 5432) for each in "abcd"]
    assert alike(about, same) == [("a", "b", "c", "d"), ("db",)]
    assert alike(about, [*same, row("a", "b", 80), row("b", "a", 80)]) == [("a", "b"), ("c", "d"), ("db",)]
    assert alike(about, [*same, row("a", "b", 80)]) == [("a",), ("b",), ("c", "d"), ("db",)]
    assert alike(about, [*same[:3], row("d", "db", 3306)]) == [("a", "b", "c"), ("d",), ("db",)]
    assert alike(about | {"a": "function"}, same) == [("a",), ("b", "c", "d"), ("db",)]


def test_without_graphviz_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout, "PROGRAM", "no-such-program")
    with pytest.raises(FileNotFoundError, match=r"requirements\.txt names: make install"):
        picture(recorded("dev", True), exposure("dev"))
