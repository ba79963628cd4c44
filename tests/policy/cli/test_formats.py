"""What `guard check` writes is what its readers take: SARIF and JSON by their schemas, JUnit as CI counts it, text."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import xmlschema

from guard.cli.formats import FORMATS
from guard.cli.formats.document import SCHEMA
from guard.cli.report import CheckReport, fingerprint
from tests.policy.cli.reports import (
    BLUE,
    CLEAN,
    DARK,
    EVERYTHING,
    PROBLEM,
    RED,
    REPORT,
    RULES_HERE,
    SPARED,
    a_resource,
    judged,
)

# Jenkins's, as pytest 9.2.0's source distribution ships it.
JUNIT = xmlschema.XMLSchema10(Path(__file__).parents[2] / "data" / "junit-10.xsd")


def junit(report: CheckReport) -> ET.Element:
    text = FORMATS["junit"](report)
    JUNIT.validate(text)
    return ET.fromstring(text.encode())


def json_of(report: CheckReport) -> dict[str, Any]:
    document = json.loads(FORMATS["json"](report))
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    return document


# --- JUnit ---


def test_junit_has_a_case_for_each_rule_on_each_resource() -> None:
    root = junit(REPORT)
    assert [suite.get("name") for suite in root] == ["shop live configuration", "shop live encrypt-at-rest"]
    cases = {(case.get("classname"), case.get("name")): [child.tag for child in case] for case in root[1]}
    assert cases == {
        ("no-red", "loud"): ["failure"],
        ("no-red", "calm"): [],
        ("no-red", "hidden"): ["skipped"],
        ("no-red", "spared"): ["skipped"],
        ("no-round", "loud"): ["skipped"],
        ("no-round", "calm"): [],
        ("no-round", "hidden"): [],
        ("no-round", "spared"): ["skipped"],
    }


def test_junit_says_why() -> None:
    messages = {case.get("name"): case[0].get("message") for case in junit(REPORT).iter("testcase") if len(case)}
    first = {case.get("name"): case[0] for case in junit(REPORT)[1] if case.get("classname") == "no-red" and len(case)}
    assert first["loud"].get("message") == "loud is red (`colour`); loud is of a dark shade (`colour`)"
    assert first["loud"].get("type") == "high"
    assert (
        first["loud"].text
        == f"{RED.urn} (stores/red ones.py:12)\nRed is loud.\nFix: Paint it.\nSee docs/policies/no-red.md"
    )
    assert first["hidden"].get("message") == "undecided: hidden `colour` is not known yet"
    assert (
        first["spared"]
        .get("message", "")
        .startswith("exempted: spared is red (`colour`) (It is a fire engine. (team, until 2026-03-31))")
    )
    assert messages["settings and exemptions"] == PROBLEM
    assert messages["exemption of gone"] == "covers nothing of no-red: remove it"
    assert messages["loud"] == "advice: loud is round (`shape`)"


@pytest.mark.parametrize("report", [REPORT, CheckReport((CLEAN, EVERYTHING), RULES_HERE)], ids=["one", "two"])
def test_junit_counts_what_it_holds(report: CheckReport) -> None:
    root = junit(report)
    assert "skipped" not in root.attrib  # the schema has none
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        skipped = [] if element is root else [len(list(element.iter("skipped")))]
        counted = [len(cases), len(list(element.iter("failure"))), 0, *skipped]
        keys = ("tests", "failures", "errors", "skipped")
        assert [int(element.attrib[key]) for key in keys if key in element.attrib] == counted
    assert int(root.get("failures", 0)) == 2  # the breach and the problem


def test_junit_holds_names_that_xml_cannot() -> None:
    odd = a_resource("bell\x07 & <tag> \ud800", "red")
    (case,) = (one for one in junit(CheckReport((judged(odd),), RULES_HERE))[1] if one.get("classname") == "no-red")
    assert case.get("name") == "bell� & <tag> �"


# --- JSON ---


def test_json_follows_its_schema_and_tells_all() -> None:
    document = json_of(REPORT)
    (stack,) = document["stacks"]
    assert (document["version"], document["verdict"], stack["verdict"]) == (1, "blocked", "blocked")
    counted = {
        kind: len(stack[kind]) for kind in ("violations", "advice", "exempted", "undecided", "unused", "problems")
    }
    assert counted == {"violations": 2, "advice": 2, "exempted": 2, "undecided": 1, "unused": 1, "problems": 1}
    assert (stack["resources"], stack["passed"], stack["profile"]) == (4, 3, "baseline")
    first = stack["violations"][0]
    assert first == {
        **{"rule": "no-red", "family": "encrypt-at-rest", "severity": "high", "level": "mandatory"},
        **{"urn": RED.urn, "resource": "loud", "at": "colour", "about": "", "message": "loud is red (`colour`)"},
        **{"fix": "Paint it.", "controls": ["FSBP SQS.1"], "page": "docs/policies/no-red.md"},
        **{"file": "stores/red ones.py", "line": 12},
        "fingerprint": fingerprint(EVERYTHING.verdict.judgements[0]),
    }
    assert stack["exempted"][0]["exemption"]["reason"] == "It is a fire engine."


def test_json_s_schema_refuses_what_it_does_not_know() -> None:
    schema, document = json.loads(SCHEMA.read_text()), json_of(REPORT)
    for spoilt in ({**document, "more": 1}, {**document, "version": 2}, {**document, "stacks": []}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(spoilt, schema)


# --- text ---

TEXT = """\
shop live  ✖ blocked by 2 violations and 1 problem
4 resources in live.json, profile baseline; 10 checks, 3 passed

The configuration blocks
    • guard:exemptions, entry 3: reason is missing

Blocks the deployment
  no-red  high  docs/policies/no-red.md
    • loud is red (`colour`)  stores/red ones.py:12
    • loud is of a dark shade (`colour`)  stores/red ones.py:12
    → Paint it.

Advice
  no-round  high  docs/policies/no-round.md
    • loud is round (`shape`)  stores/red ones.py:12
    • spared is round (`shape`)
    → Paint it.

Exempt
  no-red
    • spared is red (`colour`)
    ✎ It is a fire engine. (team, until 2026-03-31)
  no-red
    • spared is of a dark shade (`colour`)
    ✎ It is a fire engine. (team, until 2026-03-31)

Undecided
    • hidden `colour` is not known yet
    ? no-red

Exemptions without use
    • no-red for gone covers nothing: remove it
"""


def test_text_says_the_verdict_first_and_how_to_fix_it() -> None:
    assert FORMATS["text"](REPORT) == TEXT


def test_text_of_a_clean_stack_is_short() -> None:
    clean = replace(CLEAN, verdict=replace(CLEAN.verdict, unused=()))
    assert FORMATS["text"](CheckReport((clean, clean), RULES_HERE)) == (
        2 * "\nshop live  ✔ clean\n1 resource in live.json, profile baseline; 2 checks, 2 passed\n"
    ).removeprefix("\n")


# --- all of them ---


@pytest.mark.parametrize("form", FORMATS)
def test_no_value_is_told(form: str) -> None:
    """The formats see resources with their secrets in clear; what rules say of them holds none."""
    secret = replace(RED, inputs={"colour": "red", "password": "hunter2"}, outputs={"password": "hunter2"})
    assert "hunter2" not in FORMATS[form](CheckReport((judged(secret),), RULES_HERE))


@pytest.mark.parametrize("form", FORMATS)
def test_same_input_same_bytes(form: str) -> None:
    again = CheckReport((judged(RED, BLUE, DARK, SPARED, problems=(PROBLEM,)),), RULES_HERE)
    assert FORMATS[form](again) == FORMATS[form](REPORT)
