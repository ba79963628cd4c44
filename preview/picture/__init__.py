"""A stack's network as a picture: what stands where, and who may talk to whom.

`network` reads a recording, Graphviz lays out (`layout`), `drawing` writes the SVG; boxes and arrows are written as
Mermaid too. What a picture shows of a stack, and how it looks, belongs here; what a page says of it does not.
"""

from collections.abc import Sequence

from preview.picture.boxes import Box
from preview.picture.drawing import column, svg
from preview.picture.layout import Layout, laid_out
from preview.picture.network import network
from preview.recording import Recording
from preview.wire import Object

#: What is drawn of a stack of which nothing stands in a network.
NOTHING = (Box("nothing", "nothing stands in a network", kind="outside"),)


def picture(recording: Recording, exposure: Object | None = None) -> str:
    """A stack's network as SVG, the same bytes for the same recording; best of one in which every id is known.

    Empty where nothing stands in a network and nobody connects to anybody.
    `exposure` is what the stack's document has of it, where that was worked out already. Each box has `data-urn`.
    """
    boxes, arrows = network(recording, exposure)
    return svg(boxes, laid_out(boxes, arrows), f"{recording.project} {recording.stack}") if boxes else ""


def pictures(stacks: Sequence[tuple[Recording, Object]]) -> str:
    """The networks of stacks, each with its document's exposure: one as `picture` has it, several under each other."""
    drawn: list[tuple[tuple[Box, ...], Layout, str]] = []
    for recording, exposure in stacks:
        boxes, arrows = network(recording, exposure)
        boxes = boxes or NOTHING
        drawn.append((boxes, laid_out(boxes, arrows), f"{recording.project} {recording.stack}"))
    return svg(*drawn[0]) if len(drawn) == 1 else column(drawn)
