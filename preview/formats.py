"""The formats of a preview: each a function of the same report, which imports what it alone needs."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from preview.engine import Previewed
from preview.outputs import STANDARD, Output, write
from preview.recording import Recording
from preview.render import Detail
from preview.wire import Object


@dataclass(frozen=True, kw_only=True)
class PreviewReport:
    """What there is to show, and how."""

    previews: Sequence[Previewed]
    tree: Detail
    most: int | None = None  #: characters of Markdown; None: what GitHub takes

    @property
    def documents(self) -> list[Object]:
        """What most formats draw."""
        return [each.document for each in self.previews]

    @property
    def networks(self) -> list[tuple[Recording, Object]]:
        """What a picture of each network is drawn from: the recording that knows most, and who can reach what."""
        return [(each.update or each.recording, each.document["exposure"]) for each in self.previews]


def _text(report: PreviewReport) -> str:
    from preview.render import plain

    return plain(report.documents, report.tree)


def _json(report: PreviewReport) -> str:
    from preview.document import written

    return written(report.documents)


def _markdown(report: PreviewReport) -> str:
    from preview.markdown import MOST, comment
    from preview.picture.boxes import mermaid
    from preview.picture.network import network

    drawn = [network(*each) for each in report.networks]
    return comment(report.documents, report.most or MOST, [mermaid(*each) if each.boxes else "" for each in drawn])


def _html(report: PreviewReport) -> str:
    from preview.page import page
    from preview.picture import picture

    return page(report.documents, [picture(*each) for each in report.networks])


def _sarif(report: PreviewReport) -> str:
    from preview.sarif import sarif

    return sarif(report.previews)


def _junit(report: PreviewReport) -> str:
    from preview.junit import junit

    return junit(report.documents)


def _svg(report: PreviewReport) -> str:
    from preview.picture import pictures

    return pictures(report.networks)


def _recording(report: PreviewReport) -> str:
    from preview.document import written
    from preview.export import export

    return written(export(each.recording) for each in report.previews)


FORMATS: Final[Mapping[str, Callable[[PreviewReport], str]]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "html": _html,
    "sarif": _sarif,
    "junit": _junit,
    "svg": _svg,
    "recording": _recording,
}


def deliver(report: PreviewReport, wanted: Sequence[Output]) -> None:
    """Write every output, in colour on a terminal that takes it. Raises PreviewError for one that cannot be written."""
    for each in wanted:
        coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        if each == Output("text", STANDARD) and coloured:
            from preview.render import Console, terminal

            terminal(report.documents, Console(), report.tree)
        else:
            write(FORMATS[each.format](report), each.file)
