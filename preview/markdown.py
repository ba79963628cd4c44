"""Markdown for pull requests and pages: a table, and previews as one comment that GitHub takes whatever their size."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from preview import words
from preview.wire import Object

MOST: Final = 65_000  #: characters; GitHub refuses a comment of more than 65,536, and who posts it adds a few lines
#: A section that is cut says so: its line, and what closes it.
CUT: Final = 100
#: Sections of what differs whose titles say how much.
COUNTED: Final = {"Resources": "resources", "Alarms": "alarms"}
#: What of what differs is kept before the rest of it.
KEPT: Final = ("Money", "Exposure", "Resources")
LEFT_OUT: Final = "Left out, for there is no room: "


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of Markdown; columns whose head begins with `>` are figures and stand right."""
    lines = [
        "| " + " | ".join(each.removeprefix(">") for each in head) + " |",
        "|" + "|".join("---:" if each.startswith(">") else "---" for each in head) + "|",
    ]
    return "\n".join([*lines, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])


@dataclass(frozen=True, kw_only=True)
class MarkdownSection:
    """A part of what is said of a stack; those of a lower rank are kept when there is no room for all."""

    rank: int
    title: str
    lines: list[str]
    folded: bool = True
    levels: bool = False  #: deeper lines are details of those above, and go first
    whole: bool = False  #: a part of it would be none: it is left out where there is no room

    def text(self, most: int) -> str:
        """The section in at most so many characters; empty where there is no room for a line.

        Lines go from the end; of levels the deepest go before, so that each component is still counted.
        """
        opening = f"<details><summary>{self.title}</summary>\n\n" if self.folded else f"**{self.title}**\n\n"
        closing = "\n\n</details>\n" if self.folded else "\n"
        room = most - len(opening) - len(closing) - CUT
        lines = self._fitting(room) if self.levels else self.lines
        kept: list[str] = []
        for line in lines:
            room -= len(line) + 1
            if room < 0:
                break
            kept.append(line)
        if self.whole and len(kept) < len(self.lines):
            return ""
        if rest := len(self.lines) - len(kept):
            kept.append(f"\n… and {words.count(rest, 'line', 'lines')} more; the JSON document has all.")
        return f"{opening}{chr(10).join(kept)}{closing}" if len(kept) > bool(rest) else ""

    def _fitting(self, room: int) -> list[str]:
        """The lines without as many of the deepest levels as there is no room for; the outermost in any case."""
        lines = self.lines
        depths = [len(line) - len(line.lstrip()) for line in lines]
        for depth in sorted(set(depths), reverse=True)[:-1]:
            if sum(map(len, lines)) + len(lines) <= room:
                break
            lines = [line for line, deep in zip(self.lines, depths, strict=True) if deep < depth]
        return lines


def comment(documents: Sequence[Object], most: int = MOST, pictures: Sequence[str] = ()) -> str:
    """Previews as one comment: a table of all, then what there is to say of each, the most important unfolded.

    `pictures` are the networks of all as Mermaid, empty for a stack without one.
    """
    head = _summary(documents)
    found = [list(_sections(each)) for each in documents]
    for sections, picture in zip(found, pictures or [""] * len(found), strict=True):
        if picture:
            lines = ["```mermaid", *picture.splitlines(), "```"]
            sections.append(MarkdownSection(rank=5, title="Picture of the network", lines=lines, whole=True))
    names = sum(len(section.title) + 2 for sections in found for section in sections)  # all may be left out
    room = most - len(head) - names - sum(len(_heading(each)) + len(LEFT_OUT) + 4 for each in documents)
    texts: dict[int, str] = {}
    for rank in sorted({section.rank for sections in found for section in sections}):
        ranked = [section for sections in found for section in sections if section.rank == rank]
        for number, section in enumerate(ranked):
            texts[id(section)] = section.text(room // 2 // (len(ranked) - number))
            room -= len(texts[id(section)]) + 1
    parts = [head]
    for document, sections in zip(documents, found, strict=True):
        parts += [_heading(document), *(text for section in sections if (text := texts[id(section)]))]
        if missing := [section.title for section in sections if not texts[id(section)]]:
            parts.append(f"{LEFT_OUT}{', '.join(missing)}\n")
    return "\n".join(parts)


def _summary(documents: Sequence[Object]) -> str:
    rows = [
        [
            f"`{each['stack']}`",
            words.verdict(each),
            f"{each['figures']['resources']}{_tally(each)}",
            f"{words.usd(words.total(each['costs']))}{_use(each['costs'])}{_change(each)}",
            words.budget(each["costs"]),
            len(each["advisories"]),
        ]
        for each in documents
    ]
    return table(["stack", "verdict", ">resources", ">USD a month", "of the budget", ">advice"], rows) + "\n"


def _tally(document: Object) -> str:
    """How many resources are created, replaced, updated and deleted, against what it is compared with."""
    if "not_compared" in document:
        return " (not compared)"
    if not (found := document.get("differences")):
        return ""
    return f" ({tally([*found['resources'], *found['alarms']]) or 'no change'})"


def _use(costs: Object) -> str:
    """That a sum is of what is there alone; its section says why."""
    return " without use" if words.without_use(costs) else ""


def _change(document: Object) -> str:
    """How much more it costs than what it is compared with."""
    money = document.get("differences", {}).get("money")
    if not money or money["after"] is None:
        return ""
    from differences.render import change_of

    return f" ({change_of(money)})"


def _heading(document: Object) -> str:
    return f"### {escaped(document['stack'])}: {words.verdict(document)}\n"


def _sections(document: Object) -> Iterator[MarkdownSection]:
    """What there is to say of a stack, in the order in which people ask."""
    if told := document.get("not_compared"):
        yield MarkdownSection(rank=0, title="Not compared", lines=[f"- {escaped(told)}"], folded=False)
    if notes := document["violations"]:
        yield MarkdownSection(rank=0, title="Blocks the deployment", lines=_findings(notes), folded=False)
    if document.get("differences"):
        yield from _differences(document["differences"])
    if document["costs"]["charges"]:
        title = f"Costs: {words.amount(document['costs'])}"
        yield MarkdownSection(rank=3, title=title, lines=_pairs(words.money(document["costs"])))
    if rows := words.exposure(document["exposure"]):
        lines = table(["from", "to", "ports"], [[escaped(cell) for cell in row] for row in rows]).splitlines()
        yield MarkdownSection(rank=4, title="Exposure", lines=lines)
    if notes := document["advisories"]:
        yield MarkdownSection(rank=5, title=f"Advice: {len(notes)}", lines=_findings(notes))
    yield MarkdownSection(rank=6, title="Figures", lines=_pairs(words.figures(document["figures"])))
    if notes := document["exemptions"]:
        yield MarkdownSection(rank=7, title=f"Exempt: {len(notes)}", lines=[_exemption(note) for note in notes])
    if notes := document["undecided"]:
        lines = [f"- **{escaped(rules)}**: {escaped(text)}" for rules, text in words.undecided(notes)]
        yield MarkdownSection(rank=8, title=f"Undecided before the deployment: {len(notes)}", lines=lines)
    if warnings := document["warnings"]:
        lines = [f"- {escaped(text)}" for text in warnings]
        yield MarkdownSection(rank=2, title="Warnings of the program", lines=lines)


def _differences(found: Object) -> Iterator[MarkdownSection]:
    """What differs, by what it is about; what would be lost is never folded."""
    from differences.render import markdown_lines, other_most, sections

    if opened := [f"+ {row['row']}" for row in found["exposure"] if row["sign"] == "+" and _public(row)]:
        yield MarkdownSection(
            rank=0, title="Open to the internet from now on", lines=markdown_lines(opened), folded=False
        )
    stays = not found["money"]["rows"] and not other_most(found["money"])
    same = ("Nothing else", *(["Money"] if stays else []))  # the table says that nothing changes
    for title, plain in sections(found):
        if title in same:
            continue
        first = title.startswith("First")
        count = f": {tally(found[COUNTED[title]])}" if title in COUNTED else ""
        head = title if first else f"{title}{count}, against {escaped(found['before'])}"
        rank = 0 if first else 1 if title in KEPT else 2
        lines = markdown_lines(plain)
        yield MarkdownSection(rank=rank, title=head, lines=lines, folded=not first, levels=True)


def _public(row: Object) -> bool:
    return row["row"].startswith("internet → ")


def tally(rows: Sequence[Object]) -> str:
    """How many resources are created, replaced, updated and deleted: `+3 ±1 ~2 -1`."""
    from differences.render import SIGNS

    counted = ((sign, sum(row["action"] == action for row in rows)) for action, sign in SIGNS.items())
    return " ".join(f"{sign}{number}" for sign, number in counted if number)


def _findings(notes: Sequence[Object]) -> list[str]:
    """Findings by rule, each with its fix."""
    lines: list[str] = []
    for each in words.grouped(notes):
        times = f" ×{each.number}" if each.number > 1 else ""
        lines.append(f"- **{escaped(each.rule)}** {each.severity}{times}")
        lines += [f"  - {escaped(line)}" for line in each.lines]
        lines += [f"  - → {escaped(each.fix)}"] if each.fix else []
    return lines


def _exemption(note: Object) -> str:
    who = words.answers(note)
    reason = f"{note['reason']} — {who}" if who else note["reason"]
    return f"- **{escaped(note['rule'])}**: {escaped(words.about(note))}. {escaped(reason)}"


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[str]:
    """Labels and values as a table."""
    return table(["", ""], [[label, escaped(value)] for label, value in pairs]).splitlines()


def escaped(text: str) -> str:
    """A text that Markdown takes as it is, in one line: no element, cell or mention; code between backticks stays."""
    line = re.sub(r"\s*\n\s*", "; ", text).replace("|", "\\|")
    parts = line.split("`")
    if not len(parts) % 2:
        parts = [line.replace("`", "'")]
    parts[::2] = [html.escape(part, quote=False).replace("@", "@\u200b") for part in parts[::2]]
    return "`".join(parts)
