"""What stacks differ in from a revision of the project, as a part of their previews' documents."""

from collections.abc import Sequence
from typing import Final

from differences.compare import differences
from differences.sides import recorded
from preview.engine import Previewed, run
from preview.revisions import record_at
from preview.stack import PreviewError

#: What a preview warns of where it cannot be compared: a stack may be new.
UNKNOWN: Final = "what differs from {revision} is not known: {problem}"


def compared(found: Sequence[Previewed], revision: str) -> list[Previewed]:
    """Previews whose documents say what differs from a revision; where its program refuses, they warn of it."""
    return [_compared(each, revision) for each in found]


def _compared(found: Previewed, revision: str) -> Previewed:
    name, folder = found.stack.name, found.stack.folder
    try:
        before = recorded(record_at(revision, name, folder), f"{name} at {revision}", folder)
    except PreviewError as problem:
        warning = UNKNOWN.format(revision=revision, problem=problem)
        return found._replace(document={**found.document, "warnings": [*found.document["warnings"], warning]})
    now = recorded(found.update or run(found.stack, known=True), name, folder)
    return found._replace(document={**found.document, "differences": differences(before, now)})
