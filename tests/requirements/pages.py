"""How the proofs read what is written: every document, script and picture of the project."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from tests.stacks import ROOT

KINDS = ("*.md", "docs/**/*.md", "app/*.md", "policy/*.md", "scripts/*.sh", "Makefile", ".gitignore")
KINDS += ("blueprints/*/*.md", "blueprints/*/docs/**/*.md", "blueprints/*/docker-compose.local.yml")


@dataclass(frozen=True)
class Pages:
    """Texts and pictures by their path in the project."""

    texts: Mapping[str, str] = field(repr=False)
    pictures: Mapping[str, bytes] = field(repr=False)

    def __getitem__(self, name: str) -> str:
        assert name in self.texts, f"there is no {name}"
        return self.texts[name]

    def sections(self, name: str, level: int = 2) -> dict[str, str]:
        """What stands under each heading of a level, in order."""
        return sections(self[name], level)

    def rows(self, name: str, heading: str) -> list[list[str]]:
        """The rows of the tables under a heading, their heads left out."""
        found = self.sections(name)
        assert heading in found, f"{name} has no {heading}"
        lines = [line for line in found[heading].splitlines() if line.startswith("|")]
        rulers = {place for place, line in enumerate(lines) if set(line) <= set("|-: ")}
        bodies = [line for place, line in enumerate(lines) if not {place, place + 1} & rulers]
        return [[cell.strip() for cell in line[1:-1].split("|")] for line in bodies]

    def changed(self, name: str, old: str, new: str = "") -> "Pages":
        """With another text on a page; it must have had the old one."""
        assert old in self[name], f"{name} has no {old!r}"
        return replace(self, texts={**self.texts, name: self[name].replace(old, new)})

    def without(self, name: str) -> "Pages":
        """Without a page or a picture."""
        assert name in self.texts or name in self.pictures
        left = {key: text for key, text in self.texts.items() if key != name}
        return replace(self, texts=left, pictures={key: png for key, png in self.pictures.items() if key != name})


def sections(text: str, level: int = 2) -> dict[str, str]:
    """What stands under each heading of a level, in order; code does not count."""
    found: dict[str, str] = {}
    heading, fenced = "", False
    for line in text.splitlines():
        fenced ^= line.startswith("```")
        mark = re.fullmatch(rf"#{{{level}}} (.+)", line)
        if mark and not fenced:
            heading = mark[1]
            found[heading] = ""
        elif heading:
            found[heading] += f"{line}\n"
    return found


@cache
def pages() -> Pages:
    """Those of this project."""
    files = sorted({file for kind in KINDS for file in ROOT.glob(kind)})
    pictures = sorted((ROOT / "docs").rglob("*.png"))
    return Pages(
        {file.relative_to(ROOT).as_posix(): file.read_text() for file in files},
        {file.relative_to(ROOT).as_posix(): file.read_bytes() for file in pictures},
    )
