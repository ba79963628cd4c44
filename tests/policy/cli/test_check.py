"""`python -m guard check` says what the engine's policies say, of files alone, and ends with a useful status."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.cli import check, report
from guard.cli.check import BAD_INPUT, BLOCKED, CLEAN, INTERNAL, main
from guard.cli.state import read
from guard.crossguard.configuration import PROFILE, VARIABLE, rule_sets
from guard.crossguard.exemptions import KEY
from guard.crossguard.verdict import Kind, Terms, weigh
from guard.model.graph import Stack
from guard.model.rule import RULES, Profile
from guard.model.rule import read as parts
from preview import pack
from preview.document import written
from preview.export import export
from tests import stacks
from tests.policy.engine import TODAY, Declared, Engine, planned
from tests.policy.rules.test_cases import CASES, resources
from tests.policy.states import ENCRYPTED, OPEN, PLAIN, SOUND, STREAM, deployment, resource, saved, shown

ROOT = Path(__file__).parents[3]
EXEMPTION = {"rule": "stream-at-rest", "resource": "plain", "reason": "It holds noise.", "owner": "team"}
LATER, EARLIER = {"expires": "2026-03-31"}, {"expires": "2026-02-28"}


@pytest.fixture(autouse=True)
def no_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def checked(*arguments: str | Path) -> tuple[int, dict[str, Any]]:
    """Check as the command line does, on the day of all tests; its status and its document."""
    given = check.parser().parse_args(["check", *map(str, arguments), "--today", TODAY.isoformat()])
    found = check.checked(given)
    document = json.loads(check.FORMATS["json"](found))
    return (CLEAN if found.clean else BLOCKED), document


def of(document: dict[str, Any], kind: str, stack: int = 0) -> set[tuple[str, str]]:
    return {(one["rule"], one["resource"]) for one in document["stacks"][stack][kind]}


def put(folder: Path, name: str, content: Any) -> Path:
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


# --- the same verdict as in the engine ---


@pytest.mark.parametrize("known", [False, True], ids=["new", "existing"])
@pytest.mark.parametrize("stack", stacks.STACKS)
def test_a_recording_gets_the_verdict_of_the_engine_s_policies(stack: str, known: bool, tmp_path: Path) -> None:
    recording = stacks.recorded(stack, known)
    by_engine = pack.ask(recording, today=TODAY)
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
        answer = Engine().preview(resources(case), known=known)
        (state,) = read(json.dumps(state_of(resources(case), known=known)), case["id"])
        found = {(one.rule.id, one.urn) for one in weigh(Stack(state.resources), terms).of(Kind.VIOLATION)}
        assert found == {(parts(one.message).rule, one.urn) for one in answer.violations()}, case["id"]


# --- what goes in, and the status ---


def test_a_stack_that_keeps_the_rules_ends_with_0(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", saved(tmp_path, SOUND)]) == CLEAN
    assert capsys.readouterr().out.startswith("shop live  ✔ clean\n3 resources in ")


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


def nodes(value: Any) -> Any:
    """Every place in a document: what holds it, and under which key."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in list(keys):
        yield value, key
        yield from nodes(value[key])


# --- profile, configuration, exemptions ---


ADVISED = resource("aws:lb/targetGroup:TargetGroup", "targets", {"protocol": "HTTP", "targetType": "ip"})
ADVICE = ("target-group-plain", "targets")


def test_the_profile_is_named_by_the_call_the_environment_or_the_stack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = saved(tmp_path, ADVISED)
    strict = put(tmp_path, "Pulumi.live.yaml", {"config": {PROFILE: "strict"}})
    recording = put(tmp_path, "recording.json", {**deployment(ADVISED), "config": {PROFILE: "strict"}})

    def judged(*arguments: str | Path) -> tuple[str, bool]:
        _, document = checked(*arguments)
        return document["stacks"][0]["profile"], ADVICE in of(document, "violations")

    assert judged(file) == ("baseline", False)
    assert judged(file, "--exemptions", strict) == ("strict", True)
    assert judged(recording) == ("strict", True)
    assert judged(recording, "--profile", "baseline") == ("baseline", False)
    monkeypatch.setenv(VARIABLE, "protected")
    assert judged(recording) == ("protected", False)
    assert judged(recording, "--profile", "strict") == ("strict", True)


def test_a_profile_that_is_none_blocks_and_is_strict_meanwhile(tmp_path: Path) -> None:
    status, document = checked(put(tmp_path, "r.json", {**deployment(SOUND), "config": {PROFILE: "strickt"}}))
    assert (status, document["stacks"][0]["profile"]) == (BLOCKED, "strict")
    assert document["stacks"][0]["problems"] == [
        "guard:profile: there is no profile strickt; use one of baseline, protected, strict"
    ]


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"encrypt-in-transit-advice": "mandatory"}, "violations"),
        ({"encrypt-in-transit-advice": {"enforcementLevel": "disabled"}}, ""),
        ({"encrypt-in-transit-advice": {"off": ["target-group-plain"]}}, ""),
        ({"encrypt-in-transit": {"rules": [ADVICE[0]]}, "encrypt-in-transit-advice": "disabled"}, "violations"),
        ({"all": "disabled"}, ""),
        ({}, "advice"),
    ],
)  # fmt: skip
def test_levels_come_from_the_policy_configuration(config: dict[str, Any], kind: str, tmp_path: Path) -> None:
    _, document = checked(saved(tmp_path, ADVISED), "--config", put(tmp_path, "config.json", config))
    assert document["stacks"][0]["problems"] == []
    kinds = ("violations", "advice", "exempted", "undecided")
    assert [one for one in kinds if ADVICE in of(document, one)] == ([kind] if kind else [])


def test_a_typo_in_the_policy_configuration_blocks(tmp_path: Path) -> None:
    config = {"encrypt-in-transitt": "mandatory", "encrypt-in-transit": {"of": []}}
    status, document = checked(saved(tmp_path, SOUND), "--config", put(tmp_path, "config.json", config))
    assert status == BLOCKED
    assert document["stacks"][0]["problems"] == [
        "there is no policy encrypt-in-transitt; did you mean encrypt-in-transit?",
        "encrypt-in-transit: there is no setting of; did you mean off?",
    ]


FORMS = {
    "list.json": json.dumps,
    "list.yaml": lambda entries: yaml.safe_dump(entries).replace("'2026-03-31'", "2026-03-31"),  # a date, not a word
    "Pulumi.live.yaml": lambda entries: yaml.safe_dump({"config": {"aws:region": "eu-central-1", KEY: entries}}),
}


@pytest.mark.parametrize("form", FORMS)
def test_exemptions_come_from_a_list_or_a_stack_file(form: str, tmp_path: Path) -> None:
    file = put(tmp_path, form, FORMS[form]([EXEMPTION | LATER]))
    status, document = checked(saved(tmp_path, PLAIN), "--exemptions", file)
    assert of(document, "exempted") == {("stream-at-rest", "plain")}
    assert ("stream-at-rest", "plain") not in of(document, "violations")
    (found,) = document["stacks"][0]["exempted"]
    assert found["exemption"] == {
        **{"rule": "stream-at-rest", "resource": "plain", "finding": "", "reason": "It holds noise."},
        **{"owner": "team", "expires": "2026-03-31", "decision": ""},
    }
    assert status == CLEAN


def test_an_exemption_in_a_recording_counts_beside_the_file_s(tmp_path: Path) -> None:
    own = {KEY: json.dumps([EXEMPTION | LATER])}
    other = resource(STREAM, "second", {"encryptionType": "NONE"})
    recording = put(tmp_path, "r.json", {**deployment(PLAIN, other), "config": own})
    file = put(tmp_path, "more.json", [EXEMPTION | LATER | {"resource": "second"}])
    _, document = checked(recording, "--exemptions", file)
    assert of(document, "exempted") == {("stream-at-rest", "plain"), ("stream-at-rest", "second")}


def test_an_expired_exemption_exempts_nothing_and_blocks_itself(tmp_path: Path) -> None:
    file = put(tmp_path, "e.json", [EXEMPTION | LATER | {"resource": "sound"}, EXEMPTION | EARLIER])
    recording = put(tmp_path, "r.json", {**deployment(PLAIN), "config": {KEY: json.dumps([EXEMPTION | EARLIER])}})
    status, document = checked(recording, "--exemptions", file)
    assert status == BLOCKED
    assert ("stream-at-rest", "plain") in of(document, "violations")
    expired = "the exemption of plain from stream-at-rest expired on 2026-02-28; team fixes"
    problems = document["stacks"][0]["problems"]
    assert [problem.split(" the resource or")[0] for problem in problems] == [
        f"guard:exemptions, entry 1: {expired}",
        f"{file}, entry 2: {expired}",
    ]


def test_an_exemption_that_is_not_understood_blocks(tmp_path: Path) -> None:
    file = put(tmp_path, "e.json", [EXEMPTION | LATER | {"rule": "stream-at-rst"}])
    status, document = checked(saved(tmp_path, SOUND), "--exemptions", file)
    assert status == BLOCKED
    assert document["stacks"][0]["problems"] == [
        f"{file}, entry 1: there is no rule stream-at-rst; did you mean stream-at-rest?"
    ]


def test_an_exemption_of_the_file_is_unused_only_if_no_stack_needs_it(tmp_path: Path) -> None:
    file = put(tmp_path, "e.json", [EXEMPTION | LATER, EXEMPTION | LATER | {"resource": "gone"}])
    one, two = saved(tmp_path, PLAIN, name="one.json"), saved(tmp_path, SOUND, name="two.json")
    status, document = checked(one, two, "--exemptions", file)
    assert status == CLEAN
    assert [[entry["resource"] for entry in found["unused"]] for found in document["stacks"]] == [["gone"], ["gone"]]


# --- the pack on its own ---

ALONE = """\
import socket, sys
socket.socket.connect = socket.create_connection = None
import guard
assert guard.__file__.startswith({folder!r}), guard.__file__
from guard.cli.check import main
sys.exit(main(["check", {file!r}]))
"""


def test_the_folder_works_alone_without_engine_and_network(tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere" / "policy"
    shutil.copytree(ROOT / "policy", folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, status in ((saved(tmp_path, SOUND), CLEAN), (saved(tmp_path, PLAIN, name="bad.json"), BLOCKED)):
        run = subprocess.run(
            [sys.executable, "-c", ALONE.format(folder=str(folder), file=file)],
            cwd=folder,
            env={"PATH": "", "PYTHONPATH": str(folder), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stderr) == (status, "")


def test_what_the_pack_imports_it_declares() -> None:
    """Alone in another project it has nothing but its own requirements, in the versions that are tested here."""
    sources = [ast.parse(file.read_text()) for file in (ROOT / "policy").rglob("*.py") if "examples" not in file.parts]
    nodes = [node for tree in sources for node in ast.walk(tree)]
    words = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    words |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    roots = {word.partition(".")[0] for word in words} - sys.stdlib_module_names - {"guard"}
    dists = packages_distributions()
    imported = {re.sub("[._]", "-", dists[root][0]).lower() for root in roots}
    project = tomllib.loads((ROOT / "policy" / "pyproject.toml").read_text())["project"]
    pins = (ROOT / "policy" / "requirements.txt").read_text().split()
    assert set(project["dependencies"]) == imported == {pin.partition("==")[0] for pin in pins}
    assert set(pins) <= set((ROOT / "requirements.txt").read_text().split())


def test_what_the_readme_tells_to_write_is_understood(tmp_path: Path) -> None:
    readme = (ROOT / "policy" / "README.md").read_text()
    (config,) = re.findall(r"```json\n(.*?)```", readme, re.S)
    (stack_file,) = re.findall(r"```yaml\n(.*?)```", readme, re.S)
    config, stack_file = put(tmp_path, "guard.json", config), put(tmp_path, "Pulumi.live.yaml", stack_file)
    _, document = checked(saved(tmp_path, PLAIN), "--config", config, "--exemptions", stack_file)
    assert document["stacks"][0]["problems"] == []
    assert ("stream-at-rest", "plain") in of(document, "violations")  # the one policy that the file leaves mandatory


def test_the_pack_has_one_version() -> None:
    project = (ROOT / "policy" / "pyproject.toml").read_text()
    described = yaml.safe_load((ROOT / "policy" / "PulumiPolicy.yaml").read_text())
    assert f'version = "{report.VERSION}"' in project
    assert described["version"] == report.VERSION
