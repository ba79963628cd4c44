"""What `guard check` is told: the profile, the policy configuration and the exemptions."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from guard.cli import check
from guard.cli.check import BLOCKED, CLEAN
from guard.cli.state import BadInput
from guard.crossguard.configuration import PROFILE, VARIABLE
from guard.crossguard.exemptions import KEY
from tests.policy.cli.checking import checked, of, put
from tests.policy.states import PLAIN, SOUND, STREAM, deployment, resource, saved

EXEMPTION = {"rule": "stream-at-rest", "resource": "plain", "reason": "It holds noise.", "owner": "team"}
LATER, EARLIER = {"expires": "2026-03-31"}, {"expires": "2026-02-28"}


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
        ({}, "advice"),
    ],
)  # fmt: skip
def test_levels_come_from_the_policy_configuration(config: dict[str, Any], kind: str, tmp_path: Path) -> None:
    _, document = checked(saved(tmp_path, ADVISED), "--config", put(tmp_path, "config.json", config))
    assert document["stacks"][0]["problems"] == []
    kinds = ("violations", "advice", "exempted", "undecided")
    assert [one for one in kinds if ADVICE in of(document, one)] == ([kind] if kind else [])


BUDGET = resource(
    "aws:budgets/budget:Budget",
    "prod",
    {"budgetType": "COST", "timeUnit": "MONTHLY", "limitAmount": "600", "limitUnit": "USD"},
)


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({}, ""),
        ({"budget-advice": {"monthlyCost": 600}}, ""),
        ({"budget-advice": {"monthlyCost": 640.61}}, "advice"),
        ({"budget-advice": {"monthlyCost": 640.61, "enforcementLevel": "mandatory"}}, "violations"),
        ({"budget": {"monthlyCost": 640.61}, "budget-advice": {"monthlyCost": 600}}, ""),  # each for its profile
    ],
)
def test_what_a_stack_costs_comes_from_the_policy_configuration(
    config: dict[str, Any], kind: str, tmp_path: Path
) -> None:
    _, document = checked(saved(tmp_path, BUDGET), "--config", put(tmp_path, "config.json", config))
    assert document["stacks"][0]["problems"] == []
    kinds = ("violations", "advice", "exempted", "undecided")
    assert [one for one in kinds if ("over-budget", "prod") in of(document, one)] == ([kind] if kind else [])


def test_a_stack_over_its_budget_can_be_exempt(tmp_path: Path) -> None:
    entry = {**EXEMPTION, **LATER, "rule": "over-budget", "resource": "prod", "finding": "limitAmount"}
    config = put(tmp_path, "config.json", {"budget-advice": {"monthlyCost": 640.61, "enforcementLevel": "mandatory"}})
    status, document = checked(
        saved(tmp_path, BUDGET), "--config", config, "--exemptions", put(tmp_path, "exemptions.json", [entry])
    )
    assert status == CLEAN
    assert of(document, "exempted") == {("over-budget", "prod")}


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


def test_a_stack_file_says_what_it_says_to_the_engine(tmp_path: Path) -> None:
    """A list as text, a bare date, and a key that nobody reads."""
    entry = {**EXEMPTION, **LATER}
    stack = {"config": {"guard:exemptions": json.dumps([entry]), "guard:exemption": "[]"}}
    file = tmp_path / "Pulumi.live.yaml"
    file.write_text(yaml.safe_dump(stack))
    _, document = checked(saved(tmp_path, SOUND), "--exemptions", str(file))
    assert document["stacks"][0]["problems"] == ["there is no setting guard:exemption; did you mean guard:exemptions?"]
    assert len(document["stacks"][0]["unused"]) == 1
    file.write_text(yaml.safe_dump({"config": {"guard:exemptions": [{**entry, "expires": date(2027, 3, 31)}]}}))
    _, document = checked(saved(tmp_path, SOUND), "--exemptions", str(file))
    assert document["stacks"][0]["problems"][0].endswith('entry 1: expires must be a date in quotes, like "2026-12-31"')


def test_the_day_is_the_environment_s_as_in_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = put(tmp_path, "exemptions.json", [{**EXEMPTION, **LATER}])
    monkeypatch.setenv("GUARD_TODAY", "2026-04-01")
    given = check.parser().parse_args(["check", saved(tmp_path, PLAIN), "--exemptions", str(entry)])
    assert "expired on 2026-03-31" in check.checked(given).stacks[0].verdict.problems[0]
    monkeypatch.setenv("GUARD_TODAY", "today")
    with pytest.raises(BadInput, match="GUARD_TODAY is today; give a date like 2026-12-31"):
        check.checked(given)
