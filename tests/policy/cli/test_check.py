"""`python -m guard check` says what the engine's policies say, of files alone, and ends with a useful status."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.cli import check
from guard.cli.check import BAD_INPUT, BLOCKED, CLEAN, INTERNAL, main
from guard.cli.formats import FORMATS
from guard.cli.state import read
from guard.crossguard.configuration import VARIABLE, rule_sets
from guard.crossguard.verdict import JudgementKind, Terms, weigh
from guard.model.graph import Stack
from guard.model.rule import RULES, Profile
from guard.model.rule import read as parts
from preview.document import written
from preview.export import export
from preview.figures import figures
from preview.pack import ask
from tests import stacks
from tests.policy.cli.checking import checked, nodes, of, put
from tests.policy.engine import TODAY, Declared, EngineRun, planned
from tests.policy.rules.test_cases import CASES, resources
from tests.policy.states import ENCRYPTED, OPEN, PLAIN, SOUND, STREAM, deployment, resource, saved, shown

FOUND = Path(__file__).parents[2] / "data" / "found"


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


# --- the same verdict as in the engine ---


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("stack", stacks.STACKS)
def test_a_recording_gets_the_verdict_of_the_engine_s_policies(stack: str, known: bool, tmp_path: Path) -> None:
    recording = stacks.recorded(stack, known)
    by_engine = ask(recording, TODAY)
    status, document = checked(put(tmp_path, "recording.json", written([export(recording)])))
    found = document["stacks"][0]
    assert (status == CLEAN) is by_engine.clean
    for kind, notes in (
        ("violations", by_engine.violations),
        ("advice", by_engine.advisories),
        ("exempted", by_engine.exemptions),
    ):
        diagnostics = {(one["rule"], one["urn"], one["message"].partition(" (`")[0]) for one in found[kind]}
        assert diagnostics == {(note.rule, note.urn, note.message.partition(" (`")[0].rstrip(".")) for note in notes}
    # A recording keeps no secret, so more may be open in it, and never less.
    assert {one["rule"] for one in found["undecided"]} >= {note.rule for note in by_engine.undecided}
    notes = (*by_engine.violations, *by_engine.advisories, *by_engine.undecided)
    assert {(note.rule, note.severity) for note in notes if note.rule in RULES} <= {
        (rule.id, rule.severity.value) for rule in RULES.values()
    }
    assert found["resources"] == figures(recording, {"entry_points": [], "ways": []})["resources"]


def state_of(declared: list[Declared], *, known: bool) -> dict[str, Any]:
    """A case's resources as a deployment; what a preview does not know stands in it as the engine's mark."""
    by_name = {one.name: one for one in declared}
    return {
        "deployment": {
            "resources": [
                {
                    "urn": one.urn,
                    "type": one.type,
                    "inputs": inputs,
                    "outputs": outputs,
                    "parent": by_name[one.parent].urn if one.parent else "",
                    "propertyDependencies": depends(one, by_name),
                }
                for one, inputs, outputs in planned(declared, known=known)
            ]
        }
    }


def depends(one: Declared, by_name: dict[str, Declared]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, ref in one.refs.items():
        found.setdefault(path.split(".")[0].split("[")[0], []).append(by_name[ref.split(".")[0]].urn)
    return found


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
def test_every_case_gets_the_verdict_of_the_engine_s_policies(known: bool) -> None:
    terms = Terms(tuple(rule_sets(RULES.values(), Profile.BASELINE)))
    for case in CASES:
        answer = EngineRun().preview(resources(case), known=known)
        (state,) = read(json.dumps(state_of(resources(case), known=known)), case["id"])
        found = {(one.rule.id, one.urn) for one in weigh(Stack(state.resources), terms).of(JudgementKind.VIOLATION)}
        assert found == {(parts(one.message).rule, one.urn) for one in answer.violations()}, case["id"]


# --- what goes in, and the status ---


def test_a_stack_that_keeps_the_rules_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", saved(tmp_path, SOUND)]) == CLEAN
    assert capsys.readouterr().out.startswith("shop live  ✔ clean\n1 resource in ")


def test_a_broken_mandatory_rule_ends_with_1(tmp_path: Path) -> None:
    status, document = checked(saved(tmp_path, SOUND, PLAIN))
    assert status == BLOCKED
    (found,) = (one for one in document["stacks"][0]["violations"] if one["rule"] == "stream-at-rest")
    assert (found["resource"], found["at"], found["level"], found["severity"]) == (
        "plain", "encryptionType", "mandatory", "medium",
    )  # fmt: skip
    assert (found["file"], found["line"], found["page"]) == ("main.py", 7, "docs/policies/stream-at-rest.md")


def test_what_is_encrypted_is_undecided_and_does_not_block(tmp_path: Path) -> None:
    status, document = checked(saved(tmp_path, OPEN))
    assert (status, of(document, "undecided")) == (CLEAN, {("stream-at-rest", "open")})
    # With the secrets shown it is decided.
    for value, wanted in (("NONE", {("stream-at-rest", "open")}), ("KMS", set[tuple[str, str]]())):
        _, document = checked(saved(tmp_path, resource(STREAM, "open", {"encryptionType": shown(value)})))
        assert of(document, "violations") == wanted
        assert of(document, "undecided") == set()


def test_a_rule_on_the_graph_follows_the_state_s_references(tmp_path: Path) -> None:
    """An instance without encryption of its own inherits its source's, here found by an encrypted reference."""
    source = resource("aws:rds/instance:Instance", "source", {"engine": "postgres", "storageEncrypted": False})
    copy = resource(
        "aws:rds/instance:Instance",
        "copy",
        {"engine": "postgres", "replicateSourceDb": ENCRYPTED},
        propertyDependencies={"replicateSourceDb": [source["urn"]]},
    )
    _, document = checked(saved(tmp_path, source, copy))
    assert {name for rule, name in of(document, "violations") if rule == "store-at-rest"} == {"source", "copy"}


def test_several_files_are_one_call(tmp_path: Path) -> None:
    good, bad = saved(tmp_path, SOUND, name="good.json"), saved(tmp_path, PLAIN, name="bad.json")
    status, document = checked(good, bad)
    assert (status, document["verdict"]) == (BLOCKED, "blocked")
    assert [(one["source"], one["verdict"]) for one in document["stacks"]] == [(good, "clean"), (bad, "blocked")]


def test_standard_input_is_a_file_too(tmp_path: Path) -> None:
    with Path(saved(tmp_path, PLAIN)).open() as export:
        run = subprocess.run(
            [sys.executable, "-m", "guard", "check", "-"], stdin=export, capture_output=True, text=True, check=False
        )
    assert (run.returncode, run.stdout.splitlines()[0][:20]) == (BLOCKED, "shop live  ✖ blocked")


def test_a_packed_checkpoint_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A backend of one's own packs its checkpoints if it is told to: PULUMI_SELF_MANAGED_STATE_GZIP."""
    packed = tmp_path / "live.json.gz"
    packed.write_bytes(gzip.compress(json.dumps(deployment(PLAIN)).encode()))
    status, document = checked(packed)
    assert (status, of(document, "violations")) == (BLOCKED, {("stream-at-rest", "plain")})
    packed.write_bytes(packed.read_bytes()[:40])
    assert main(["check", str(packed)]) == BAD_INPUT
    assert capsys.readouterr().err == f"{packed} is packed, and damaged\n"


def test_an_operation_that_was_cut_off_is_told_in_every_format(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody knows whether the group exists. The file came with the found cases."""
    file = FOUND / "operation_that_was_cut_off.json"
    note = "creating aws:ec2/securityGroup:SecurityGroup open was cut off: its outcome is unknown; refresh"
    (stack,) = checked(file)[1]["stacks"]
    assert stack["pending"] == [
        {
            "urn": "urn:pulumi:prod::shop::aws:ec2/securityGroup:SecurityGroup::open",
            "operation": "creating",
            "note": note,
        }
    ]
    for form in FORMATS:
        main(["check", str(file), "--format", form])
        assert note in capsys.readouterr().out


def test_the_first_line_says_that_an_outcome_is_unknown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    export = deployment(SOUND)
    export["deployment"]["pending_operations"] = [{"resource": PLAIN, "type": "updating"}]
    file = put(tmp_path, "cut.json", export)
    assert main(["check", str(file)]) == CLEAN
    first = capsys.readouterr().out.splitlines()[0]
    assert first == "shop live  ✔ clean, but the outcome of 1 operation is unknown"


def test_resources_are_counted_as_the_engine_shows_them(tmp_path: Path) -> None:
    """Without the stack, components and default providers; with those that the program makes or reads."""
    provider = {**resource("pulumi:providers:aws", "other"), "id": "b-1"}
    component = {"urn": "urn:pulumi:live::shop::acme:net:Net::net", "custom": False, "type": "acme:net:Net"}
    read_only = resource(STREAM, "read", {"encryptionType": "KMS"}, external=True)
    _, document = checked(saved(tmp_path, SOUND, provider, component, read_only))
    assert document["stacks"][0]["resources"] == 3


def test_the_report_goes_where_it_is_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.json"
    assert main(["check", saved(tmp_path, SOUND), "--format", "json", "--out", str(out)]) == CLEAN
    assert json.loads(out.read_text())["verdict"] == "clean"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["missing.json"], "missing.json cannot be read: No such file or directory"),
        (["."], ". cannot be read: Is a directory"),
        (["binary.json"], "binary.json is not UTF-8 text"),
        (["words.json"], "words.json is no JSON: Expecting value: line 1 column 1 (char 0)"),
        (["good.json", "--config", "missing.json"], "missing.json cannot be read: No such file or directory"),
        (["good.json", "--config", "broken.yaml"], "broken.yaml is neither YAML nor JSON, line 2"),
        (["good.json", "--exemptions", "words.json"], "words.json is neither a list of exemptions nor a stack file"),
        (["good.json", "--out", "missing/report"], "missing/report cannot be written: No such file or directory"),
    ],
)
def test_bad_input_ends_with_2_and_what_is_wrong(
    arguments: list[str],
    complaint: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    saved(tmp_path, SOUND, name="good.json")
    put(tmp_path, "words.json", "words")
    put(tmp_path, "broken.yaml", "a: 1\n\tb: [")
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    assert main(["check", *arguments]) == BAD_INPUT
    diagnostics = capsys.readouterr()
    assert diagnostics.err.startswith(complaint)
    assert (len(diagnostics.err.splitlines()), diagnostics.out) == (1, "")


@pytest.mark.parametrize(
    "arguments", [[], ["look"], ["check"], ["check", "f", "--profile", "strong"], ["check", "f", "--today", "soon"]]
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == BAD_INPUT
    assert capsys.readouterr().err.startswith("usage: python -m guard")


def test_a_fault_of_ours_ends_with_3_and_tells_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: Any) -> None:
        raise ArithmeticError("hunter2")

    monkeypatch.setattr(check, "weigh", fail)
    assert main(["check", saved(tmp_path, SOUND)]) == INTERNAL
    diagnostics = capsys.readouterr().err
    assert diagnostics.startswith("guard: ArithmeticError\nThis is a fault of the pack")
    assert "hunter2" not in diagnostics
    assert main(["check", saved(tmp_path, SOUND), "--debug"]) == INTERNAL
    assert "Traceback" in capsys.readouterr().err


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 1) | st.just(UNKNOWN_STRING_VALUE) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=st.integers(0, 99), value=ANYTHING)
def test_a_damaged_export_is_judged_or_refused(where: int, value: Any, tmp_path: Path) -> None:
    """Whatever stands where in a state, the answer is a verdict or a refusal, never a fault."""
    broken = deployment(SOUND, PLAIN, OPEN)
    places = list(nodes(broken))
    holder, key = places[where % len(places)]
    holder[key] = value
    assert main(["check", str(put(tmp_path, "damaged.json", broken)), "--out", str(tmp_path / "out")]) != INTERNAL
