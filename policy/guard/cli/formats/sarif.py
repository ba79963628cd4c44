"""The report as SARIF 2.1.0, for code scanning: one run a stack.

A breach is a result at the line that declares the resource, where the file tells it, and always at the resource's URN;
an exempted one is a suppressed result. What is undecided is a notification: a viewer would show a result as an alarm.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from pulumi_policy import EnforcementLevel, Severity

from guard import __version__
from guard.cli.report import NAME, Checked, CheckReport, fingerprint, sentence
from guard.cli.state import Position
from guard.crossguard.exemptions import Exemption
from guard.crossguard.levels import CONFIGURATION
from guard.crossguard.verdict import Judgement, JudgementKind
from guard.model.families import FAMILIES
from guard.model.rule import Rule

Object = dict[str, Any]

# Code scanning sorts its alarms by this figure: over 9 is critical, over 7 high, over 4 medium.
SCORES: Final[Mapping[Severity, str]] = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.0",
}
LEVELS: Final[Mapping[EnforcementLevel, str]] = {
    EnforcementLevel.MANDATORY: "error",
    EnforcementLevel.ADVISORY: "warning",
}
BROKEN: Final = (JudgementKind.VIOLATION, JudgementKind.ADVICE, JudgementKind.EXEMPTED)


def write(report: CheckReport) -> str:
    """Return the report as SARIF, the same bytes for the same verdict."""
    log = {
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [_run(stack, report) for stack in report.stacks],
    }
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _run(stack: Checked, report: CheckReport) -> Object:
    index = {rule.id: number for number, rule in enumerate(report.rules)}
    driver = {
        "name": NAME,
        "semanticVersion": __version__,
        "rules": [*(_rule(rule, report) for rule in report.rules), _SETTINGS],
    }
    broken = [one for one in stack.verdict.judgements if one.kind in BROKEN]
    return {
        "tool": {"driver": driver},
        # Several runs of one tool are kept apart by this: each replaces the earlier one of the same stack only.
        "automationDetails": {"id": "/".join(("guard", stack.state.project, stack.state.stack, ""))},
        "invocations": [
            {
                "executionSuccessful": True,
                "toolExecutionNotifications": [
                    *(_undecided(one, stack, index) for one in stack.verdict.of(JudgementKind.UNDECIDED)),
                    *({"level": "note", "message": {"text": str(one)}} for one in stack.state.pending),
                ],
                "toolConfigurationNotifications": [_unused(one, stack) for one in stack.verdict.unused],
            }
        ],
        "results": [
            *(_result(one, stack, index) for one in broken),
            *(_problem(text, stack, len(index)) for text in stack.verdict.problems),
        ],
        "properties": {"profile": stack.profile.value, "resources": stack.state.count},
    }


def _rule(rule: Rule, report: CheckReport) -> Object:
    page = report.page(rule)
    controls = f" Controls: {', '.join(rule.controls)}." if rule.controls else ""
    return {
        "id": rule.id,
        "shortDescription": {"text": f"{rule.id}: {FAMILIES[rule.family]}"},
        "fullDescription": {"text": rule.why},
        "help": {
            "text": f"{rule.why} Fix: {rule.fix}{controls} See {page}.",
            "markdown": f"{rule.why}\n\n**Fix:** {rule.fix}\n\n{controls.strip()}\n\nSee `{page}`.",
        },
        # It must be an absolute URI, which only a published page has.
        **({"helpUri": page} if report.docs else {}),
        "defaultConfiguration": {"level": LEVELS[rule.level]},
        "properties": {
            "tags": ["security", rule.family],
            "security-severity": SCORES[rule.severity],
            "precision": "high",
            "controls": list(rule.controls),
        },
    }


_SETTINGS: Final[Object] = {
    "id": CONFIGURATION,
    "shortDescription": {"text": "configuration: Every setting and every exemption is understood and in force."},
    "fullDescription": {"text": "A setting that nobody understands is not in force, and an expired exemption neither."},
    "help": {"text": "Mend the setting or the exemption that the message names; policy/README.md says how they read."},
    "defaultConfiguration": {"level": "error"},
}


def _result(judgement: Judgement, stack: Checked, index: Mapping[str, int]) -> Object:
    rule, finding = judgement.rule, judgement.finding
    return {
        "ruleId": rule.id,
        "ruleIndex": index[rule.id],
        "level": LEVELS[stack.levels[rule.id]],
        "message": {"text": f"{sentence(judgement)}. Fix: {rule.fix}"},
        "locations": [_location(judgement, stack)],
        "partialFingerprints": {"finding/v1": fingerprint(judgement)},
        "suppressions": [_suppression(judgement.exemption)] if judgement.exemption else [],
        "properties": {"at": finding.at if finding else "", "about": finding.about if finding else ""},
    }


def _problem(text: str, stack: Checked, index: int) -> Object:
    return {
        "ruleId": CONFIGURATION,
        "ruleIndex": index,
        "level": "error",
        "message": {"text": text},
        "locations": [{"physicalLocation": _physical(stack, None)}],
        "suppressions": [],
    }


def _location(judgement: Judgement, stack: Checked) -> Object:
    logical = {"name": judgement.name, "fullyQualifiedName": judgement.urn, "kind": "resource"}
    return {"physicalLocation": _physical(stack, stack.position(judgement)), "logicalLocations": [logical]}


def _physical(stack: Checked, position: Position | None) -> Object:
    """Return the line that declares a resource, else the first of the file that was checked: viewers want a line."""
    uri, line = (quote(position.file), position.line) if position else (_uri(stack.state.source), 1)
    return {"artifactLocation": {"uri": uri}, "region": {"startLine": line}}


def _uri(source: str) -> str:
    path = Path(source)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def _suppression(exemption: Exemption) -> Object:
    end = {"expires": exemption.expires.isoformat()} if exemption.expires else {"decision": exemption.decision}
    return {
        "kind": "external",
        "status": "accepted",
        "justification": exemption.reason,
        "properties": {"owner": exemption.owner, **end},
    }


def _undecided(judgement: Judgement, stack: Checked, index: Mapping[str, int]) -> Object:
    return {
        "level": "note",
        "message": {"text": f"undecided: {sentence(judgement)}"},
        "associatedRule": {"id": judgement.rule.id, "index": index[judgement.rule.id]},
        "locations": [_location(judgement, stack)],
    }


def _unused(exemption: Exemption, stack: Checked) -> Object:
    advice = stack.verdict.useless(exemption)
    return {
        "level": "note",
        "message": {"text": f"the exemption of {exemption.resource} from {exemption.rule} covers nothing: {advice}"},
    }
