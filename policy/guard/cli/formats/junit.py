"""The report as JUnit XML, as test reports of CI show it: a suite a family, a case for each rule on each resource.

A case fails where a mandatory rule is broken. It is skipped, with the reason, where a breach is exempted, is advice or
where the rule could not decide: only what is kept counts as passed.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final

from guard.cli.report import NAME, Checked, CheckReport, sentence
from guard.crossguard.levels import CONFIGURATION
from guard.crossguard.verdict import Judgement, JudgementKind
from guard.model.families import FAMILIES

WORST_FIRST: Final = (
    JudgementKind.VIOLATION,
    JudgementKind.ADVICE,
    JudgementKind.UNDECIDED,
    JudgementKind.EXEMPTED,
    JudgementKind.PASSED,
)

# XML 1.0 cannot hold these at all, and a name in a program may.
_FORBIDDEN: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(report: CheckReport) -> str:
    """Return the report as JUnit XML."""
    suites = [suite for stack in report.stacks for suite in _suites(stack, report)]
    # Jenkins's schema (junit-10.xsd) has no `skipped` here: it counts what the suites say.
    counted = {key: value for key, value in _counted(suites).items() if key != "skipped"}
    root = ET.Element("testsuites", {"name": NAME, **counted})
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suites(stack: Checked, report: CheckReport) -> list[ET.Element]:
    by_family: dict[str, list[Judgement]] = {family: [] for family in FAMILIES}
    for judgement in stack.verdict.judgements:
        by_family[judgement.rule.family].append(judgement)
    cases = {family: _cases(judgements, stack, report) for family, judgements in by_family.items() if judgements}
    return [_suite(name, of, stack) for name, of in ({CONFIGURATION: _settings(stack)} | cases).items()]


def _suite(name: str, cases: list[ET.Element], stack: Checked) -> ET.Element:
    suite = ET.Element("testsuite", {"name": _clean(f"{stack.title} {name}"), **_counted(cases)})
    suite.extend(cases)
    return suite


def _counted(elements: Iterable[ET.Element]) -> dict[str, str]:
    """Count the cases among elements and within them."""
    cases = [case for element in elements for case in element.iter("testcase")]
    found: Mapping[str, int] = {
        "tests": len(cases),
        "failures": len([case for case in cases if case.find("failure") is not None]),
        "skipped": len([case for case in cases if case.find("skipped") is not None]),
        "errors": 0,
    }
    return {key: str(value) for key, value in found.items()}


def _cases(judgements: list[Judgement], stack: Checked, report: CheckReport) -> list[ET.Element]:
    ordered = sorted(judgements, key=lambda one: (one.rule.id, one.urn, WORST_FIRST.index(one.kind)))
    return [_case(list(group), stack, report) for _, group in groupby(ordered, key=lambda one: (one.rule.id, one.urn))]


def _case(judgements: list[Judgement], stack: Checked, report: CheckReport) -> ET.Element:
    worst = judgements[0]
    rule, place = worst.rule, stack.position(worst)
    case = ET.Element("testcase", {"classname": rule.id, "name": _clean(worst.name)})
    if worst.kind is JudgementKind.PASSED:
        return case
    text = "; ".join(_reason(one) for one in judgements)
    outcome = ET.SubElement(
        case, "failure" if worst.kind is JudgementKind.VIOLATION else "skipped", {"message": _clean(text)}
    )
    if worst.kind is JudgementKind.VIOLATION:
        outcome.set("type", rule.severity.value)
    where = f" ({place.file}:{place.line})" if place else ""  # the schema has no attributes for it
    outcome.text = _clean(f"{worst.urn}{where}\n{rule.why}\nFix: {rule.fix}\nSee {report.page(rule)}")
    return case


def _reason(judgement: Judgement) -> str:
    word = "" if judgement.kind is JudgementKind.VIOLATION else f"{judgement.kind}: "
    reason = f" ({judgement.exemption})" if judgement.exemption else ""
    return f"{word}{sentence(judgement)}{reason}"


def _settings(stack: Checked) -> list[ET.Element]:
    """Return a case for each problem of the configuration, or one that says there is none."""
    cases = [ET.Element("testcase", {"classname": CONFIGURATION, "name": "settings and exemptions"})]
    if stack.verdict.problems:
        text = "\n".join(stack.verdict.problems)
        ET.SubElement(cases[0], "failure", {"message": _clean(text), "type": CONFIGURATION})
    for cut_off in stack.state.pending:
        case = ET.Element("testcase", {"classname": CONFIGURATION, "name": _clean(f"operation on {cut_off.urn}")})
        ET.SubElement(case, "skipped", {"message": _clean(str(cut_off))})
        cases.append(case)
    for entry in stack.verdict.unused:
        case = ET.Element("testcase", {"classname": CONFIGURATION, "name": _clean(f"exemption of {entry.resource}")})
        text = f"covers nothing of {entry.rule}: {stack.verdict.useless(entry)}"
        ET.SubElement(case, "skipped", {"message": _clean(text)})
        cases.append(case)
    return cases


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("�", text)
