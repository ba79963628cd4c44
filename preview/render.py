"""Draws a preview's document: for a terminal, a pipe or a picture."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.padding import Padding
from rich.segment import Segment, Segments
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from preview import words
from preview.deciding import deciding
from preview.wire import Object
from preview.words import FindingGroup, ResourceTree

Detail = Literal["summary", "full"]

WIDEST = 140  # characters: beyond, lines of prose are hard to follow
PICTURE, SCREEN = 120, 44  # characters of a picture's width, and its lines
SEVERITIES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan"}
MARKS = {"violations": "bold red", "advisories": "yellow"}
JOINED = "\ue000"  # stands for a space at which no line breaks, and in no text
GAP = ("  ", "dim")  # styled, for some viewers drop the spaces that a picture's text begins with


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


def picture(document: Object, title: str) -> str:
    """A terminal's first screen of a preview, as SVG; its font is the reader's."""
    console = Console(file=io.StringIO(), record=True, width=PICTURE, force_terminal=True, color_system="truecolor")
    for line in console.render_lines(Group(*parts(document, "summary")))[:SCREEN]:
        console.print(Segments([*line, Segment.line()]), end="")
    return console.export_svg(
        title=title, code_format=re.sub(r"@font-face \{\{.*?\}\}", "", CONSOLE_SVG_FORMAT, flags=re.S)
    )


def parts(document: Object, detail: Detail) -> Iterator[RenderableType]:
    """The preview in the order in which people ask: may it go, what stops it, what is it, what else, what is in it."""
    whole = detail == "full"
    yield _verdict(document)
    yield from _section("Not compared", [Text(document["not_compared"])] if "not_compared" in document else [])
    yield from _section("Blocks the deployment", _grouped(document["violations"], whole))
    if found := document.get("differences"):
        from differences.render import sections

        title = f"Differences against {found['before']}"
        yield from _section(title, [Text(line) for head, lines in sections(found) for line in _lines(head, lines)])
    yield from _section("Costs", _grid(words.money(document["costs"])))
    yield from _section("Figures", _grid(words.figures(document["figures"])))
    yield from _section("Exposure", _exposure(document["exposure"]))
    yield from _section("Advice", _grouped(document["advisories"], whole))
    yield from _section("Exempt", [_exemption(note) for note in document["exemptions"]])
    yield from _section("Undecided before the deployment", _undecided(document["undecided"]))
    yield from _section("Warnings of the program", [Text(warning) for warning in document["warnings"]])
    yield from _section("Components", [_tree(document, detail)])


def _section(title: str, content: Sequence[RenderableType]) -> Iterator[RenderableType]:
    if content:
        yield Text(f"\n{title}", style="bold")
        yield from (Padding(item, (0, 0, 0, 2)) for item in content)


def _lines(head: str, lines: Iterable[str]) -> list[str]:
    return [head, *(f"  {line}" for line in lines)]


def _verdict(document: Object) -> RenderableType:
    style = "bold green" if document["verdict"] == "clean" else "bold red"
    return Text.assemble(
        (f"{document['project']} {document['stack']}", "bold"),
        GAP,
        (words.verdict(document), style),
        f"\n{words.size(document)}",
    )


def _grouped(notes: Sequence[Object], whole: bool) -> list[RenderableType]:
    """Notes by rule: what is broken, where, and how to fix it, once for all of them."""
    return [_rule(each) for each in words.grouped(notes, whole)]


def _rule(found: FindingGroup) -> RenderableType:
    head = Text.assemble((found.rule, "bold"), GAP, (found.severity, SEVERITIES.get(found.severity, "")))
    if found.number > 1:
        head.append_text(Text.assemble(GAP, (f"×{found.number}", "dim")))
    where = [_hanging("• ", Text(line)) for line in found.lines]
    remedy = [_hanging("→ ", Text(found.fix, style="green"))] if found.fix else []
    return Group(head, *where, *remedy)


def _hanging(mark: str, text: RenderableType) -> RenderableType:
    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(f"  {mark}", text)
    return grid


def _exemption(note: Object) -> RenderableType:
    who = words.answers(note)
    return Group(
        Text(note["rule"], style="bold"),
        _hanging("• ", Text(words.about(note))),
        _hanging("✎ ", Text.assemble((note["reason"], "italic"), (f" — {who}" if who else "", "dim"))),
    )


def _undecided(notes: Iterable[Object]) -> list[RenderableType]:
    return [Text.assemble((waiting, "bold"), GAP, text) for waiting, text in words.undecided(notes)]


@dataclass(frozen=True)
class _Prose:
    """A text whose code between backticks breaks after commas alone: YAML reads no key that is in two lines."""

    text: str

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        joined = re.sub("`[^`]*`", lambda code: re.sub("(?<!,) ", JOINED, code[0]), self.text)
        lines = Text(joined).wrap(console, options.max_width, overflow="fold")
        yield Text("\n".join(line.plain.rstrip() for line in lines).replace(JOINED, " "))


def _grid(lines: Iterable[tuple[str, str]]) -> list[RenderableType]:
    """Labels and what there is to say of each; nothing where there are none."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for label, value in lines:
        grid.add_row(label, _Prose(value))
    return [grid] if grid.row_count else []


def _exposure(exposure: Object) -> list[RenderableType]:
    """What the internet reaches, then who may talk to whom on which port; nothing of a stack without a network."""
    rows = words.exposure(exposure)
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(overflow="fold", style="dim")
    grid.add_column(overflow="fold")
    for froms, to, ports in rows:
        grid.add_row(froms, f"→ {to}: {ports}")
    return [grid] if rows else []


def _tree(document: Object, detail: Detail) -> RenderableType:
    """The components by tier, and in each what it creates."""
    return _TreePainter(document, detail).whole()


class _TreePainter:
    """Draws the tree, and marks in it what findings are about."""

    def __init__(self, document: Object, detail: Detail) -> None:
        self.document, self.detail = document, detail
        self.tree, self.marks = ResourceTree(document), words.marks(document)

    def whole(self) -> RenderableType:
        """The components by tier, then what is in none."""
        top = Tree(Text(f"{self.document['project']}-{self.document['stack']}"), guide_style="dim", hide_root=True)
        for tier, components in self.tree.tiers():
            branch = top.add(Text(tier, style="bold"))
            for component in components:
                self._component(branch, component)
        if self.tree.outside:
            branch = top.add(Text("outside components", style="bold"))
            self._leaves(branch, self.tree.outside)
        return top

    def _component(self, tree: Tree, component: Object) -> None:
        own = self.tree.own(component["urn"])
        head = Text.assemble((component["name"], "cyan"))
        if self.detail == "summary" and own:
            head.append_text(Text.assemble(GAP, words.tally(own)))
        marked = [component, *own] if self.detail == "summary" else [component]
        head.append_text(self._marks([each["urn"] for each in marked]))
        branch = tree.add(head)
        if self.detail == "full":
            self._leaves(branch, own)
        for nested in self.tree.nested(component["urn"]):
            self._component(branch, nested)

    def _leaves(self, branch: Tree, resources: Sequence[Object]) -> None:
        if self.detail == "summary":
            text = Text(words.tally(resources))
            branch.add(text.append_text(self._marks([each["urn"] for each in resources])))
            return
        for item in resources:
            lock = (" protected", "yellow") if item["protect"] else ""
            head = Text.assemble(item["name"], GAP, (item["kind"], "cyan"), lock)
            if decides := deciding(item):
                head.append_text(Text.assemble(GAP, (decides, "dim")))
            branch.add(head.append_text(self._marks([item["urn"]])))

    def _marks(self, urns: Iterable[str]) -> Text:
        """The rules that speak of resources, after the mark of their section."""
        found: Mapping[str, dict[str, None]] = {key: {} for key in words.MARKS}
        for urn in urns:
            for key, rules in self.marks.get(urn, {}).items():
                found[key].update(dict.fromkeys(rules))
        text = Text()
        for key, rules in found.items():
            if rules:
                text.append_text(Text.assemble(GAP, (f"{words.MARKS[key]} {', '.join(rules)}", MARKS[key])))
        return text
