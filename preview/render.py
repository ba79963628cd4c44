"""Draws a preview's document: for a terminal, a pipe or a picture."""

import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from preview.wire import Object

Detail = Literal["summary", "full"]

WIDEST = 140  # characters: beyond, lines of prose are hard to follow
PICTURE = 100  # characters of a picture's width
SHORT = 200  # characters of an undecided note; the whole of it is in the JSON document
SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
GAP = ("  ", "dim")  # styled, for some viewers drop the spaces that a picture's text begins with
ROUTES = {"internet": "to the internet", "nat": "out through NAT", "none": "with no way out"}


def terminal(documents: Iterable[Object], console: Console, detail: Detail) -> None:
    """Print previews as wide as the console, without colour where it has none."""
    console.width = min(console.width, WIDEST)
    for number, document in enumerate(documents):
        if number:
            console.rule(style="dim")
        for part in parts(document, detail):
            console.print(part)


def plain(documents: Iterable[Object], detail: Detail) -> str:
    """Previews as text without any escapes."""
    file = io.StringIO()
    terminal(documents, Console(file=file, color_system=None), detail)
    return "".join(f"{line.rstrip()}\n" for line in file.getvalue().splitlines())


def picture(documents: Iterable[Object], detail: Detail, title: str) -> str:
    """Previews as an SVG picture of a terminal."""
    console = Console(file=io.StringIO(), record=True, width=PICTURE, force_terminal=True, color_system="truecolor")
    terminal(documents, console, detail)
    return console.export_svg(title=title)


def parts(document: Object, detail: Detail) -> Iterator[RenderableType]:
    """The preview in the order in which people ask: may it go, what stops it, what else, what is it."""
    yield _verdict(document)
    yield from _section("Blocks the deployment", _grouped(document["violations"]))
    yield from _section("Advice", _grouped(document["advisories"]))
    yield from _section("Exempt", [_exemption(note) for note in document["exemptions"]])
    yield from _section("Undecided before the deployment", _undecided(document["undecided"]))
    yield from _section("Warnings of the program", [Text(warning) for warning in document["warnings"]])
    yield from _section("Figures", [_figures(document["figures"])])
    yield from _section("Exposure", _exposure(document["exposure"]))
    yield from _section("Components", [_tree(document, detail)])


def _section(title: str, content: Sequence[RenderableType]) -> Iterator[RenderableType]:
    if content:
        yield Text(f"\n{title}", style="bold")
        yield from (Padding(item, (0, 0, 0, 2)) for item in content)


def _verdict(document: Object) -> RenderableType:
    figures = document["figures"]
    verdict = ("✔ may be deployed", "bold green")
    if document["verdict"] == "blocked":
        verdict = (f"✖ blocked by {_count(len(document['violations']), 'violation', 'violations')}", "bold red")
    return Text.assemble(
        (f"{document['project']} {document['stack']}", "bold"),
        GAP,
        verdict,
        f"\n{_count(figures['resources'], 'resource', 'resources')} in ",
        _count(figures["components"], "component", "components"),
        f", judged by the {document['profile']} profile" if document["profile"] else "",
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _grouped(notes: Sequence[Object]) -> list[RenderableType]:
    """Notes by rule: what is broken, where, and how to fix it, once for all of them."""
    return [_rule(rule, fix, list(group)) for (rule, fix), group in groupby(notes, key=lambda n: (n["rule"], n["fix"]))]


def _rule(rule: str, fix: str, notes: Sequence[Object]) -> RenderableType:
    severity = notes[0]["severity"]
    head = Text.assemble((rule, "bold"), GAP, (severity, SEVERITIES.get(severity, "")))
    where = [_hanging("• ", Text(_about(note))) for note in notes]
    remedy = [_hanging("→ ", Text(fix, style="green"))] if fix else []
    return Group(head, *where, *remedy)


def _about(note: Object) -> str:
    """A note's message, which names the resource unless a foreign pack wrote it."""
    message: str = note["message"]
    sentence = message if note["resource"] in message else f"{note['resource']}: {message}"
    when = " (`pulumi preview` cannot tell yet: it shows in the update)" if note.get("update_only") else ""
    cause = f"  {note['cause']}" if note.get("cause") else ""
    return sentence + when + cause


def _hanging(mark: str, text: RenderableType) -> RenderableType:
    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(f"  {mark}", text)
    return grid


def _exemption(note: Object) -> RenderableType:
    until = f"until {note['expires']}" if note["expires"] else f"decided in {note['decision']}"
    answers = (f" — {note['owner']}, {until}", "dim") if note["owner"] else ""
    return Group(
        Text(note["rule"], style="bold"),
        _hanging("• ", Text(_about(note))),
        _hanging("✎ ", Text.assemble((note["reason"], "italic"), answers)),
    )


def _undecided(notes: Iterable[Object]) -> list[RenderableType]:
    """What hangs on unknown values: by what must be known, for many rules wait for the same."""
    rules: dict[str, list[str]] = {}
    for note in notes:
        rules.setdefault(note["message"].removeprefix("undecided, "), []).append(note["rule"])  # the section says so
    return [
        Text.assemble((", ".join(waiting), "bold"), GAP, text if len(text) <= SHORT else f"{text[:SHORT]}…")
        for text, waiting in rules.items()
    ]


def _figures(figures: Object) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, value in _lines(figures):
        grid.add_row(label, value)
    return grid


def _lines(figures: Object) -> Iterator[tuple[str, str]]:
    """The figures that there are, in words; a stack without a network says nothing of networks."""
    endpoints: dict[str, list[str]] = figures["endpoints"]
    subnets = ", ".join(
        f"{figures['subnets'][way]} {words}" for way, words in ROUTES.items() if figures["subnets"][way]
    )
    lines: list[tuple[str, Any]] = [
        ("Public entry points", "\n".join(_entry(point) for point in figures["entry_points"])),
        ("Zones", ", ".join(figures["zones"])),
        ("Subnets", subnets),
        ("NAT gateways", figures["nat_gateways"]),
        ("Gateway endpoints", ", ".join(endpoints["gateway"])),
        ("Interface endpoints", ", ".join(endpoints["interface"])),
        ("Certificates", ", ".join(figures["certificates"])),
        ("Encryption keys", figures["keys"]),
        ("Alarms", _alarms(figures["alarms"])),
        ("Budgets", ", ".join(f"{one['amount']} {one['unit']} {one['time']}" for one in figures["budgets"])),
        ("Resources by kind", _kinds(figures["kinds"])),
    ]
    return ((label, str(value)) for label, value in lines if value)


def _alarms(alarms: Mapping[str, int]) -> str:
    composite = f", and {alarms['composite']} composite" if alarms["composite"] else ""
    return f"{alarms['single']}{composite}" if any(alarms.values()) else ""


def _kinds(kinds: Mapping[str, int]) -> str:
    """The kinds of which there are several; of the others how many there are, for the tree has their names."""
    several = [_several(name, count) for name, count in _most_first(kinds) if count > 1]
    single = len(kinds) - len(several)
    return ", ".join([*several, *([f"{single} kinds once each"] if single else [])])


def _entry(point: Object) -> str:
    names = ", ".join(point["names"]) or "no name of ours"
    ports = ", ".join(f"{item['port']} {item['protocol']} {item['action']}" for item in point["listeners"])
    return f"{names} → {point['name']}" + (f" ({ports})" if ports else "")


def _exposure(exposure: Object) -> list[RenderableType]:
    """What the internet reaches, then who may talk to whom on which port; nothing of a stack without a network."""
    from preview.exposure import INTERNET, grouped  # here: the pack's modules would delay the start of the recording

    points = [{"from": INTERNET, "to": each["name"], "undecided": False, **each} for each in exposure["entry_points"]]
    rows = [*grouped(points), *grouped(exposure["matrix"])]
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(overflow="fold", style="dim")
    grid.add_column(overflow="fold")
    for froms, to, ports in rows:
        grid.add_row(froms, f"→ {to}: {ports or 'by an API or a distribution'}")
    return [grid] if rows else []


def _several(name: str, count: int) -> str:
    return f"{name}×{count}" if count > 1 else name  # no space: a line must not break there


def _tree(document: Object, detail: Detail) -> RenderableType:
    """The components by tier, and in each what it creates."""
    children: dict[str, list[Object]] = {}
    for resource in document["resources"]:
        children.setdefault(resource["parent"], []).append(resource)
    top = Tree(Text(f"{document['project']}-{document['stack']}"), guide_style="dim", hide_root=True)
    components = sorted((item for item in children.get("", []) if item["component"]), key=_tier)
    for tier, group in groupby(components, key=lambda item: _tier(item)[0]):
        branch = top.add(Text(tier, style="bold"))
        for component in group:
            _branch(branch, component, children, detail)
    outside = [item for item in children.get("", []) if not item["component"]]
    if outside:
        _leaves(top.add(Text("outside components", style="bold")), outside, detail)
    return top


def _tier(component: Object) -> tuple[str, str]:
    """The tier and the name of a component: the middle of a token such as `cloudplatform:network:Network`."""
    return component["type"].split(":")[1], component["name"]


def _branch(tree: Tree, component: Object, children: dict[str, list[Object]], detail: Detail) -> None:
    within = children.get(component["urn"], [])
    own = [item for item in within if not item["component"]]
    head = Text.assemble((component["name"], "cyan"))
    if detail == "summary" and own:
        head.append_text(Text.assemble(GAP, _tally(own)))
    branch = tree.add(head)
    if detail == "full":
        _leaves(branch, own, detail)
    for nested in (item for item in within if item["component"]):
        _branch(branch, nested, children, detail)


def _leaves(branch: Tree, resources: Sequence[Object], detail: Detail) -> None:
    if detail == "summary":
        branch.add(Text(_tally(resources)))
        return
    for item in resources:
        lock = (" protected", "yellow") if item["protect"] else ""
        branch.add(Text.assemble(item["name"], GAP, (item["kind"], "cyan"), lock))


def _tally(resources: Iterable[Object]) -> str:
    """Resources by kind, most first, without the service that the component's name tells."""
    counted = Counter(item["kind"].rpartition(".")[2] for item in resources)
    return ", ".join(_several(name, count) for name, count in _most_first(counted))


def _most_first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counted.items(), key=lambda item: (-item[1], item[0]))
