"""A stack's network as a picture: what stands where, and who may talk to whom.

`network` reads a recording, Graphviz lays out (`layout`), `drawing` writes the SVG; boxes and arrows are written as
Mermaid too. What a picture shows of a stack, and how it looks, belongs here; what a page says of it does not.
"""

from preview.picture.drawing import svg
from preview.picture.layout import laid_out
from preview.picture.network import network
from preview.recording import Recording
from preview.wire import Object


def picture(recording: Recording, exposure: Object | None = None) -> str:
    """A stack's network as SVG, the same bytes for the same recording; best of one in which every id is known.

    Empty where nothing stands in a network and nobody connects to anybody.
    `exposure` is what the stack's document has of it, where that was worked out already. Each box has `data-urn`.
    """
    boxes, arrows = network(recording, exposure)
    return svg(boxes, laid_out(boxes, arrows), f"{recording.project} {recording.stack}") if boxes else ""
