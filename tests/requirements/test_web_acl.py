"""CP-WAF and CP-EDGE: what never reaches the load balancer."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from components.edge.web_acl import SCRIPTING, WebAclArgs
from preview.recording import Recording
from settings.tables.edge import WebAclTable
from tests.requirements.breaches import Breach, Mutation, add, change, drop, export, noticed
from tests.requirements.expected import environments, requirement
from tests.requirements.reading import arn, of, one, only
from tests.stack_files import changed
from tests.stacks import recorded

COMMON = "AWSManagedRulesCommonRuleSet"
INPUTS = {"CP-WAF-02": COMMON, "CP-WAF-03": "AWSManagedRulesKnownBadInputsRuleSet",
          "CP-WAF-04": "AWSManagedRulesSQLiRuleSet"}  # fmt: skip


#: Each word of the table otherwise than the stacks have it; each changes a rule of its own, so one recording shows all.
OTHERWISE = {"blocked-countries": ["KP", "IR"], "bots": True, "sql-injection": False, "cross-site-scripting": False}


def otherwise(stack: str) -> Recording:
    """A stack with the other words in its web ACL's table."""
    return changed(stack, lambda config: config["cloudplatform:web-acl"].update(OTHERWISE))


def rules(recording: Recording) -> dict[str, Any]:
    return {rule["name"]: rule for rule in one(recording, "wafv2.WebAcl")["rules"]}


def groups(recording: Recording) -> dict[str, Any]:
    """The managed groups, by AWS's names, with what becomes of their verdict."""
    found = {}
    for rule in rules(recording).values():
        group = rule["statement"].get("managedRuleGroupStatement")
        if group:
            assert group["vendorName"] == "AWS"
            found[group["name"]] = rule
    return found


@requirement("CP-WAF-01")
@environments
def test_one_regional_web_acl_that_allows(platform: Recording, stack: str) -> None:
    acl = one(platform, "wafv2.WebAcl")
    assert (acl["scope"], acl["defaultAction"]) == ("REGIONAL", {"allow": {}})


@environments
@pytest.mark.parametrize("name", [pytest.param(name, marks=requirement(id_)) for id_, name in INPUTS.items()])
def test_a_managed_group_blocks(platform: Recording, stack: str, name: str) -> None:
    assert groups(platform)[name]["overrideAction"] == {"none": {}}


@requirement("CP-WAF-05")
@environments
def test_the_rate_limit(platform: Recording, stack: str) -> None:
    rule = rules(platform)["RateLimit"]
    assert rule["action"] == {"block": {}}
    assert rule["statement"]["rateBasedStatement"] == {
        "limit": 2000,
        "aggregateKeyType": "IP",
        "evaluationWindowSec": 300,
    }


@requirement("CP-WAF-06")
@environments
def test_countries_are_blocked_where_they_are_named(platform: Recording, stack: str) -> None:
    assert "geoMatchStatement" not in str(rules(platform))
    blocked = rules(otherwise(stack))["GeoBlock"]
    assert blocked["action"] == {"block": {}}
    assert blocked["statement"] == {"geoMatchStatement": {"countryCodes": ["KP", "IR"]}}


@requirement("CP-WAF-07")
@environments
def test_it_stands_before_the_load_balancer(platform: Recording, stack: str) -> None:
    association = one(platform, "wafv2.WebAclAssociation")
    assert association["resourceArn"] == arn(one(platform, "lb.LoadBalancer"))
    assert association["webAclArn"] == arn(one(platform, "wafv2.WebAcl"))


@requirement("CP-WAF-08")
@environments
def test_who_is_blocked_gets_403(platform: Recording, stack: str) -> None:
    """WAF answers 403 unless a rule has a response of its own, and none has."""
    assert "customResponse" not in str(rules(platform))


@requirement("CP-WAF-10")
@environments
def test_bots_are_an_option(platform: Recording, stack: str) -> None:
    assert "AWSManagedRulesBotControlRuleSet" not in groups(platform)
    assert "AWSManagedRulesBotControlRuleSet" in groups(otherwise(stack))


@requirement("CP-WAF-09")
@environments
def test_the_component_has_the_ledger_s_inputs_and_outputs(platform: Recording, stack: str) -> None:
    """Under our names (ADR-012); what the table leaves out has the ledger's default."""
    fields, table = WebAclArgs.__dataclass_fields__, WebAclTable.model_fields
    assert {"names", "load_balancer", "tags"} <= set(fields)
    defaults = {name: table[name].default for name in ("rate_limit", "sql_injection", "cross_site_scripting",
                                                       "blocked_countries")}  # fmt: skip
    assert defaults == {"rate_limit": 2000, "sql_injection": True, "cross_site_scripting": True,
                        "blocked_countries": ()}  # fmt: skip
    assert platform.outputs["web_acl_id"] == one(platform, "wafv2.WebAcl").id
    assert platform.outputs["web_acl_arn"] == arn(one(platform, "wafv2.WebAcl"))

    found = groups(otherwise(stack))
    assert "AWSManagedRulesSQLiRuleSet" not in found
    counted = found[COMMON]
    overrides = counted["statement"]["managedRuleGroupStatement"]["ruleActionOverrides"]
    assert {each["name"] for each in overrides} == set(SCRIPTING)
    assert [each["actionToUse"] for each in overrides] == [{"count": {}}] * len(SCRIPTING)


@requirement("CP-EDGE-03")
@environments
def test_shield_standard_is_no_resource(platform: Recording, stack: str) -> None:
    assert of(platform, "shield.Subscription") == of(platform, "shield.Protection") == []


@environments
def test_what_is_blocked_is_logged_without_cookies(platform: Recording, stack: str) -> None:
    logging = one(platform, "wafv2.WebAclLoggingConfiguration")
    group = only([each for each in of(platform, "cloudwatch.LogGroup") if each["name"].startswith("aws-waf-logs-")])
    assert logging["resourceArn"] == arn(one(platform, "wafv2.WebAcl"))
    assert logging["logDestinationConfigs"] == [arn(group)]
    assert [field["singleHeader"]["name"] for field in logging["redactedFields"]] == ["authorization", "cookie"]
    assert group["kmsKeyId"] == arn(one(platform, "kms.Key"))


@environments
def test_rules_are_asked_in_a_fixed_order(platform: Recording, stack: str) -> None:
    """The cheap ones first; each has a metric of its name."""
    found = rules(recorded(stack, True))
    assert [(rule["priority"], name) for name, rule in found.items()] == [
        (0, "RateLimit"), (1, "Common"), (2, "KnownBadInputs"), (3, "SqlInjection"),
    ]  # fmt: skip
    assert all(rule["visibilityConfig"]["metricName"] == name for name, rule in found.items())


ACL = "wafv2.WebAcl"


def _rules(edit: Callable[[dict[str, Any]], object]) -> Mutation:
    """A web ACL whose rules, by name, somebody edited."""

    def edited(old: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rules = {rule["name"]: copy.deepcopy(rule) for rule in old}
        edit(rules)
        return list(rules.values())

    return change(ACL, rules=edited)


def _counts(name: str) -> Mutation:
    return _rules(lambda rules: rules[name].update(overrideAction={"count": {}}))


def _blocks_later(rules: dict[str, Any]) -> None:
    rules["RateLimit"]["statement"]["rateBasedStatement"]["limit"] = 20000


def _answers_otherwise(rules: dict[str, Any]) -> None:
    rules["RateLimit"]["action"] = {"block": {"customResponse": {"responseCode": 200}}}


def _a_country(rules: dict[str, Any]) -> None:
    rules["RateLimit"]["statement"] = {"geoMatchStatement": {"countryCodes": ["DE"]}}


def _bots(rules: dict[str, Any]) -> None:
    rules["Common"]["statement"]["managedRuleGroupStatement"]["name"] = "AWSManagedRulesBotControlRuleSet"


BREACHES = [
    Breach("CP-WAF-01", test_one_regional_web_acl_that_allows, change(ACL, defaultAction={"block": {}})),
    Breach("CP-WAF-02", test_a_managed_group_blocks, _counts("Common"), more={"name": COMMON}),
    Breach("CP-WAF-03", test_a_managed_group_blocks, _counts("KnownBadInputs"),
           more={"name": INPUTS["CP-WAF-03"]}),
    Breach("CP-WAF-04", test_a_managed_group_blocks, _counts("SqlInjection"),
           more={"name": INPUTS["CP-WAF-04"]}),
    Breach("CP-WAF-05", test_the_rate_limit, _rules(_blocks_later)),
    Breach("CP-WAF-06", test_countries_are_blocked_where_they_are_named, _rules(_a_country)),
    Breach("CP-WAF-07", test_it_stands_before_the_load_balancer, drop("wafv2.WebAclAssociation")),
    Breach("CP-WAF-08", test_who_is_blocked_gets_403, _rules(_answers_otherwise)),
    Breach("CP-WAF-09", test_the_component_has_the_ledger_s_inputs_and_outputs, export(web_acl_arn="another")),
    Breach("CP-WAF-10", test_bots_are_an_option, _rules(_bots)),
    Breach("CP-EDGE-03", test_shield_standard_is_no_resource, add("shield.Protection", name="dear")),
]  # fmt: skip

test_breaches = noticed(BREACHES)
