"""Adds to previews' documents what differs from a Git revision (`--against`)."""

from collections.abc import Sequence
from typing import Final

from differences.compare import differences
from differences.sides import earlier, recorded
from preview.engine import Previewed, run
from preview.revisions import record_at
from preview.stack import PreviewError

#: What a preview says where it cannot be compared.
UNKNOWN: Final = "what differs from {revision} is not known: {problem}"


def compared(found: Sequence[Previewed], revision: str) -> list[Previewed]:
    """The previews with their differences from a revision. If a stack cannot be compared, its document says why."""
    return [_compared(each, revision) for each in found]


def _compared(found: Previewed, revision: str) -> Previewed:
    name, folder = found.stack.name, found.stack.folder
    try:
        before = earlier(record_at(revision, name, folder), name, revision, folder)
    except PreviewError as problem:
        told = UNKNOWN.format(revision=revision, problem=problem)
        return found._replace(document={**found.document, "not_compared": told})
    now = recorded(found.update or run(found.stack, known=True), name, folder)
    return found._replace(document={**found.document, "differences": differences(before, now, alone=False)})
