"""A web ACL: what never reaches the load balancer, or a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi
import pulumi_aws as aws

from components.component import Args, Component
from components.log_group import log_group
from settings.tables.edge import WebAclTable

#: AWS's managed groups, by our words.
GROUPS: Final = {
    "reputation": "AWSManagedRulesAmazonIpReputationList",
    "common": "AWSManagedRulesCommonRuleSet",
    "known-bad-inputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "sql-injection": "AWSManagedRulesSQLiRuleSet",
    "bots": "AWSManagedRulesBotControlRuleSet",
}
#: The common group's rules against cross-site scripting (AWS WAF developer guide, baseline rule groups).
SCRIPTING: Final = tuple(f"CrossSiteScripting_{part}" for part in ("COOKIE", "QUERYARGUMENTS", "BODY", "URIPATH"))
#: What Bot Control only suspects (AWS WAF developer guide, Bot Control rule group): a browser can show that somebody
#: sits before it.
SUSPECTED: Final = ("SignalAutomatedBrowser", "SignalKnownBotDataCenter", "SignalNonBrowserUserAgent")
#: What the log leaves out: whoever reads it must not be able to act as the user.
REDACTED: Final = ("authorization", "cookie")


@dataclass(frozen=True, kw_only=True)
class WebAclArgs(Args):
    """The web ACL's table, what it stands before, and the key of its log."""

    table: WebAclTable
    load_balancer: pulumi.Input[str] | None  #: ARN; None: it stands at CloudFront, whose distributions name it
    key: pulumi.Input[str] | None  #: ARN of the log's key, of its region; None: there is no log
    word: str = ""  #: tells it from the stack's other web ACL
    region: str | None = None  #: default: the stack's


class WebAcl(Component):
    """What is blocked before it reaches the load balancer or the sites, with 403: floods, known attacks, countries.

    Creates a web ACL of AWS's managed groups and our rules, the set of blocked addresses if there are any, the
    association with the load balancer unless it stands at CloudFront, and a log of what was not simply allowed, without
    cookies and authorization, unless the table wants none; then no requests are sampled either.
    """

    acl_id: pulumi.Output[str]
    arn: pulumi.Output[str]
    name: str  #: as its metrics call it

    def __init__(self, name: str, args: WebAclArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, args, opts)
        self.name = args.names.of("waf", *filter(None, [args.word]))
        scope = "REGIONAL" if args.load_balancer is not None else "CLOUDFRONT"
        addresses = self._addresses(args, scope) if args.table.blocked_addresses else None
        acl = aws.wafv2.WebAcl(
            self.child("acl"),
            region=args.region,
            name=self.name,
            description="What never reaches the " + (args.word or "load balancer"),
            scope=scope,
            default_action={"allow": {}},
            rules=[_rule(args.table, word, priority, addresses) for priority, word in enumerate(args.table.rules)],
            visibility_config=_visible(args.table, self.name),
            tags=self.named(self.name),
            opts=self.owned(),
        )
        if args.load_balancer is not None:
            aws.wafv2.WebAclAssociation(
                self.child("association"), resource_arn=args.load_balancer, web_acl_arn=acl.arn, opts=self.owned()
            )
        if args.key is not None:
            self._log(args, acl, args.key)
        self.acl_id = acl.id
        self.arn = acl.arn
        self.register_outputs({"acl_id": self.acl_id, "arn": self.arn, "name": self.name})

    def _addresses(self, args: WebAclArgs, scope: str) -> pulumi.Output[str]:
        addresses = aws.wafv2.IpSet(
            self.child("addresses"),
            region=args.region,
            name=self.name,
            description="Blocked whatever they ask for",
            scope=scope,
            ip_address_version="IPV4",
            addresses=[str(each) for each in args.table.blocked_addresses],
            tags=self.named(self.name),
            opts=self.owned(),
        )
        return addresses.arn

    def _log(self, args: WebAclArgs, acl: aws.wafv2.WebAcl, key: pulumi.Input[str]) -> None:
        group_name = f"aws-waf-logs-{self.name}"  # the prefix is AWS's condition
        group = log_group(self, "log", group_name, days=args.table.log_days, key=key, region=args.region)
        aws.wafv2.WebAclLoggingConfiguration(
            self.child("logging"),
            region=args.region,
            resource_arn=acl.arn,
            log_destination_configs=[group.arn],
            redacted_fields=[{"single_header": {"name": header}} for header in REDACTED],
            logging_filter={
                "default_behavior": "DROP",
                "filters": [
                    {
                        "behavior": "KEEP",
                        "requirement": "MEETS_ANY",
                        "conditions": [{"action_condition": {"action": action}} for action in ("BLOCK", "COUNT")],
                    }
                ],
            },
            opts=self.owned(),
        )


def _visible(table: WebAclTable, metric: str) -> Any:
    """Its figures; and samples of requests, with addresses, which WAF keeps for hours where the web ACL is."""
    return {"cloudwatch_metrics_enabled": True, "metric_name": metric, "sampled_requests_enabled": table.log}


def _rule(table: WebAclTable, word: str, priority: int, addresses: pulumi.Output[str] | None) -> Any:
    """A rule by its word; those that only count let pass what they would have blocked."""
    counts = word in table.count
    title = _title(word)
    rule: dict[str, Any] = {"name": title, "priority": priority, "visibility_config": _visible(table, title)}
    count: dict[str, Any] = {"count": {}}
    if word in GROUPS:
        none: dict[str, Any] = {"none": {}}
        return {
            **rule,
            "override_action": count if counts else none,
            "statement": {"managed_rule_group_statement": _group(table, word)},
        }
    statements: Mapping[str, Any] = {
        "rate-limit": {
            "rate_based_statement": {
                "limit": table.rate_limit,
                "aggregate_key_type": "IP",
                "evaluation_window_sec": 300,
            }
        },
        "address-block": {"ip_set_reference_statement": {"arn": addresses}},
        "geo-block": {"geo_match_statement": {"country_codes": list(table.blocked_countries)}},
    }
    return {**rule, "action": count if counts else {"block": {}}, "statement": statements[word]}


def _title(word: str) -> str:
    """`rate-limit` as `RateLimit`."""
    return "".join(part.capitalize() for part in word.split("-"))


def _group(table: WebAclTable, word: str) -> dict[str, Any]:
    group: dict[str, Any] = {"vendor_name": "AWS", "name": GROUPS[word]}
    if overrides := _overrides(table, word):
        group["rule_action_overrides"] = overrides
    if word == "bots":
        group["managed_rule_group_configs"] = [
            {"aws_managed_rules_bot_control_rule_set": {"inspection_level": "COMMON"}}
        ]
    if table.except_under and word != "reputation":
        group["scope_down_statement"] = {"not_statement": {"statement": _under(table.except_under)}}
    return group


def _overrides(table: WebAclTable, word: str) -> list[dict[str, Any]]:
    """What rules of a group do instead of blocking."""
    counted = [rule for key, rules in table.exceptions.items() if key == word for rule in rules]
    if word == "common" and not table.cross_site_scripting:
        counted += [rule for rule in SCRIPTING if rule not in counted]
    asked = [rule for rule in SUSPECTED if word == "bots" and table.captcha and rule not in counted]
    actions = {**dict.fromkeys(counted, "count"), **dict.fromkeys(asked, "captcha")}
    return [{"name": rule, "action_to_use": {action: {}}} for rule, action in actions.items()]


def _under(path: str) -> dict[str, Any]:
    """Requests whose path begins so, once it is read as a server reads it: `/api/logs/../` leads elsewhere."""
    return {
        "byte_match_statement": {
            "field_to_match": {"uri_path": {}},
            "positional_constraint": "STARTS_WITH",
            "search_string": path,
            "text_transformations": [
                {"priority": 0, "type": "URL_DECODE"},
                {"priority": 1, "type": "NORMALIZE_PATH"},
            ],
        }
    }
