"""A preview as JUnit XML, as CI shows reports of tests: a suite for each stack, a case for each rule and resource.

A case fails where a mandatory rule is broken, and is skipped, with the reason, for advice, exemptions and what is
undecided. What a rule found nothing about is no case; a stack without findings has one, which passes.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from typing import Final

from preview.wire import Object
from preview.words import about, verdict

KEYS: Final = ("violations", "advisories", "exemptions", "undecided")
#: XML 1.0 cannot hold these at all, and a name in a program may.
_FORBIDDEN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(documents: Sequence[Object]) -> str:
    """Documents of previews as JUnit XML, the same bytes for the same input."""
    root = ET.Element("testsuites", {"name": "cloudplatform preview"})
    root.extend(_suite(each) for each in documents)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(document: Object) -> ET.Element:
    cases = [_case(key, note) for key in KEYS for note in document[key]]
    if not document["violations"]:
        cases.insert(0, ET.Element("testcase", {"classname": "verdict", "name": verdict(document)}))
    counted = {
        "tests": len(cases),
        "failures": len(document["violations"]),
        "skipped": sum(len(document[key]) for key in KEYS[1:]),
        "errors": 0,
    }
    name = _clean(f"{document['project']} {document['stack']}")
    suite = ET.Element("testsuite", {"name": name, **{key: str(value) for key, value in counted.items()}})
    suite.extend(cases)
    return suite


def _case(key: str, note: Object) -> ET.Element:
    case = ET.Element("testcase", {"classname": note["rule"], "name": _clean(note["resource"])})
    reason = note.get("reason", "")
    message = f"{'' if key == 'violations' else f'{key}: '}{about(note)}{f' ({reason})' if reason else ''}"
    outcome = ET.SubElement(case, "failure" if key == "violations" else "skipped", {"message": _clean(message)})
    if key == "violations":
        outcome.set("type", note["severity"] or "violation")
    outcome.text = _clean("\n".join(filter(None, (note["urn"], f"Fix: {note['fix']}" if note.get("fix") else ""))))
    return case


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
