"""The report as one JSON document, which schema.json describes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from guard import __version__
from guard.cli.report import NAME, Checked, CheckReport, fingerprint, sentence
from guard.crossguard.exemptions import Exemption
from guard.crossguard.verdict import Judgement, JudgementKind

FORM: Final = 1  # of the document
SCHEMA: Final = Path(__file__).with_name("schema.json")


def write(report: CheckReport) -> str:
    """Return the report as JSON, the same bytes for the same verdict."""
    return json.dumps(document(report), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def document(report: CheckReport) -> dict[str, Any]:
    """Return the report as plain data. No value of a property is in it."""
    return {
        "version": FORM,
        "tool": {"name": NAME, "version": __version__},
        "verdict": _verdict(report.clean),
        "stacks": [_stack(one, report) for one in report.stacks],
    }


def _verdict(clean: bool) -> str:
    return "clean" if clean else "blocked"


def _stack(stack: Checked, report: CheckReport) -> dict[str, Any]:
    verdict = stack.verdict
    of = {
        kind: [_finding(one, stack, report) for one in verdict.of(kind)]
        for kind in JudgementKind
        if kind is not JudgementKind.PASSED
    }
    return {
        "source": stack.state.source,
        "project": stack.state.project,
        "stack": stack.state.stack,
        "profile": stack.profile.value,
        "verdict": _verdict(verdict.clean),
        "resources": stack.state.count,
        "passed": len(verdict.of(JudgementKind.PASSED)),
        "unasked": sorted(rule.id for rule in verdict.unasked),
        "pending": [{"urn": one.urn, "operation": one.operation, "note": str(one)} for one in stack.state.pending],
        "problems": list(verdict.problems),
        "violations": of[JudgementKind.VIOLATION],
        "advice": of[JudgementKind.ADVICE],
        "exempted": of[JudgementKind.EXEMPTED],
        "undecided": of[JudgementKind.UNDECIDED],
        "unused": [_exemption(one) for one in verdict.unused],
    }


def _finding(judgement: Judgement, stack: Checked, report: CheckReport) -> dict[str, Any]:
    rule, finding, place = judgement.rule, judgement.finding, stack.position(judgement)
    return {
        "rule": rule.id,
        "family": rule.family,
        "severity": rule.severity.value,
        "level": stack.levels[rule.id].value,
        "urn": judgement.urn,
        "resource": judgement.name,
        "at": finding.at if finding else "",
        "about": finding.about if finding else "",
        "message": sentence(judgement),
        "fix": rule.fix,
        "controls": list(rule.controls),
        "page": report.page(rule),
        "fingerprint": fingerprint(judgement),
        **({"file": place.file, "line": place.line} if place else {}),
        **({"exemption": _exemption(judgement.exemption)} if judgement.exemption else {}),
    }


def _exemption(exemption: Exemption) -> dict[str, str]:
    return {
        "rule": exemption.rule,
        "resource": exemption.resource,
        "finding": exemption.finding,
        "reason": exemption.reason,
        "owner": exemption.owner,
        "expires": exemption.expires.isoformat() if exemption.expires else "",
        "decision": exemption.decision,
    }
