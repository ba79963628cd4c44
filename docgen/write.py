"""Writes what is generated into the documents, between `<!-- generated: <name> -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from docgen import tables
from docgen.diagrams import diagrams
from docgen.pictures import Diagram, mermaid
from docgen.reading import ROOT, STACKS
from preview.lookup import Recordings

FOLDER = ROOT / "docs/diagrams"
BLOCK = re.compile(r"(<!-- generated: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Content = Callable[[Recordings], str]
CONTENTS: Mapping[str, Content] = {
    "addresses": tables.addresses,
    "security groups": tables.groups,
    "network ACLs": tables.acls,
    "queries": tables.queries,
    "thresholds": tables.thresholds,
    "backups": tables.backups,
    "sizes": tables.sizes,
    "services": tables.services,
    "costs compared": tables.compared,
    "forecast": tables.forecast,
    "savings": tables.savings,
    "prices": tables.prices,
    "service principals": tables.service_principals,
    "diagrams": lambda stacks: "\n\n".join(map(_section, diagrams(stacks))),
    **{f"costs {stack}": lambda stacks, stack=stack: tables.costs(stacks, stack) for stack in STACKS},
}


def _section(diagram: Diagram) -> str:
    picture = f"As a picture: [{diagram.name}.png]({diagram.name}.png)"
    return f"## {diagram.title}\n\n{diagram.about} {picture}\n\n```mermaid\n{mermaid(diagram)}\n```"


def pages() -> list[Path]:
    """The documents that have generated parts."""
    found = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in found if BLOCK.search(page.read_text()))


def filled(text: str, stacks: Recordings) -> str:
    """A document with its generated parts as they should be."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{CONTENTS[found[2]](stacks)}\n\n{found[3]}", text)
