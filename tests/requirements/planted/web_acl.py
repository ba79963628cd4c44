"""Breaches of CP-WAF and CP-EDGE."""

import copy
from collections.abc import Callable
from typing import Any

from tests.requirements import test_web_acl as AREA  # noqa: N812 - the name under which the package collects it
from tests.requirements.breaches import Breach, Mutation, change, drop, export, plant

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
    Breach("CP-WAF-01", AREA.test_one_regional_web_acl_that_allows, change(ACL, defaultAction={"block": {}})),
    Breach("CP-WAF-02", AREA.test_a_managed_group_blocks, _counts("Common"), more={"name": AREA.COMMON}),
    Breach("CP-WAF-03", AREA.test_a_managed_group_blocks, _counts("KnownBadInputs"),
           more={"name": AREA.INPUTS["CP-WAF-03"]}),
    Breach("CP-WAF-04", AREA.test_a_managed_group_blocks, _counts("SqlInjection"),
           more={"name": AREA.INPUTS["CP-WAF-04"]}),
    Breach("CP-WAF-05", AREA.test_the_rate_limit, _rules(_blocks_later)),
    Breach("CP-WAF-06", AREA.test_countries_are_blocked_where_they_are_named, _rules(_a_country)),
    Breach("CP-WAF-07", AREA.test_it_stands_before_the_load_balancer, drop("wafv2.WebAclAssociation")),
    Breach("CP-WAF-08", AREA.test_who_is_blocked_gets_403, _rules(_answers_otherwise)),
    Breach("CP-WAF-09", AREA.test_the_component_has_the_ledger_s_inputs_and_outputs, export(web_acl_arn="another")),
    Breach("CP-WAF-10", AREA.test_bots_are_an_option, _rules(_bots)),
    Breach("CP-EDGE-03", AREA.test_shield_standard_is_no_resource, plant("shield.Protection", name="dear")),
]  # fmt: skip
