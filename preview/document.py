"""The one JSON document of a preview, from which everything else is drawn. `schema.json` describes it."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from preview.figures import figures, kind
from preview.pack import Exempted, Note, Verdict
from preview.recording import Recording, Resource
from preview.wire import Object

VERSION = 1


def document(recording: Recording, verdict: Verdict) -> Object:
    """A preview as plain data. Inputs stay out of it, and with them every secret."""
    return {
        "version": VERSION,
        "project": recording.project,
        "stack": recording.stack,
        "verdict": "clean" if verdict.clean else "blocked",
        "profile": verdict.profile,
        "violations": _notes(recording, verdict.violations),
        "advisories": _notes(recording, verdict.advisories),
        "exemptions": _notes(recording, verdict.exemptions),
        "undecided": _notes(recording, verdict.undecided),
        "warnings": sorted(message.text for message in recording.messages if message.severity == "warning"),
        "figures": figures(recording),
        "resources": [_resource(recording, resource) for resource in recording.resources.values()],
        "outputs": sorted(recording.outputs),
    }


def written(documents: Iterable[Object]) -> str:
    """Previews as text, the same bytes for the same input: one document, or a list of several."""
    several = list(documents)
    return json.dumps(several[0] if len(several) == 1 else several, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _notes(recording: Recording, notes: Iterable[Note | Exempted]) -> list[Object]:
    return [{"resource": _name(recording, note.urn), **asdict(note)} for note in notes]


def _name(recording: Recording, urn: str) -> str:
    """The logical name of a resource; the stack's own for a note on no resource."""
    resource = recording.resources.get(urn)
    return resource.name if resource else recording.stack


def _resource(recording: Recording, resource: Resource) -> Object:
    return {
        "urn": resource.urn,
        "type": resource.type,
        "kind": kind(resource.type),
        "name": resource.name,
        "parent": resource.parent if resource.parent in recording.resources else "",
        "component": not resource.custom,
        "protect": resource.options.protect,
    }
