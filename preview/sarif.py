"""A preview as SARIF 2.1.0, for code scanning: a run for each stack, a result for each finding.

A result stands at the line of the stack file that it comes from, where that is known, else at the file's first.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from urllib.parse import quote

from preview.engine import Previewed
from preview.wire import Object
from preview.words import about

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"violations": "error", "advisories": "warning", "exemptions": "warning"}
#: Code scanning sorts by this figure: over 9 is critical, over 7 high, over 4 medium.
SCORES: Final = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "2.0"}
_CAUSE: Final = re.compile(r":(\d+):(\d+) ")


def sarif(previews: Sequence[Previewed]) -> str:
    """Previews as SARIF, the same bytes for the same input."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(each) for each in previews]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(preview: Previewed) -> Object:
    document = preview.document
    notes = [(key, note) for key in LEVELS for note in document[key]]
    rules = sorted({note["rule"] for _, note in notes} | {note["rule"] for note in document["undecided"]})
    described = {note["rule"]: note for _, note in reversed(notes)}
    return {
        "tool": {
            "driver": {
                "name": "cloudplatform preview",
                "version": str(document["version"]),
                "rules": [_rule(rule, described.get(rule, {})) for rule in rules],
            }
        },
        # Several runs of one tool are kept apart by this: each replaces the earlier one of the same stack only.
        "automationDetails": {"id": f"preview/{document['project']}/{document['stack']}/"},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    {"level": "note", "message": {"text": about(note)}, "associatedRule": {"id": note["rule"]}}
                    for note in document["undecided"]
                ],
            }
        ],
        "results": [_result(key, note, rules.index(note["rule"]), _file(preview)) for key, note in notes],
    }


def _file(preview: Previewed) -> str:
    """The stack file, from the current folder if it is below it: viewers know files of the repository."""
    file, here = preview.stack.file, Path.cwd()
    return quote(file.relative_to(here).as_posix()) if file.is_relative_to(here) else file.as_uri()


def _rule(rule: str, note: Object) -> Object:
    fix = note.get("fix", "")
    return {
        "id": rule,
        "shortDescription": {"text": rule},
        **({"help": {"text": fix}} if fix else {}),
        **({"properties": {"security-severity": SCORES[found]}} if (found := note.get("severity", "")) else {}),
    }


def _result(key: str, note: Object, index: int, file: str) -> Object:
    fix = f" Fix: {note['fix']}" if note.get("fix") else ""
    line, column = found.groups() if (found := _CAUSE.search(note.get("cause", ""))) else ("1", "1")
    logical = {"name": note["resource"], "kind": "resource"}
    logical |= {"fullyQualifiedName": note["urn"]} if note["urn"] else {}
    region = {"startLine": int(line), "startColumn": int(column)}
    return {
        "ruleId": note["rule"],
        "ruleIndex": index,
        "level": LEVELS[key],
        "message": {"text": f"{about(note)}{fix}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": file}, "region": region},
                "logicalLocations": [logical],
            }
        ],
        "partialFingerprints": {"finding/v1": _fingerprint(note)},
        "suppressions": [_suppression(note)] if key == "exemptions" else [],
    }


def _fingerprint(note: Object) -> str:
    """The same for the same finding in another run, wherever the file has it by then."""
    return hashlib.sha256(f"{note['rule']}\n{note['urn']}\n{note['message']}".encode()).hexdigest()[:32]


def _suppression(note: Object) -> Object:
    end = {key: note[key] for key in ("owner", "expires", "decision") if note[key]}
    return {"kind": "external", "status": "accepted", "justification": note["reason"], "properties": end}
