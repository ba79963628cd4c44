"""Remediation: off by default; on, it changes what the rule needs and hands everything else back as it came."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.crossguard.remedies import bare
from guard.rules import RULES
from tests.policy.declare import r
from tests.policy.engine import Declared, EngineRun

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "hunter2"}
ALB = "lb/loadBalancer:LoadBalancer"
ADVICE = "request-hygiene-advice"


def on() -> EngineRun:
    return EngineRun().configure({ADVICE: "remediate"})


def test_off_by_default() -> None:
    assert EngineRun().remediate(r(ALB)) == []


def test_it_sets_what_the_rule_needs_and_keeps_the_rest() -> None:
    balancer = r(ALB, idleTimeout=60.0, accessLogs={"bucket": "logs", "enabled": True})
    assert on().remediate(balancer) == [(ADVICE, {**balancer.props, "dropInvalidHeaderFields": True})]


def test_tags_are_added_to_those_that_are_there() -> None:
    engine = EngineRun().configure(
        {"tagging-advice": {"tagValues": {"CostCentre": "42"}, "enforcementLevel": "remediate"}}
    )
    ((_, bare_one),) = engine.remediate(r("sqs/queue:Queue", tags={"Name": "jobs"}))
    assert bare_one == {"tags": {"Name": "jobs", "CostCentre": "42"}}
    ((_, merged),) = engine.remediate(r("sqs/queue:Queue", tagsAll={"Name": "jobs"}))
    assert merged == {"tags": {"CostCentre": "42"}, "tagsAll": {"Name": "jobs", "CostCentre": "42"}}


def test_nothing_is_changed_where_the_rule_is_kept() -> None:
    assert on().remediate(r(ALB, dropInvalidHeaderFields=True)) == []


def test_an_unknown_value_is_neither_mended_nor_taken_for_text() -> None:
    assert on().remediate(r(ALB, dropInvalidHeaderFields=UNKNOWN_STRING_VALUE)) == []
    ((_, props),) = on().remediate(r(ALB, name=UNKNOWN_STRING_VALUE))
    assert props["name"] == UNKNOWN_STRING_VALUE


def test_secrets_stay_secret() -> None:
    ((_, props),) = on().remediate(r(ALB, tags={"token": SECRET}))
    assert props["tags"]["token"] == SECRET


def test_tags_that_are_secret_as_a_whole_stay_so_and_keep_the_others() -> None:
    asked = {"tagValues": {"CostCentre": "42"}, "enforcementLevel": "remediate"}
    secret = {**SECRET, "value": {"Name": "jobs", "Owner": "ops"}}
    queue = r("sqs/queue:Queue", tags=secret, tagsAll=secret)
    ((_, props),) = EngineRun().configure({"tagging-advice": asked}).remediate(queue)
    merged = {**SECRET, "value": {"Name": "jobs", "Owner": "ops", "CostCentre": "42"}}
    assert props == {"tags": merged, "tagsAll": merged}


def test_what_is_secret_in_it_and_set_stays_secret() -> None:
    ((_, props),) = on().remediate(r(ALB, dropInvalidHeaderFields={**SECRET, "value": False}))
    assert props == {"dropInvalidHeaderFields": {**SECRET, "value": True}}


def test_an_exempted_resource_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = {"rule": "invalid-headers-dropped", "resource": "it", "reason": "x", "owner": "y", "expires": "2026-12-31"}
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({"guard:exemptions": json.dumps([entry])}))
    assert on().remediate(r(ALB)) == []
    assert on().remediate(r(ALB, "another")) != []


def test_after_remediation_the_policy_passes() -> None:
    engine = on()
    ((_, props),) = engine.remediate(r(ALB))
    remediated = Declared("it", f"aws:{ALB}", props)
    assert [one for one in engine.preview([remediated]).diagnostics if "invalid-headers-dropped" in one.message] == []


def test_what_remediation_cannot_fix_blocks() -> None:
    """At level `remediate` a breach that is left blocks like a mandatory one (graph rules are never remediated)."""
    answer = on().preview([r("efs/fileSystem:FileSystem", encrypted=UNKNOWN_STRING_VALUE), r(ALB, "open")])
    assert {one.mandatory for one in answer.diagnostics if "invalid-headers-dropped" in one.message} == {True}


def test_a_rule_on_the_graph_has_no_remedy() -> None:
    """Remediation sees one resource only, so such a remedy would never run."""
    assert [rule.id for rule in RULES.values() if rule.graph and rule.remediate] == []


def test_containers_are_bared_whatever_wraps_them() -> None:
    value: dict[str, Any] = {"a": [{"b": 1.0}, "text"], "c": None}
    assert bare(value) == value


def test_every_remedy_mends_its_rule() -> None:
    """Each rule with a remedy, broken as its rows break it, is kept afterwards."""
    from tests.policy.rows import ROWS

    remedied = {rule.id for rule in RULES.values() if rule.remediate}
    shown: set[str] = set()
    for row in (one for one in ROWS if one.rule in remedied and one.verdict == "breach"):
        for resource in (one for one in row.stack if one.type in RULES[row.rule].on and not one.refs):
            advice = {**row.settings, "enforcementLevel": "remediate"}
            engine = EngineRun().configure({"all": "remediate", f"{RULES[row.rule].family}-advice": advice})
            for _, props in engine.remediate(resource)[-1:]:
                after = engine.preview([Declared(resource.name, resource.type, props)])
                assert [one.message for one in after.diagnostics if f"[{row.rule}]" in one.message] == []
                shown.add(row.rule)
    assert shown == remedied
