"""The pictures of stacks' networks, and the lines of pages that show them."""

import os
from pathlib import Path

from preview.lookup import Recordings, of
from preview.picture import picture

FOLDER = Path("docs/pictures")


def drawn(folder: Path, stacks: Recordings) -> dict[Path, str]:
    """The SVG of each stack that has a network, by its file."""
    return {folder / FOLDER / f"{stack}.svg": picture(stacks[stack]) for stack in _with_network(stacks)}


def shown(stacks: Recordings, page: Path) -> str:
    """The largest stack's picture, and links to the others', for a page in a folder of its project."""
    names = _with_network(stacks)
    largest = max(names, key=lambda name: len(stacks[name].resources))
    place = Path(os.path.relpath(FOLDER, page)).as_posix()
    others = ", ".join(f"[{name}]({place}/{name}.svg)" for name in names if name != largest)
    about = f"Who may connect to whom in `{largest}`, on which port. What is alike shares a box."
    return f"{about}{f' The others: {others}.' if others else ''}\n\n![{largest}]({place}/{largest}.svg)"


def _with_network(stacks: Recordings) -> list[str]:
    return [name for name, stack in stacks.items() if of(stack, "ec2.Vpc")]
