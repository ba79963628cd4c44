"""The one JSON document of a preview, from which everything else is drawn. `schema.json` describes it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import TYPE_CHECKING

from preview.causes import Causes
from preview.figures import figures, kind
from preview.properties import settings, shown
from preview.recording import RecordedResource, Recording
from preview.remedies import remedy
from preview.verdict import Exempted, Note, PackVerdict
from preview.wire import Object

if TYPE_CHECKING:
    from costs.estimate import Estimate

VERSION = 3

#: Of what AWS bills nothing: components, and what is not of AWS.
NO_BILL: Object = {"charge": "", "usd": None}


def document(
    recording: Recording,
    verdict: PackVerdict,
    causes: Causes = MappingProxyType({}),
    update: Recording | None = None,
    estimated: "Estimate | None" = None,
) -> Object:
    """A preview as plain data. Secrets are masked, what only the deployment tells is marked; `causes` are by note.

    Of `update`, the same stack with every id known, more can be told of who reaches whom, and of what it costs.
    `estimated` is that; without it nothing is assumed of the stack's use.
    """
    from costs.document import bills
    from costs.document import document as costs
    from costs.estimate import estimate
    from preview.exposure import exposure  # here: the pack's modules would delay the start of the recording

    estimated = estimated or estimate(update or recording, {})
    billed = bills(estimated)
    exposed = exposure(update or recording)
    return {
        "version": VERSION,
        "project": recording.project,
        "stack": recording.stack,
        "verdict": "clean" if verdict.clean else "blocked",
        "profile": verdict.profile,
        "settings": settings(recording),
        "violations": _notes(recording, verdict.violations, causes),
        "advisories": _notes(recording, verdict.advisories, causes),
        "exemptions": _notes(recording, verdict.exemptions),
        "undecided": _notes(recording, verdict.undecided),
        "warnings": sorted(message.text for message in recording.messages if message.severity == "warning"),
        "figures": figures(recording, exposed),
        "costs": costs(estimated),
        "exposure": exposed,
        "resources": [
            _resource(recording, resource) | billed.get(resource.urn, NO_BILL)
            for resource in recording.resources.values()
        ],
        "outputs": sorted(recording.outputs),
    }


def written(documents: Iterable[Object]) -> str:
    """Previews as text, the same bytes for the same input: one document, or a list of several."""
    several = list(documents)
    return json.dumps(several[0] if len(several) == 1 else several, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _notes(
    recording: Recording, notes: Iterable[Note | Exempted], causes: Mapping[Note, str] = MappingProxyType({})
) -> list[Object]:
    return [
        {
            "resource": _name(recording, note.urn),
            **asdict(note),
            **({"fix": remedy(recording, note)} if isinstance(note, Note) else {}),
            **({"cause": causes[note]} if isinstance(note, Note) and note in causes else {}),
        }
        for note in notes
    ]


def _name(recording: Recording, urn: str) -> str:
    """The logical name of a resource; the stack's own for a note on no resource."""
    resource = recording.resources.get(urn)
    return resource.name if resource else recording.stack


def _resource(recording: Recording, resource: RecordedResource) -> Object:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "kind": kind(resource.type),
        "name": resource.name,
        "parent": resource.parent if resource.parent in recording.resources else "",
        "component": not resource.custom,
        "protect": resource.options.protect,
        "properties": shown(resource) if resource.custom else {},
        "uses": _uses(recording, resource),
    }


def _uses(recording: Recording, resource: RecordedResource) -> list[str]:
    """The resources whose values go into its properties."""
    found = {urn for urns in resource.property_dependencies.values() for urn in urns}
    return sorted(found & recording.resources.keys())
