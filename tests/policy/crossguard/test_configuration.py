"""Profiles, levels and parameters: what a stack may ask of the pack, and that nothing misspelt passes in silence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_policy import EnforcementLevel

from guard.crossguard.configuration import Chosen, RuleSet, nearest, overlay, profile, rule_sets
from guard.crossguard.exemptions import Exemptions
from guard.crossguard.levels import CONFIGURATION, OWN
from guard.crossguard.pack import from_environment, policies
from guard.model.graph import Finding, Resource
from guard.model.rule import Parameter, Profile, Rule, Severity
from guard.rules import RULES
from tests.policy.declare import r
from tests.policy.engine import TODAY, EngineRun, PackAnswer

ALB = r("lb/loadBalancer:LoadBalancer", "front")
CLEAR = r("efs/fileSystem:FileSystem", "share")
ADVICE = "request-hygiene-advice"


def findings(answer: PackAnswer, rule: str) -> list[tuple[str, bool]]:
    return [(one.policy, one.mandatory) for one in answer.diagnostics if f"[{rule}]" in one.message]


def a_rule(name: str = "days", parameter: Parameter | None = None, **changes: Any) -> Rule:
    """A rule of the family backup that says with what value it was asked."""

    def check(resource: Resource, **given: Any) -> list[Finding]:
        return [resource.finding(f"was asked with {given}")]

    given = dict[str, Any](
        id=name, family="backup", on=("aws:sns/topic:Topic",), severity=Severity.LOW, controls=(), why="", fix="it",
        level=EnforcementLevel.MANDATORY, graph=False, check=check, parameters=(parameter,) if parameter else (),
    )  # fmt: skip
    return Rule(**{**given, **changes})


DAYS = Parameter("minimumDays", {"type": "integer", "minimum": 1}, 7)
WORDS = Parameter("someWords", {"type": "array", "items": {"type": "string"}}, ["a"])
TABLE = Parameter("someTable", {"type": "object", "additionalProperties": {"type": "string"}}, {})


def rule_set(*rules: Rule) -> RuleSet:
    return rule_sets(rules, Profile.BASELINE)[0]


# --- profiles ---


@pytest.mark.parametrize(
    ("environment", "configured", "chosen"),
    [
        (None, None, "baseline"),
        (None, "protected", "protected"),
        ("strict", "protected", "strict"),
        ("", "protected", "protected"),
    ],
)
def test_the_environment_chooses_before_the_stack(environment: str | None, configured: str | None, chosen: str) -> None:
    assert profile(environment, configured) == Chosen(Profile(chosen))


def test_a_profile_that_does_not_exist_is_a_problem_and_the_strictest_holds() -> None:
    assert profile("protect", None).problems == (
        "GUARD_PROFILE: there is no profile protect; use one of baseline, protected, strict",
    )
    assert profile(None, "prod").problems[0].startswith("guard:profile: there is no profile prod")
    assert profile("protect", None).profile is Profile.STRICT


def test_the_profile_stands_in_the_engine_s_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUARD_PROFILE", raising=False)
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"guard:profile": "protected"}))
    assert from_environment().profile is Profile.PROTECTED
    monkeypatch.setenv("GUARD_PROFILE", "strict")
    assert from_environment().profile is Profile.STRICT
    monkeypatch.setenv("GUARD_PROFILE", "lax")
    answer = EngineRun(policies(today=TODAY)).preview([ALB])
    assert answer.problems() == ["GUARD_PROFILE: there is no profile lax; use one of baseline, protected, strict"]
    assert findings(answer, "invalid-headers-dropped") == [("request-hygiene", True)]


def test_advice_is_mandatory_in_strict_and_posture_also_in_protected() -> None:
    posture = a_rule("posture", level=EnforcementLevel.ADVISORY, posture=True)
    taste = a_rule("taste", level=EnforcementLevel.ADVISORY)
    danger = a_rule("danger")

    def mandatory(chosen: Profile) -> list[str]:
        return [rule.id for one in rule_sets([posture, taste, danger], chosen) if not one.advice for rule in one.rules]

    assert mandatory(Profile.BASELINE) == ["danger"]
    assert mandatory(Profile.PROTECTED) == ["posture", "danger"]
    assert mandatory(Profile.STRICT) == ["posture", "taste", "danger"]


def test_in_strict_every_rule_is_mandatory() -> None:
    carried = {rule.id for one in rule_sets(RULES.values(), Profile.STRICT) if not one.advice for rule in one.rules}
    assert carried == set(RULES)


def test_every_rule_is_in_one_policy_of_every_profile() -> None:
    for chosen in Profile:
        carried = [rule.id for one in rule_sets(RULES.values(), chosen) for rule in one.rules]
        assert sorted(carried) == sorted(RULES)


# --- CrossGuard's own configuration ---


def test_a_policy_s_level_is_the_engine_s_business() -> None:
    engine = EngineRun()
    assert findings(engine.preview([ALB]), "invalid-headers-dropped") == [(ADVICE, False)]
    assert findings(engine.configure({ADVICE: "mandatory"}).preview([ALB]), "invalid-headers-dropped") == [
        (ADVICE, True)
    ]
    assert findings(engine.configure({ADVICE: "disabled"}).preview([ALB]), "invalid-headers-dropped") == []
    assert findings(engine.configure({"all": "advisory"}).preview([CLEAR]), "file-system-at-rest") == [
        ("encrypt-at-rest", False)
    ]


def test_one_rule_s_level_is_changed_by_the_policy_that_carries_it() -> None:
    demoted = {
        "encrypt-at-rest": {"off": ["file-system-at-rest"]},
        "encrypt-at-rest-advice": {"enforcementLevel": "advisory", "rules": ["file-system-at-rest"]},
    }
    answer = EngineRun().configure(demoted).preview([CLEAR])
    assert findings(answer, "file-system-at-rest") == [("encrypt-at-rest-advice", False)]
    promoted = {
        "request-hygiene": {"enforcementLevel": "mandatory", "rules": ["invalid-headers-dropped"]},
        ADVICE: {"off": ["invalid-headers-dropped"]},
    }
    answer = EngineRun().configure(promoted).preview([ALB])
    assert findings(answer, "invalid-headers-dropped") == [("request-hygiene", True)]


@pytest.mark.parametrize(
    ("properties", "problem"),
    [
        ({"off": ["desync"]}, "off: there is no rule desync here"),
        ({"off": ["desync-mitigate"]}, "off: there is no rule desync-mitigate here; did you mean desync-mitigated?"),
        (
            {"rules": ["store-at-rest"]},
            "rules: there is no rule store-at-rest here; it belongs to encrypt-at-rest-graph",
        ),
        ({"requiredTags": ["owner"]}, "there is no setting requiredTags; it belongs to tagging-graph"),
        ({"rules": "desync-mitigated"}, "rules must be a list of rules"),
        ({"off": "desync-mitigated"}, "off must be a list of rules"),
        ({"offf": []}, "there is no setting offf; did you mean off?"),
    ],
)
def test_what_is_misspelt_in_a_configuration_blocks(properties: dict[str, Any], problem: str) -> None:
    answer = EngineRun().configure({ADVICE: properties}).preview([ALB])
    assert answer.problems() == [f"{ADVICE}: {problem}"]
    assert [one.mandatory for one in answer.of(CONFIGURATION)] == [True]


@pytest.mark.parametrize(
    ("config", "problem"),
    [
        ({"volume-at-rest": "advisory"}, "there is no policy volume-at-rest; it belongs to encrypt-at-rest-graph"),
        ({"encrypt-at-rest": ["advisory"]}, "encrypt-at-rest: there is no level ['advisory']; use one of"),
        ({"all": {"off": ["desync-mitigated"]}}, "all takes a level, no settings"),
        ({"undecided": {"off": ["desync-mitigated"]}}, "undecided takes a level, no settings"),
    ],
    ids=["a rule", "a list", "all", "its own"],
)
def test_what_is_misspelt_in_a_file_is_told(config: dict[str, Any], problem: str) -> None:
    (told,) = overlay(config, rule_sets(RULES.values(), Profile.BASELINE), OWN).problems
    assert told.startswith(problem)


# In baseline the rule on backups advises, and the one on the deletion of keys; the third stands where it is taken off.
@pytest.mark.parametrize(
    ("config", "problems"),
    [
        (
            {"backup-graph": {"minimumBackupDays": 30}},
            [f"backup-graph: minimumBackupDays does nothing to {rule}, which backup-advice-graph carries"
             for rule in ("store-backups", "table-backups")],
        ),
        ({"backup-graph": {"minimumBackupDays": 30}, "backup-advice-graph": {"minimumBackupDays": 30}}, []),
        ({"backup-graph": {"minimumBackupDays": 7}}, []),  # the default, which the engine hands to each policy
        ({"request-hygiene": {"off": ["desync-mitigated"]}},
         ["request-hygiene: off does nothing to desync-mitigated, which request-hygiene-advice carries"]),
        ({"kms-hygiene-advice": {"minimumDeletionWindowInDays": 40}},
         ["kms-hygiene-advice: minimumDeletionWindowInDays must be a whole number of at least 7 and at most 30"]),
    ],
    ids=["elsewhere", "on both", "a default", "off elsewhere", "too many"],
)  # fmt: skip
def test_what_has_no_effect_blocks(config: dict[str, Any], problems: list[str]) -> None:
    assert EngineRun().configure(config).preview([ALB]).problems() == problems


def test_a_key_that_nobody_reads_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", '{"guard:exemption": "[]", "aws:region": "eu-west-1", "guard:profile": ""}')
    assert from_environment().problems == (
        "guard:profile: there is no profile ; use one of baseline, protected, strict",
        "there is no setting guard:exemption; did you mean guard:exemptions?",
    )
    monkeypatch.setenv("PULUMI_PROJECT", "guard")  # the program's own settings
    assert len(from_environment().problems) == 1


def test_a_problem_of_a_policy_is_told_once_however_many_resources_it_saw() -> None:
    answer = EngineRun().configure({ADVICE: {"of": 1}}).preview([ALB, r("lb/loadBalancer:LoadBalancer", "second")])
    assert len(answer.of(CONFIGURATION)) == 1


# --- parameters ---


def asked(rule: Rule, properties: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    found = rule_set(rule).configured(properties)
    return dict(found.values), found.problems


def test_a_rule_is_asked_with_its_default_or_what_is_configured() -> None:
    topic = r("sns/topic:Topic")
    rule = a_rule(parameter=DAYS)

    def text(**properties: Any) -> str:
        engine = EngineRun(policies(today=TODAY, rules=[rule], chosen=Chosen(Profile.BASELINE)))
        (one,) = engine.configure({"backup": properties}).preview([topic]).violations("backup")
        return one.message

    assert "was asked with {'minimum_days': 7}" in text()
    assert "was asked with {'minimum_days': 30.0}" in text(minimumDays=30)  # the engine sends numbers as floats


def test_the_schema_that_the_engine_shows_has_the_parameters_and_their_defaults() -> None:
    schema = rule_set(a_rule(parameter=DAYS)).schema
    assert schema.properties["minimumDays"] == {"type": "integer", "minimum": 1, "default": 7}
    assert schema.properties["off"]["items"]["enum"] == ["days"]


@pytest.mark.parametrize(
    ("parameter", "value", "problem"),
    [
        (DAYS, 7.0, None),
        (DAYS, 0.0, "backup: minimumDays must be a whole number of at least 1"),
        (DAYS, 7.5, "backup: minimumDays must be a whole number of at least 1"),
        (DAYS, True, "backup: minimumDays must be a whole number of at least 1"),
        (DAYS, "7", "backup: minimumDays must be a whole number of at least 1"),
        (WORDS, ["Owner"], None),
        (WORDS, "Owner", "backup: someWords must be a list, each item text"),
        (WORDS, [1], "backup: someWords must be a list, each item text"),
        (TABLE, {"a": "b"}, None),
        (TABLE, {"a": 1}, "backup: someTable must be a table, each value text"),
        (TABLE, ["a"], "backup: someTable must be a table, each value text"),
    ],
)
def test_a_value_of_the_wrong_form_is_a_problem_and_the_default_holds(
    parameter: Parameter, value: Any, problem: str | None
) -> None:
    values, found = asked(a_rule(parameter=parameter), {parameter.name: value})
    assert found == ((problem,) if problem else ())
    assert values == ({} if problem else {parameter.name: value})


def test_a_parameter_is_a_keyword_in_snake_case() -> None:
    assert (DAYS.keyword, WORDS.keyword) == ("minimum_days", "some_words")


# --- the whole file, for `guard check` and the offline preview ---

KNOWN = rule_sets(RULES.values(), Profile.BASELINE)


def test_a_configuration_file_is_read_as_the_engine_does() -> None:
    found = overlay({"all": "advisory", "encrypt-at-rest": {"enforcementLevel": "mandatory", "off": ["x"]}}, KNOWN)
    assert found.problems == ()
    assert found.levels["encrypt-at-rest"] is EnforcementLevel.MANDATORY
    assert found.levels["encrypt-in-transit"] is EnforcementLevel.ADVISORY
    assert found.properties == {"encrypt-at-rest": {"off": ["x"]}}


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], "the policy configuration must be a table by policy"),
        ({"encrypt-at-res": "advisory"}, "there is no policy encrypt-at-res; did you mean encrypt-at-rest?"),
        ({"all": "warn"}, "all: there is no level warn; use one of advisory, mandatory, remediate, disabled"),
    ],
)
def test_a_file_with_unknown_names_is_refused(document: Any, problem: str) -> None:
    assert overlay(document, KNOWN).problems == (problem,)


def test_the_nearest_word_is_suggested_if_one_is_near() -> None:
    assert nearest("baselin", Profile) == "; did you mean baseline?"
    assert nearest("zzz", Profile) == ""


def test_nothing_is_exempt_where_nothing_is_said() -> None:
    assert Exemptions().entries == ()
