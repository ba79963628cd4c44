"""What changed since the run before, which `--watch` says below each preview: verdict, findings, money, resources."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from preview import words
from preview.wire import Object

FINDINGS: Final = {
    "violations": "✖", "advisories": "⚠", "exemptions": "exempt:", "undecided": "undecided:",
}  # fmt: skip
MOST: Final = 40  #: lines of a stack; what `diff` says of two files has no end


def since(documents: Iterable[Object], folder: Path) -> str:
    """What changed since the documents in the folder, which these then replace. Empty at the first run.

    A run that ends early leaves the folder as it was: only whole previews are compared.
    """
    told = [_compared(document, folder / f"{number}.json") for number, document in enumerate(documents)]
    return "".join(f"{line}\n" for lines in told for line in lines)


def _compared(document: Object, file: Path) -> list[str]:
    before: Any = json.loads(file.read_text(encoding="utf-8")) if file.exists() else None
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(document), encoding="utf-8")
    fresh.replace(file)  # the next save may end this process at any moment
    if not before:
        return []
    lines = [f"  {line}" for line in changes(before, document)]
    if not lines:
        return [f"Since the last run of {document['stack']} nothing changed."]
    more = [f"  … and {words.count(len(lines) - MOST, 'more line', 'more lines')}"] if len(lines) > MOST else []
    return [f"Since the last run of {document['stack']}:", *lines[:MOST], *more]


def changes(before: Object, after: Object) -> Iterator[str]:
    """What differs between two documents of a stack, a line each; deeper ones begin with blanks."""
    from differences.compare import differences
    from differences.render import other_most, sections
    from differences.sides import of

    if (was := words.verdict(before)) != (now := words.verdict(after)):
        yield f"{was} → {now}"
    if found := list(_findings(before, after)):
        yield "Findings"
        yield from (f"  {line}" for line in found)
    compared = differences(of(before, "before"), of(after, "after"), alone=False)
    for head, lines in sections(compared):
        moved = _moved(compared["money"]) or other_most(compared["money"])
        if not (head == "Nothing else" or (head == "Money" and not moved)):
            yield head
            yield from (f"  {line}" for line in lines)


def _moved(money: Object) -> bool:
    return bool(money["rows"]) or money["before"] != money["after"]


def _findings(before: Object, after: Object) -> Iterator[str]:
    """Findings that came and went. Lines in the stack file do not count; a finding of another level did both."""
    old, new = (
        Counter(
            (key, f"{note['rule']}: {words.about({**note, 'cause': ''})}") for key in FINDINGS for note in found[key]
        )
        for found in (before, after)
    )
    for sign, found in (("-", old - new), ("+", new - old)):
        yield from (f"{sign} {FINDINGS[key]} {text}" for key, text in found.elements())
