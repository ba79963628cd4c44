"""Which types of resources take tags. The table beside this file is the SDK's: `python -m guard.aws.taggable`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_suffix(".txt")

HEAD: Final = "# Written by python -m guard.aws.taggable from pulumi-aws: types with an input `tags`, by module."

# In a class of arguments: the map that most types take, and the list of an auto scaling group.
_ARGS: Final = re.compile(r"(\w+)Args:\n    def __init__\(__self__, \*,(.*?)\):", re.DOTALL)
_TAGS: Final = re.compile(r"\btags: pulumi\.Input\[Optional\[(?:Mapping\[str,|Sequence\[pulumi\.Input\['GroupTagArgs)")


def tokens() -> tuple[str, ...]:
    """Return the tokens of the types that take tags."""
    found: list[str] = []
    for line in FILE.read_text().splitlines():
        module, _, names = line.partition(": ")
        if not line.startswith("#"):
            found += [_token(module, name) for name in names.split()]
    return tuple(found)


def _token(module: str, name: str) -> str:
    return f"aws:{module}/{name[0].lower()}{name[1:]}:{name}"


def of_sdk() -> tuple[str, ...]:
    """Return the same from the sources of the installed SDK; importing its 860 modules would take a minute."""
    spec = find_spec("pulumi_aws")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pulumi_aws must be installed to read from it")
    found: set[str] = set()
    for file in Path(spec.origin).parent.rglob("*.py"):
        text = file.read_text()
        if "tags: pulumi.Input[" not in text:
            continue
        arguments = filter(None, map(_ARGS.match, text.split("\nclass ")))
        taking = {match[1] for match in arguments if _TAGS.search(match[2])}
        named = re.findall(r'@pulumi\.type_token\("(aws:[^"]+)"\)', text)
        found |= {token for token in named if token.rpartition(":")[2] in taking}
    return tuple(sorted(found))


def write(found: Iterable[str]) -> str:
    """Return the table's text of some tokens."""
    modules: dict[str, list[str]] = defaultdict(list)
    for token in found:
        _, module, name = token.split(":")
        modules[module.partition("/")[0]].append(name)
    return "\n".join([HEAD, *(f"{module}: {' '.join(names)}" for module, names in sorted(modules.items()))]) + "\n"


if __name__ == "__main__":
    FILE.write_text(write(of_sdk()))
