"""A run in which nothing was asked, or less than there is, says so in its first line and is not clean."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from guard.cli.check import BLOCKED, CLEAN, main
from guard.crossguard.configuration import rule_sets
from guard.crossguard.exemptions import KEY
from guard.crossguard.levels import CONFIGURATION, NOTHING, OWN
from guard.model.rule import Profile
from guard.rules import RULES
from tests.policy.cli.checking import checked, put
from tests.policy.declare import GROUP, NETWORK, db, r, route
from tests.policy.engine import EngineRun
from tests.policy.states import SOUND, deployment, saved

SETS = [one for one in rule_sets(RULES.values(), Profile.BASELINE) if one.rules]
EVERY = {one.name: "disabled" for one in SETS}
AT_REST = [rule.id for one in SETS if one.name == "encrypt-at-rest" for rule in one.rules]
EXEMPTION = {"rule": "stream-at-rest", "resource": "plain", "reason": "noise", "owner": "team"}


def first_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(
    ("config", "unasked", "problem"),
    [
        pytest.param({"all": "disabled"}, len(RULES), NOTHING, id="all"),
        pytest.param({"all": {"enforcementLevel": "disabled"}}, len(RULES), NOTHING, id="all as a table"),
        pytest.param(EVERY, len(RULES), NOTHING, id="each by its name"),
        *(
            pytest.param({name: "disabled"}, 0, f"{name} cannot be disabled: {does}", id=name)
            for name, (_, does) in OWN.items()
        ),
        pytest.param({"encrypt-at-rest": "disabled"}, len(AT_REST), "mandatory rules that nobody asks: ", id="one"),
        pytest.param(
            {"encrypt-at-rest": {"off": ["stream-at-rest"]}},
            1,
            "mandatory rules that nobody asks: stream-at-rest; exempt a resource, with its reason, instead",
            id="one rule",
        ),
    ],
)
def test_what_is_switched_off_is_not_clean(
    config: dict[str, Any], unasked: int, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state, settings = saved(tmp_path, SOUND), put(tmp_path, "config.json", config)
    assert main(["check", str(state), "--config", str(settings)]) == BLOCKED
    line = first_line(capsys)
    less = (
        "nothing was asked; "
        if problem == NOTHING
        else f"{unasked} rule"
        if unasked
        else f"less was asked: {next(iter(config))} disabled; blocked"
    )
    assert line.split("✖ ")[1].startswith(less)
    assert "clean" not in line
    status, document = checked(state, "--config", settings)
    assert (status, document["verdict"], len(document["stacks"][0]["unasked"])) == (BLOCKED, "blocked", unasked)
    assert document["stacks"][0]["problems"][0].startswith(problem)


def test_advice_that_is_switched_off_is_told_and_does_not_block(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = put(tmp_path, "config.json", {"encrypt-in-transit-advice": {"off": ["target-group-plain"]}})
    assert main(["check", str(saved(tmp_path, SOUND)), "--config", str(settings)]) == CLEAN
    assert first_line(capsys).endswith("✔ clean, but 1 rule not asked")


def test_settings_in_json_may_be_indented_with_tabs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = json.dumps({"encrypt-in-transit-advice": {"off": ["target-group-plain"]}}, indent="\t")
    settings = put(tmp_path, "config.json", config)
    assert main(["check", str(saved(tmp_path, SOUND)), "--config", str(settings)]) == CLEAN
    assert first_line(capsys).endswith("✔ clean, but 1 rule not asked")


def test_a_rule_on_another_policy_is_asked(tmp_path: Path) -> None:
    moved = {"enforcementLevel": "advisory", "rules": ["stream-at-rest"]}
    config = {"encrypt-at-rest": {"off": ["stream-at-rest"]}, "encrypt-at-rest-advice": moved}
    status, document = checked(saved(tmp_path, SOUND), "--config", put(tmp_path, "config.json", config))
    assert (status, document["stacks"][0]["unasked"]) == (CLEAN, [])


@pytest.mark.parametrize("type_", ["kubernetes:core/v1:Pod", "gcp:storage/bucket:Bucket", "pulumi:pulumi:Stack"])
def test_a_stack_of_which_no_rule_speaks_is_not_clean(
    type_: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urn = f"urn:pulumi:live::shop::{type_}::it"
    state = put(tmp_path, "s.json", deployment({"urn": urn, "type": type_, "custom": True, "id": "1", "inputs": {}}))
    assert main(["check", str(state)]) == BLOCKED
    assert first_line(capsys) == "shop live  ✖ nothing was asked; blocked by 1 problem"


@pytest.mark.parametrize(
    "entry",
    [
        {**EXEMPTION, "resource": "*", "expires": "2026-06-30"},
        {**EXEMPTION, "resource": "urn:*", "expires": "2026-06-30"},
        {**EXEMPTION, "expires": "9999-12-31"},
        {**EXEMPTION, "decision": "docs/decisions/ADR-999-nobody-wrote-it.md"},
    ],
    ids=["all names", "all URNs", "never ends", "no record"],
)
def test_an_exemption_of_anything_or_for_ever_is_refused(
    entry: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["check", saved(tmp_path, SOUND), "--exemptions", str(put(tmp_path, "e.json", [entry]))]
    assert main([*arguments, "--today", "2026-03-01"]) == BLOCKED
    assert first_line(capsys).endswith("✖ blocked by 1 problem")


def test_a_record_beside_the_file_of_exemptions_is_found(tmp_path: Path) -> None:
    (tmp_path / "docs" / "decisions").mkdir(parents=True)
    (tmp_path / "docs" / "decisions" / "1.md").write_text("# Why\n")
    (tmp_path / "stacks").mkdir()
    entry = {**EXEMPTION, "decision": "docs/decisions/1.md"}
    file = put(tmp_path / "stacks", "Pulumi.live.yaml", json.dumps({"config": {KEY: [entry]}}))
    status, document = checked(saved(tmp_path, SOUND), "--exemptions", file)
    assert (status, document["stacks"][0]["problems"]) == (CLEAN, [])


# --- in the engine ---

PUBLIC = (*NETWORK[:5], GROUP, db(refs={"dbSubnetGroupName": "grp.name"}), route(destinationCidrBlock="0.0.0.0/0"))


@pytest.mark.parametrize("name", OWN)
def test_the_pack_s_own_policies_stay_on_and_say_so(name: str) -> None:
    """Without the recorder a graph rule could not tell an unset property from one that is not known."""
    answer = EngineRun().configure({name: "disabled"}).preview(PUBLIC)
    assert answer.problems() == [f"{name} cannot be disabled: {OWN[name][1]}"]
    assert [one.mandatory for one in answer.of(CONFIGURATION)] == [True]
    assert [one for one in answer.diagnostics if one.policy != CONFIGURATION] == [
        *EngineRun().preview(PUBLIC).diagnostics
    ]


def test_a_pack_that_is_switched_off_as_a_whole_blocks() -> None:
    answer = EngineRun().configure({"all": "disabled"}).preview(PUBLIC)
    assert [(one.policy, one.mandatory) for one in answer.diagnostics] == [(CONFIGURATION, True)]
    assert answer.problems() == [NOTHING]


def test_a_pack_that_only_advises_still_blocks_what_is_wrong_with_its_settings() -> None:
    answer = EngineRun().configure({"all": "advisory", "encrypt-at-rest": {"of": []}}).preview([r("sqs/queue:Queue")])
    assert [(one.policy, one.mandatory) for one in answer.of(CONFIGURATION)] == [(CONFIGURATION, True)]


def test_a_family_that_is_switched_off_blocks_with_its_mandatory_rules() -> None:
    (text,) = EngineRun().configure({"data-subnet-public-graph": "disabled"}).preview(PUBLIC).problems()
    assert text == ("mandatory rules that nobody asks: data-subnet-public; exempt a resource, with its reason, instead")
