"""Writes what is generated into the documents, between `<!-- generated: <name> -->` and `<!-- end -->`."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from docgen import cost_tables, modules, network_pictures, runbook_names, system_tables, tables
from docgen.diagrams import diagrams
from docgen.pictures import Diagram, mermaid
from docgen.reading import ROOT, STACKS
from preview.lookup import Recordings

BLOCK = re.compile(r"(<!-- generated: ([\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)

Content = Callable[[Recordings], str]
#: Of the main system.
CONTENTS: Mapping[str, Content] = {
    "addresses": tables.addresses,
    "security groups": tables.groups,
    "network ACLs": tables.acls,
    "queries": tables.queries,
    "thresholds": tables.thresholds,
    "backups": tables.backups,
    "sizes": tables.sizes,
    "services": tables.services,
    "costs compared": cost_tables.compared,
    "forecast": cost_tables.forecast,
    "savings": cost_tables.savings,
    "prices": cost_tables.prices,
    "service principals": tables.service_principals,
    "diagrams": lambda stacks: "\n\n".join(map(_section, diagrams(stacks))),
    "pictures": lambda stacks: network_pictures.shown(stacks, Path("docs/architecture")),
    **{f"costs {stack}": lambda stacks, stack=stack: cost_tables.costs(stacks, stack) for stack in STACKS},
}


def _section(diagram: Diagram) -> str:
    link = f"As a picture: [{diagram.name}.png]({diagram.name}.png)"
    return f"## {diagram.title}\n\n{diagram.about} {link}\n\n```mermaid\n{mermaid(diagram)}\n```"


def drawn(stacks: Recordings) -> dict[Path, Diagram]:
    """The diagrams of the main system, by the files of their pictures."""
    return {ROOT / f"docs/diagrams/{each.name}.png": each for each in diagrams(stacks)}


def pages(folder: Path = ROOT) -> list[Path]:
    """The documents with generated parts of the project in a folder."""
    found = [*folder.glob("*.md"), *(folder / "docs").rglob("*.md")]
    return sorted(page for page in found if BLOCK.search(page.read_text()))


def contents(folder: Path) -> Mapping[str, Content]:
    """What may be generated in the pages of the project in a folder: of a system below blueprints/, from its stacks."""
    if folder == ROOT:
        return CONTENTS
    return {
        "sizes of the stacks": system_tables.sizes,
        "names for runbooks": runbook_names.variables,
        "picture": lambda stacks: network_pictures.shown(stacks, Path()),
        "costs of the stacks": lambda stacks: cost_tables.summary(stacks, folder),
        "costs in full": lambda stacks: cost_tables.in_full(stacks, folder),
        **modules.on(folder / "docs/modules.md"),
    }


def filled(text: str, stacks: Recordings, folder: Path = ROOT) -> str:
    """A document with its generated parts as they should be."""
    return BLOCK.sub(lambda found: f"{found[1]}\n{contents(folder)[found[2]](stacks)}\n\n{found[3]}", text)
